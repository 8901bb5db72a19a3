"""Run one job of Geant4 in a subprocess that may hang, crash or be killed, and keep every whole event it produced."""

import json
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

import numpy as np
from jaxtyping import Float

from designopt import processes
from designopt.detectors.geant4.cache import Cache
from designopt.detectors.geant4.job import Job
from designopt.detectors.geant4.records import Record, read_record

CHILD = (sys.executable, "-m", "designopt.detectors.geant4.child.main")
CRASHES = 3  # in a row without a new event, before a job is given up
GRACE = 0.5  # seconds for a child to end by itself once it has nothing more to say
PATIENCE = 300.0  # seconds without a new event


class Geant4Error(RuntimeError):
    """Geant4 did not do what was asked; the sentence says why."""


@dataclass(frozen=True)
class Events:
    """Simulated events of a job, in the order of their numbers.

    Attributes:
        energy: of the primary particle, GeV.
        values: what each event left in each channel; MeV for a stack.
        simulation: simulator, version and physics list that made them.
        trouble: sentences about what went wrong; empty when all went well.
        simulated: events that were not in the cache.
    """

    energy: Float[np.ndarray, " event"]
    values: Float[np.ndarray, "event channel"]
    simulation: str
    trouble: tuple[str, ...] = ()
    simulated: int = 0


@dataclass
class _Run:
    """What is known of a job while it runs."""

    job: Job
    asked: int
    found: dict[int, Record]
    simulation: str | None
    trouble: list[str]
    simulated: int = 0

    @property
    def missing(self) -> list[int]:
        return [event for event in range(self.asked) if event not in self.found]


class Session:
    """Runs jobs one after the other, each in a process of its own, through a cache.

    `child` is the command that simulates (another program in tests), `patience` the seconds it may be silent.
    """

    def __init__(
        self, cache: Cache | None = None, child: Sequence[str] = CHILD, patience: float = PATIENCE, niceness: int = 0
    ) -> None:
        self.cache = cache
        self.child = ("nice", "-n", str(niceness), *child) if niceness else tuple(child)
        self.patience = patience

    def run(self, job: Job, events: int, minutes: float = float("inf"), at_least: int | None = None) -> Events:
        """The first `events` events of a job, from the cache as far as it has them.

        After a crash or a silence the process is started again for the events that are missing, until three starts in a
        row bring none; after `minutes` it is stopped. What is there then is returned with the trouble in words.
        Raises Geant4Error when the job is refused, or fewer than `at_least` events (all, if None) were simulated.
        """
        if events < 1:
            raise ValueError(f"{events} events were asked for. Ask for at least one.")
        ends = time.monotonic() + 60 * minutes
        entry = self.cache.read(job) if self.cache else None
        run = _Run(job, events, dict(entry.events) if entry else {}, entry.simulation if entry else None, [])
        in_vain = 0
        while run.missing and in_vain < CRASHES and time.monotonic() < ends:
            before = run.simulated
            self._attempt(run, ends)
            in_vain = 0 if run.simulated > before else in_vain + 1
        return _events(run, events if at_least is None else at_least)

    def _attempt(self, run: _Run, ends: float) -> None:
        task = {**run.job.settings(), "key": run.job.key, "events": run.missing}
        with tempfile.TemporaryFile() as talk, tempfile.TemporaryFile() as order:
            order.write(json.dumps(task).encode())
            order.seek(0)
            child = subprocess.Popen(self.child, stdin=order, stdout=subprocess.PIPE, stderr=talk)
            processes.look_after(child.pid)
            try:
                self._listen(child, run, ends)
            finally:
                processes.forget(child.pid)
                code = _ended(child)
                if child.stdout:
                    child.stdout.close()
            if run.missing and (why := _last_words(talk)) and time.monotonic() < ends:
                run.trouble.append(f"The simulation ended ({code}) with {len(run.missing)} events missing: {why}")

    def _listen(self, child: subprocess.Popen[bytes], run: _Run, ends: float) -> None:
        writer = None
        for line in _lines(child, self.patience, ends, run.trouble):
            if line.startswith("{"):
                message = _message(line)
                if "refused" in message:
                    raise Geant4Error(message["refused"])
                if run.simulation not in (None, message["simulation"]):
                    raise Geant4Error(
                        f"The cache holds events of '{run.simulation}', but this machine runs "
                        f"'{message['simulation']}'. Use another cache folder: the two must not be mixed."
                    )
                run.simulation = message["simulation"]
                writer = self.cache.writer(run.job, message["simulation"]) if self.cache else None
                continue
            record = read_record(run.job.key, line)
            if record is None:
                run.trouble.append("A line of the simulation was torn; its event is simulated again.")
                continue
            run.found[record.event] = record
            run.simulated += 1
            if writer:
                writer.write(record)


def _message(line: str) -> dict[str, str]:
    """What a child says of itself; a Geant4Error if it cannot be read."""
    try:
        return dict(json.loads(line))
    except ValueError:
        raise Geant4Error(f"The simulation said {line[:80]!r}, which cannot be understood. Start it again.") from None


def _lines(child: subprocess.Popen[bytes], patience: float, ends: float, trouble: list[str]) -> Iterator[str]:
    """Whole lines of a child as they come; ends with the child, the patience or the time."""
    assert child.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        waiting = b""
        while True:
            left = ends - time.monotonic()
            if not selector.select(max(0.0, min(patience, left))):
                reason = "was silent for too long" if left > patience else "had used the time it was given"
                trouble.append(f"The simulation {reason} and was stopped.")
                return
            piece = child.stdout.read1(1 << 16)  # type: ignore[attr-defined]
            if not piece:
                if waiting:
                    trouble.append("The simulation ended in the middle of a line, which was dropped.")
                return
            *whole, waiting = (waiting + piece).split(b"\n")
            for line in whole:
                yield line.decode("ascii", "replace")


def _last_words(talk: IO[bytes]) -> str:
    talk.seek(0)
    lines = [line.strip() for line in talk.read().decode(errors="replace").splitlines()]
    begins = max((n + 1 for n, line in enumerate(lines) if "G4Exception-START" in line), default=None)
    if begins is not None:  # which exception, who raised it, and why
        return " ".join(lines[begins : begins + 4]).strip("* ")[:300]
    kept = [line for line in lines[-40:] if line and not set(line) <= set("-*=E ")]
    return " ".join(kept[-4:])[-300:] or "it said nothing."


def _ended(child: subprocess.Popen[bytes]) -> int:
    """The exit code of a child that has closed its output, or is stopped here."""
    try:
        return child.wait(timeout=GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


def _events(run: _Run, at_least: int) -> Events:
    kept = [run.found[event] for event in range(run.asked) if event in run.found]
    if len(kept) < at_least or not kept or run.simulation is None:
        why = " ".join(dict.fromkeys(run.trouble)) or "The time was too short."
        raise Geant4Error(f"Only {len(kept)} of {run.asked} events were simulated. {why}")
    return Events(
        energy=np.array([record.energy for record in kept]),
        values=np.stack([record.values for record in kept]).astype(float),
        simulation=run.simulation,
        trouble=tuple(dict.fromkeys(run.trouble)),
        simulated=run.simulated,
    )
