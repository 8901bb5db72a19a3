"""A program whose lowered form is on the disk is not traced, and gives what it gave."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt import stored
from designopt.fingerprint import NotKnown
from designopt.stored import StoredJit, once, stored_number


class Pair(NamedTuple):
    left: jax.Array
    right: jax.Array


class Named(eqx.Module):
    values: jax.Array
    label: str = eqx.field(static=True)
    inner: Pair


@pytest.fixture
def known(tmp_path, monkeypatch):
    """Functions of tests, which are no part of the package, are known by their names and arguments."""
    monkeypatch.setenv("DESIGNOPT_CACHE", str(tmp_path))

    def fingerprint(*values):
        return "".join(c if c.isalnum() else "_" for c in repr([getattr(v, "__qualname__", v) for v in values]))[-200:]

    monkeypatch.setattr(stored, "fingerprint", fingerprint)
    return tmp_path / "traced"


def counting(calls):
    def program(x, scale=2.0, how="plain"):
        calls.append(how)
        return {"sum": jnp.sum(x) * scale, "solved": jnp.linalg.solve(jnp.eye(2) * scale, x[:2])}

    return program


def test_a_second_process_traces_nothing(known):
    x, calls = np.arange(3.0), []
    first = StoredJit(counting(calls))(x)
    jax.clear_caches()
    second = StoredJit(counting(calls))(x)
    assert calls == ["plain"]
    assert len(list(known.iterdir())) == 1
    assert first["sum"] == second["sum"] == 6.0
    np.testing.assert_array_equal(first["solved"], second["solved"])


def test_a_program_is_compiled_once_also_where_it_takes_what_another_gave(known):
    compiled = []

    def told(event, seconds, fun_name="", **others):
        if event.endswith("backend_compile_duration"):
            compiled.append(fun_name)

    first, second = StoredJit(lambda key, x: (key, jnp.sin(x))), StoredJit(lambda key, x: jnp.cos(x))
    given = jax.random.key(1), np.arange(3.0)
    jax.monitoring.register_event_duration_secs_listener(told)
    try:
        for _ in range(2):
            second(*first(*given))
    finally:
        jax.monitoring.unregister_event_duration_listener(told)
    assert compiled.count("jit(call)") == 2


def test_other_shapes_types_and_fixed_arguments_are_other_programs(known):
    calls = []
    run, x = StoredJit(counting(calls)), np.arange(3.0)
    for args in [(x,), (np.arange(4.0),), (np.arange(3),), (x, 3.0), (x, 2.0, "x")]:
        run(*args)
        run(*args)
    assert len(calls) == len(list(known.iterdir())) == 5


def test_numbers_may_be_traced_too(known):
    calls = []
    run = StoredJit(counting(calls), numbers=True)
    assert [float(run(np.arange(3.0), scale)["sum"]) for scale in (1.0, 2.0, 3.0)] == [3.0, 6.0, 9.0]
    assert len(calls) == 1


def test_dataclasses_named_tuples_and_random_keys_come_back(known):
    def program(key, given):
        drawn = jax.random.normal(key, (2,))
        return Named(given.values + drawn, "mm", Pair(drawn, jnp.asarray(1.0))), [given.inner]

    given = Named(jnp.ones(2), "mm", Pair(jnp.zeros(1), jnp.zeros(1)))
    plain = program(jax.random.key(1), given)
    for _ in range(2):
        found = StoredJit(program)(jax.random.key(1), given)
        assert isinstance(found[0], Named)
        assert isinstance(found[0].inner, Pair)
        assert found[0].label == "mm"
        jax.tree.map(np.testing.assert_allclose, found, plain)


@pytest.mark.parametrize("options", [stored.QUICKLY, {"xla_no_such_option": "1"}], ids=["known", "unknown to XLA"])
def test_what_is_compiled_quickly_gives_the_same(known, monkeypatch, options):
    asked = []

    def compiled(lowered, options=None):
        asked.append(options)
        return whole(lowered, options)

    whole = jax.stages.Lowered.compile
    monkeypatch.setattr(jax.stages.Lowered, "compile", compiled)
    monkeypatch.setattr(stored, "QUICKLY", options)
    x = jnp.linspace(0.1, 3.0, 50)
    np.testing.assert_allclose(StoredJit(lambda x: jnp.sin(x) / x, quickly=True)(x), np.sin(x) / x, rtol=1e-14)
    assert asked == ([options] if "xla_backend_optimization_level" in options else [options, None])


@pytest.mark.parametrize("damage", [b"", b"nonsense", None])
def test_a_damaged_file_is_written_again(known, damage):
    calls = []
    StoredJit(counting(calls))(np.arange(3.0))
    (file,) = known.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    assert StoredJit(counting(calls))(np.arange(3.0))["sum"] == 6.0
    assert len(calls) >= 2
    assert len(file.read_bytes()) == len(whole)


def test_a_folder_that_cannot_be_written_to_stops_nothing(known):
    known.parent.joinpath("traced").write_text("a file where the folder would be")
    assert StoredJit(counting([]))(np.arange(3.0))["sum"] == 6.0


def test_what_asks_outside_jax_is_computed_and_not_kept(known):
    def program(x):
        return jax.pure_callback(lambda v: np.asarray(v) * 2, jax.ShapeDtypeStruct((3,), float), x)

    for _ in range(2):
        np.testing.assert_array_equal(StoredJit(program)(np.arange(3.0)), [0.0, 2.0, 4.0])
    assert not known.exists()


def test_an_error_of_the_function_is_its_own(known):
    def program(x):
        raise ValueError("A sentence of the detector.")

    with pytest.raises(ValueError, match="A sentence of the detector"):
        StoredJit(program)(np.arange(3.0))


def test_within_another_program_it_is_the_function(known):
    run = StoredJit(counting([]))
    assert jax.jit(lambda x: run(x)["sum"] + 1)(np.arange(3.0)) == 7.0
    assert jax.grad(lambda x: run(x)["sum"])(jnp.arange(3.0)).tolist() == [2.0, 2.0, 2.0]
    assert not known.exists()


def test_only_the_programs_used_last_stay_on_the_disk(known, monkeypatch):
    monkeypatch.setattr(stored, "MOST", 3)
    for size in range(3, 9):
        StoredJit(counting([]))(np.arange(float(size)))
    assert len(list(known.iterdir())) == 3


def test_a_number_is_found_once_and_a_check_that_failed_is_made_again(known):
    asked = []

    def find():
        asked.append(1)
        return 42

    assert [stored_number(find, "this") for _ in range(2)] == [42, 42]
    assert len(asked) == 1

    def check(value):
        asked.append(value)
        if value == "bad":
            raise ValueError("bad")

    once(check, "good")
    once(check, "good")
    for _ in range(2):
        with pytest.raises(ValueError, match="bad"):
            once(check, "bad")
    assert asked[1:] == ["good", "bad", "bad"]


def test_what_is_not_known_is_traced_each_time(tmp_path, monkeypatch):
    monkeypatch.setenv("DESIGNOPT_CACHE", str(tmp_path))
    calls = []
    for _ in range(2):
        StoredJit(counting(calls))(np.arange(3.0))
        assert stored_number(lambda: calls.append("number") or 1, counting) == 1
    assert calls == ["plain", "number"] * 2
    assert not (tmp_path / "traced").exists()
    with pytest.raises(NotKnown):
        stored.fingerprint(counting(calls))
