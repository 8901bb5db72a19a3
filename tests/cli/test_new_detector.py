"""A package for a new detector: names, files, nothing overwritten."""

import importlib.util
import sys

import jax
import jax.numpy as jnp
import pytest

import designopt as do
from designopt.cli.commands.new_detector import check_package_name, write_package


def test_a_package_is_written_whole_and_never_over_another(tmp_path, monkeypatch):
    folder = write_package("my_hodoscope", tmp_path)
    assert '"my-hodoscope-v1" = "my_hodoscope.problem:problem"' in (folder / "pyproject.toml").read_text()
    assert "check_detector" in (folder / "tests" / "test_my_hodoscope.py").read_text()
    monkeypatch.syspath_prepend(str(folder))
    spec = importlib.util.spec_from_file_location("new_study", folder / "study.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert isinstance(module.study(quick=True), do.Study)
    its_optimum_is_no_corner(module.problem())
    for name in [name for name in sys.modules if name.split(".")[0] == "my_hodoscope"]:
        del sys.modules[name]
    with pytest.raises(ValueError, match="nothing is overwritten"):
        write_package("my_hodoscope", tmp_path)


def its_optimum_is_no_corner(problem):
    """Who begins with it sees what is traded: the best design has some planes of neither the finest nor widest strips.

    Its reference costs the budget as it is drawn: nothing is scaled before gains over it are told.
    """
    assert sum(problem.detector.cost(problem.references["four planes"]).values()) == pytest.approx(problem.budget)
    build = jax.jit(problem.build)
    designs = [build(jnp.array([pitch, planes])) for pitch in (0.2, 0.5, 0.8) for planes in jnp.arange(0, 1, 0.04)]
    best = min(designs, key=problem.score)
    assert problem.cost(best) == pytest.approx(problem.budget)
    for variable in problem.space.variables:
        assert variable.lower < float(best[variable.name]) < variable.upper
    assert problem.score(best) < problem.score(problem.references["four planes"])


@pytest.mark.parametrize(
    "name", ["", "Bad", "a-b", "a b", "ü", "../x", "1st", "a__b", "_a", "class", "designopt", "x" * 51]
)
def test_a_name_that_is_none_is_refused(name):
    with pytest.raises(ValueError, match=r"cannot be called|Choose another name"):
        check_package_name(name)
