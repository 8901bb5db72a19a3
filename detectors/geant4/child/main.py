"""The process that runs Geant4: one job comes in, one line an event goes out.

`python -m designopt.detectors.geant4.child.main` reads a job as JSON, writes a line of JSON (what runs, or why
nothing does) and then with one sealed line for each event as soon as it is simulated. Geant4's own talk goes to the
error stream. Every event has its own seed, so it does not depend on the events before it.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import Any, TextIO

import numpy as np

from designopt.detectors.geant4.records import Record, write_record
from designopt.processes import end_with_parent, wait_for_reader_to_go

SEEDS = 2**31 - 1


def event_seed(seed: int, event: int) -> int:
    """The seed of one event of a job."""
    return int(np.random.SeedSequence([seed, event]).generate_state(1)[0]) % SEEDS


def event_energy(seed: int, event: int, energy: list[float]) -> float:
    """Energy of the primary of an event in GeV, uniform between the two limits."""
    low, high = energy
    return low if low == high else float(np.random.default_rng([seed, event, 1]).uniform(low, high))


def main() -> None:
    """Run the job of the standard input."""
    lines = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    end_with_parent(lambda: wait_for_reader_to_go(lines.fileno()))
    job = json.load(sys.stdin)
    try:
        _run(job, lines)
    except ValueError as refused:
        _say(lines, {"refused": str(refused)})
    except ImportError as missing:
        _say(lines, {"refused": f"Geant4 is not installed ({missing}). Install designopt[geant4]."})
    _leave(lines)


def _run(job: dict[str, Any], lines: TextIO) -> None:
    from designopt.detectors.geant4.child.bindings import g
    from designopt.detectors.geant4.child.lists import describe, physics_list

    geometry, beam, events = job["geometry"], job["beam"], iter(job["events"])
    now: dict[str, Any] = {}

    def next_event() -> tuple[int, float]:
        now["event"] = next(events)
        now["energy"] = event_energy(job["seed"], now["event"], beam["energy"])
        g.G4Random.setTheSeed(event_seed(job["seed"], now["event"]))
        return now["event"], now["energy"]

    def report(values: list[float]) -> None:
        record = Record(now["event"], now["energy"], np.asarray(values, np.float32))
        lines.write(write_record(job["key"], record) + "\n")

    manager = g.G4RunManagerFactory.CreateRunManager(g.G4RunManagerType.Serial)
    physics = physics_list(job["physics"], job["cut"], geometry["kind"] == "shield")
    volumes, actions = _world(geometry, beam, next_event, report)
    manager.SetUserInitialization(volumes)
    manager.SetUserInitialization(physics)
    manager.SetUserInitialization(actions)
    volumes.check()
    manager.Initialize()
    _say(lines, {"simulation": describe(job["physics"])})
    manager.BeamOn(len(job["events"]))


def _world(
    geometry: dict[str, Any], beam: dict[str, Any], next_event: Callable[..., Any], report: Callable[..., Any]
) -> tuple[Any, Any]:
    if geometry["kind"] == "stack":
        from designopt.detectors.geant4.child.stack import stack_world

        return stack_world(geometry, beam, next_event, report)
    from designopt.detectors.geant4.child.shield import shield_world

    return shield_world(geometry, beam, next_event, report)


def _say(lines: TextIO, message: dict[str, Any]) -> None:
    lines.write(json.dumps(message) + "\n")


def _leave(lines: TextIO) -> None:
    """Leave without Geant4's static destructors, which free some of our objects twice."""
    lines.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
