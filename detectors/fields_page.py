"""The tables of `docs/evaluate.md`, made from the descriptions: `python -m designopt.detectors.fields_page`."""

import re
from pathlib import Path

from designopt.problem import registry
from designopt.problem.written.tables import field_tables, option_table

PAGE = "docs/evaluate.md"
BLOCK = re.compile(r"(<!-- (fields|options) of ([\w-]+) -->\n).*?(<!-- end -->)", flags=re.DOTALL)


def filled(page: str) -> str:
    """The page with the table of fields, or of options, of every problem that it names in a comment."""

    def table(found: re.Match[str]) -> str:
        home = registry.evaluation(found[3])
        body = field_tables(home.FORM) if found[2] == "fields" else option_table(home.evaluate_design)
        return f"{found[1]}\n{body}\n\n{found[4]}"

    return BLOCK.sub(table, page)


def main() -> None:
    """Write the page anew, from the root of the repository."""
    path = Path(PAGE)
    path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
