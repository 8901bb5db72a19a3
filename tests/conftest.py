"""Types and shapes are checked at run time; the process is prepared before JAX starts."""

import os

from designopt.runtime import prepare

QUICKLY_COMPILED = "--xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false"
"""Most programs of a test run are compiled to be run once or twice. Machine code that is not optimised differs by
rounding from what users run, and takes a third as long to compile; `XLA_FLAGS= make test` tests what users run."""

os.environ.setdefault("XLA_FLAGS", QUICKLY_COMPILED)
prepare()  # before JAX is imported, which checking types does

from jaxtyping import install_import_hook  # noqa: E402

WINGS = (
    "design",
    "problem",
    "records",
    "evaluation",
    "optimisers",
    "envs",
    "surrogates",
    "study",
    "analysis",
    "report",
    "benchmarks",
    "testing",
    "detectors",
)
install_import_hook([f"designopt.{wing}" for wing in WINGS], "typechecker.check")  # before any import

import resource  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

MAPS = Path("/proc/self/maps")
MANY = 15_000  # mapped pieces of memory; Linux stops a process at 65,530, and every compiled program takes some

MEMORY = 10_000_000_000
"""Bytes of a test process: who asks for more gets a MemoryError in its test, and the machine lives."""

_, most = resource.getrlimit(resource.RLIMIT_DATA)
resource.setrlimit(resource.RLIMIT_DATA, (MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most), most))
settings.register_profile("designopt", max_examples=30, deadline=None, derandomize=True)
settings.load_profile("designopt")


@pytest.fixture(autouse=True)
def _draw_without_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "Agg")


@pytest.fixture(autouse=True, scope="module")
def _problems_of_a_file_are_forgotten() -> Iterator[None]:
    from designopt.problem import registry

    kept = dict(registry._makers)
    yield
    registry._makers.clear()
    registry._makers.update(kept)


@pytest.fixture
def types_unchecked() -> Iterator[None]:
    """Arguments are not held against their annotations, as in a user's session: for tests of what is refused."""
    import jaxtyping

    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)


@pytest.fixture(autouse=True, scope="module")
def _compiled_programs_are_dropped() -> Iterator[None]:
    import jax

    yield
    if MAPS.exists() and len(MAPS.read_bytes().splitlines()) > MANY:
        jax.clear_caches()
