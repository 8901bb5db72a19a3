"""The report as Markdown: sentences and tables, for a wiki or a merge request."""

import re

from designopt.report.content import Content
from designopt.report.data.comparison import Section
from designopt.report.figures.formula import around_formulas
from designopt.report.formats.tables import tables
from designopt.report.sections.methods import methods
from designopt.report.sections.question import in_words
from designopt.report.sections.summary import smoke_test, summary
from designopt.report.tables.table import Table

SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")


def markdown(content: Content) -> str:
    """The summary, every table and the methods; figures are left to the page."""
    parts = [f"# {_plain(content.record.name)}", _plain(content.subtitle)]
    parts += [f"> **Note.** {_plain(warning)}" for warning in content.warnings]
    for section in content.sections:
        parts.append(f"## {_plain(section.title)}")
        if warning := smoke_test(section):
            parts.append(f"> **Note.** {_plain(warning)}")
        parts += [around_formulas(sentence, _words) for sentence in in_words(section)]
        parts += [_plain(sentence) for sentence in summary(section)]
        for table in tables(content, section):
            parts += [f"### {_plain(_title(section, table.name))}", _table(table)]
    parts += ["## Methods", _plain(methods(content))]
    return "\n\n".join(parts) + "\n"


def _title(section: Section, name: str) -> str:
    """Heading of a table: its name, or whose design it holds."""
    designs = {f"design-{mark}": f"Design of {entrant}" for entrant, mark in section.marks.items()}
    return designs.get(name) or name.replace("-", " ").replace("_", " ").capitalize()


def _table(table: Table) -> str:
    headings, rows = table.shown()
    lines = [_row(headings), _row(["---"] * len(headings), escape=False), *map(_row, rows)]
    return (f"{_plain(table.caption)}\n\n" if table.caption else "") + "\n".join(lines)


def _row(cells: list[str], escape: bool = True) -> str:
    return "| " + " | ".join(_plain(cell) if escape else cell for cell in cells) + " |"


def _plain(text: str) -> str:
    return _words(text).strip()


def _words(text: str) -> str:
    return SPECIAL.sub(r"\\\1", re.sub(r"\s+", " ", text))
