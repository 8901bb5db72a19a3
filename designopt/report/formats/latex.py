"""The report as LaTeX: tables, sentences and vector figures that go into a paper as they are."""

import re
import unicodedata
from pathlib import Path

from matplotlib.figure import Figure

from designopt.report.content import Content
from designopt.report.data import progress
from designopt.report.data.comparison import Section
from designopt.report.figures import curves, entrants
from designopt.report.figures.formula import around_formulas, readable
from designopt.report.figures.palette import Palette
from designopt.report.figures.saving import save_pdf
from designopt.report.formats.tables import winners
from designopt.report.sections.methods import methods
from designopt.report.sections.question import in_words
from designopt.report.sections.summary import smoke_test, summary
from designopt.report.tables import results
from designopt.report.tables.table import Table

LETTERS = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': "''",
    "\u2212": "$-$", "\u00b1": r"$\pm$", "\u00d7": r"$\times$", "\u221e": r"$\infty$", "\u2013": "--", "\u2014": "---",
    "\u2018": "`", "\u2019": "'", "\u201c": "``", "\u201d": "''", "\u2026": r"\ldots{}", "\u2022": r"$\bullet$",
    "\u202f": r"\,", "\u2009": r"\,", "\u00a0": "~", "\u00b5": r"$\mu$", "\u2192": r"$\to$", "\u2264": r"$\le$",
    "\u2265": r"$\ge$", "\u2248": r"$\approx$", "\u2260": r"$\neq$", "\u221d": r"$\propto$", "\u221a": r"$\surd$",
    "\u0127": r"$\hbar$", "\u210f": r"$\hbar$", "\u2113": r"$\ell$", "\u2032": r"$'$",
    "\u0141": r"\L{}", "\u0142": r"\l{}",
}  # fmt: skip
LIKE_LATIN = dict(zip("\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a7\u03bf",
                      "ABEZHIKMNOPTXo", strict=True))  # fmt: skip
"""Greek letters that TeX has no names for."""
POWER = re.compile(r"\^(\u2212?\d+)")
EXCLUDED = ("thinking + simulating, s per evaluation", "infeasible")
"""Columns of the main table that a paper does not print; they are in the CSV."""


def write_latex(content: Content, folder: Path) -> Path:
    """Write `report.tex` and `figures/*.pdf`; the file compiles alone, and its tables and figures can be cut out."""
    palette = Palette(entrant.name for section in content.sections for entrant in section.searchers)
    (folder / "figures").mkdir(exist_ok=True)
    title = rf"\title{{{escaped(content.record.name)}}}\author{{}}\date{{}}"
    body = [title, r"\maketitle", escaped(content.subtitle), ""]
    body += [rf"\textbf{{Note.}} {escaped(warning)}" + "\n" for warning in content.warnings]
    for section in content.sections:
        body += [rf"\section{{{escaped(section.title)}}}"]
        body += [around_formulas(sentence, escaped, _formula) + "\n" for sentence in in_words(section)]
        body += [escaped(sentence) + "\n" for sentence in (smoke_test(section), *summary(section)) if sentence]
        body += _section(content, section, palette, folder)
    body += [r"\section{Methods}", escaped(methods(content)), ""]
    head = [
        r"\documentclass[a4paper]{article}", r"\usepackage[T1]{fontenc}", r"\usepackage[utf8]{inputenc}",
        r"\usepackage{booktabs,graphicx,textcomp}", r"\usepackage[margin=22mm]{geometry}", r"\begin{document}",
    ]  # fmt: skip
    path = folder / "report.tex"
    path.write_text("\n".join([*head, *body, r"\end{document}", ""]), encoding="utf-8")
    return path


def escaped(text: str) -> str:
    """Text as LaTeX: special characters as themselves, `10^6` as a raised exponent."""
    parts = POWER.split(text)
    raised = [f"$^{{{part.replace(chr(0x2212), '-')}}}$" if at % 2 else _letters(part) for at, part in enumerate(parts)]
    return "".join(raised)


def _formula(tex: str) -> str:
    return tex if readable(tex) else escaped(tex)


def _letters(text: str) -> str:
    return "".join(LETTERS.get(letter) or _letter(letter) for letter in text)


def _letter(letter: str) -> str:
    """A letter that the tables do not hold: Greek by name, raised or lowered by what it is made of; without its accent
    where LaTeX's usual fonts have none, and `?` where they have nothing of the kind.
    """
    kind, _, code = unicodedata.decomposition(letter).partition(" ")
    if kind in ("<super>", "<sub>"):
        plain = "".join(chr(int(part, 16)).replace("\u2212", "-") for part in code.split())
        return f"${'^' if kind == '<super>' else '_'}{{{plain}}}$" if plain.isascii() else "?"
    if ord(letter) < 256:
        return letter
    plain = unicodedata.normalize("NFKD", letter)[0]
    if plain in LIKE_LATIN:
        return LIKE_LATIN[plain]
    words = unicodedata.name(plain, "").split()
    if words[:1] == ["GREEK"] and "LETTER" in words:
        name = words[-1].lower().replace("lamda", "lambda")
        return f"$\\{name.title() if 'CAPITAL' in words else name}$"
    return plain if ord(plain) < 256 else "?"


def _section(content: Content, section: Section, palette: Palette, folder: Path) -> list[str]:
    prefix = content.prefix(section)
    shown = [results.final(section)]
    if section.baseline is not None and progress.metrics(section) and progress.gains(section):
        shown.append(results.physics_gains(section))
    body = [_table(table, f"{prefix}{table.name}") for table in [*shown, *winners(section)] if table.rows]
    if any(len(run.number) for run in section.runs):
        against = curves.score_against(section, "events", palette)
        caption = "Best score as built that keeps all side limits against simulated events: median over seeds with "
        body.append(_figure(against, f"{prefix}score-against-events", caption + "the interquartile band.", folder))
        scores = entrants.final_scores(section, palette)
        caption = "Final score of every seed; interquartile mean with its 95 % interval."
        body.append(_figure(scores, f"{prefix}final-scores", caption, folder))
    return body


def _table(table: Table, label: str) -> str:
    headings, rows = table.shown()
    kept = [place for place, heading in enumerate(headings) if heading not in EXCLUDED]
    lines = [" & ".join(escaped(row[place]) for place in kept) + r" \\" for row in [headings, *rows]]
    return "\n".join([
        r"\begin{table}", r"\abovecaptionskip=0pt\belowcaptionskip=6pt", r"\centering\footnotesize",
        rf"\caption{{{escaped(table.caption)}}}",
        rf"\label{{tab:{label}}}", r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
        rf"\begin{{tabular}}{{l{'r' * (len(kept) - 1)}}}", r"\toprule", lines[0], r"\midrule", *lines[1:],
        r"\bottomrule", r"\end{tabular}}", r"\end{table}", "",
    ])  # fmt: skip


def _figure(figure: Figure, name: str, caption: str, folder: Path) -> str:
    save_pdf(figure, folder / "figures" / f"{name}.pdf")
    return "\n".join([
        r"\begin{figure}", r"\centering", rf"\includegraphics[width=.8\linewidth]{{figures/{name}.pdf}}",
        rf"\caption{{{escaped(caption)}}}", rf"\label{{fig:{name}}}", r"\end{figure}", "",
    ])  # fmt: skip
