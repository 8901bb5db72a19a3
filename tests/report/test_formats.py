"""The report in other forms: the same numbers, readable by the programs that they are for."""

import csv
import fcntl
import json
import re
import shutil
import subprocess
import sys

import pytest
from synthetic import write_study, write_winners

from designopt.problem.registry import make
from designopt.problem.requirements import question
from designopt.report.content import read
from designopt.report.formats import pdf
from designopt.report.formats.latex import escaped
from designopt.report.formats.write import FORMATS, write

NAMES = ("adam", "cma-es", "reference-uniform")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return write_study(tmp_path_factory.mktemp("study"), seeds=3, names=NAMES, broken=False)


def test_json_holds_the_numbers_of_the_comparison_and_no_word_that_json_has_not(study):
    report = json.loads(write(study, "json").read_text(), parse_constant=pytest.fail)
    (section,) = read(study).sections
    (found,) = report["sections"]
    assert [one["name"] for one in found["entrants"]] == [entrant.name for entrant in section.entrants]
    for one, entrant in zip(found["entrants"], section.entrants, strict=True):
        assert one["scores"] == pytest.approx(list(entrant.values))
        assert one["interquartile_mean"] == pytest.approx(entrant.mean)
    assert found["entrants"][-1]["interval_95"] == [None, None]  # one run of the reference
    assert found["tables"]["final"][0]["optimiser"] == section.entrants[0].name
    assert "percentile bootstrap" in report["methods"]


def test_markdown_has_one_row_an_entrant_and_keeps_its_columns(study):
    text = write(study, "md").read_text()
    table = text.split("### Final\n")[1].split("###")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")]
    assert len(rows) == 2 + len(NAMES)
    assert len({line.count("|") for line in rows}) == 1
    assert "## Methods" in text


def test_what_rounding_leaves_over_is_nothing_and_designs_are_headed_by_whose_they_are(tmp_path):
    problem = make("spectrometer-layout-v1")
    folder = write_winners(tmp_path / "left", problem, problem.references)
    for path in (folder / "ledger").iterdir():
        first, rest = path.read_text().split("\n", 1)
        header = json.dumps(json.loads(first) | {"question": question(problem)})
        path.write_text(header + "\n" + rest.replace('"unspent": 0.0', '"unspent": -1.5e-10'))
    text = write(folder, "md").read_text()
    assert "| unspent | 0 |" in text
    assert "### Design of reference-" in text


def test_an_installed_package_has_no_commit(study, tmp_path):
    other = shutil.copytree(study, tmp_path / "other")
    for path in (other / "ledger").iterdir():
        path.write_text(path.read_text().replace('"commit": "abc1234"', '"commit": "0.1.0"'))
    assert "Commit: none (designopt 0.1.0, installed)." in write(other, "md").read_text().replace("\\", "")


def test_csv_is_the_csv_of_the_page(study, tmp_path):
    other = shutil.copytree(study, tmp_path / "other")
    write(study, "html")
    folder = write(other, "csv")
    for name in ("final", "runs", "physics", "improvements"):
        assert (folder / f"{name}.csv").read_bytes() == (study / "tables" / f"{name}.csv").read_bytes()
    with (folder / "final.csv").open() as file:
        assert len(list(csv.DictReader(file))) == len(NAMES)
    assert not (other / "report.html").exists()


def test_latex_escapes_names_names_its_figures_and_closes_what_it_opens(study, tmp_path):
    other = shutil.copytree(study, tmp_path / "other")
    for path in (other / "ledger").glob("*adam*"):
        path.write_text(path.read_text().replace('"name": "adam"', '"name": "my_adam & 50% <x>"'))
    text = write(other, "latex").read_text()
    assert r"my\_adam \& 50\% \textless{}x\textgreater{}" in text
    assert text.isascii() or all(ord(letter) < 256 for letter in text)
    for kind in ("table", "tabular", "figure", "document"):
        assert text.count(rf"\begin{{{kind}}}") == text.count(rf"\end{{{kind}}}") > 0
    figures = [line.split("{figures/")[1].split("}")[0] for line in text.splitlines() if "includegraphics" in line]
    assert figures
    assert all((other / "figures" / name).read_bytes().startswith(b"%PDF") for name in figures)


def test_latex_letters():
    assert escaped("a_b 10^−6 x² ± σ") == r"a\_b 10$^{-6}$ x$^{2}$ $\pm$ $\sigma$"
    assert escaped("\u03a9 \u03bb \u0394 \u0391 \u03c2 x\u2081 \u0127|\u0142\u0151") == (
        r"$\Omega$ $\lambda$ $\Delta$ A $\sigma$ x$_{1}$ $\hbar$\textbar{}\l{}o"
    )


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no LaTeX is installed")
def test_tables_and_figures_stand_in_a_paper_of_any_names(study, tmp_path):
    """Cut out of the report, into a paper that loads nothing but what the documentation names."""
    other = shutil.copytree(study, tmp_path / "other")
    for path in (other / "ledger").glob("*adam*"):
        name = json.dumps("a_b & 50% <\u03a9\u2081\u221a\u0127> ~^\\{}$#|\u0142")
        path.write_text(path.read_text().replace('"name": "adam"', f'"name": {name}'))
    text = write(other, "latex").read_text()
    pieces = re.findall(r"\\begin{table}.*?\\end{table}|\\begin{figure}.*?\\end{figure}", text, re.DOTALL)
    paper = other / "paper.tex"
    head = r"\documentclass[twocolumn]{article}\usepackage{booktabs,graphicx}\begin{document}"
    paper.write_text("\n".join([head, *pieces, r"\end{document}"]), encoding="utf-8")
    for page in ("paper.tex", "report.tex"):
        words = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", page]
        done = subprocess.run(words, cwd=other, capture_output=True, text=True, errors="replace", timeout=600)
        assert done.returncode == 0, done.stdout[-2000:]
    assert len(pieces) == text.count(r"\end{table}") + text.count(r"\end{figure}") >= 4


def test_a_pdf_without_a_browser_is_refused_in_a_sentence(study, monkeypatch):
    monkeypatch.setattr(pdf, "browser", lambda: None)
    with pytest.raises(OSError, match=r"none of chromium.* is installed\. Install Chromium, or open .*report\.html"):
        write(study, "pdf")


def test_the_browser_prints_the_page(study, monkeypatch, tmp_path):
    program = tmp_path / "browser"
    program.write_text(
        f"#!{sys.executable}\nimport sys\n"
        "(to,) = [word.split('=')[1] for word in sys.argv if word.startswith('--print-to-pdf=')]\n"
        "assert sys.argv[-1].startswith('file://') and sys.argv[-1].endswith('report.html')\n"
        "open(to, 'w').write('%PDF-1.4')\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr(pdf, "browser", lambda: str(program))
    assert write(study, "pdf").read_text() == "%PDF-1.4"
    program.write_text("#!/bin/sh\necho no display >&2; exit 3\n")
    with pytest.raises(OSError, match=r"could not print .*report\.html \(no display\)"):
        write(study, "pdf")


def test_an_unknown_form_is_refused(study):
    with pytest.raises(ValueError, match=f"no form 'docx'.*{', '.join(FORMATS)}"):
        write(study, "docx")
    words = [sys.executable, "-m", "designopt", "report", str(study), "--format", "docx"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 2
    assert "no form 'docx'" in done.stderr


def test_a_run_that_is_still_written_is_named_and_not_counted(study, tmp_path):
    other = shutil.copytree(study, tmp_path / "other")
    path = sorted((other / "ledger").glob("*adam*"))[0]
    lines = [line for line in path.read_text().splitlines() if json.loads(line)["kind"] in ("header", "trial")]
    path.write_text("\n".join(lines[:10]) + "\n")
    assert read(other).running == []
    assert len(read(other).runs) == 7
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        content = read(other)
        assert [run.file for run in content.running] == [f"ledger/{path.name}"]
        assert len(content.runs) == 6
        assert content.warnings[-1].startswith("The study is still running: 1 run is not compared yet (adam seed 0,")
        page = write(other, "html").read_text()
    assert "adam seed 0" in page


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no LaTeX is installed")
def test_latex_sets_it_without_an_error_or_a_line_that_is_too_long(study):
    path = write(study, "latex")
    words = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", path.name]
    done = subprocess.run(words, cwd=path.parent, capture_output=True, encoding="latin-1")
    assert done.returncode == 0, done.stdout[-2000:]
    assert [line for line in done.stdout.splitlines() if "Overfull" in line or "No \\author" in line] == []
