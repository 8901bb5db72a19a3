"""Disasters other than kills, each through the real command: a sentence that helps, or the right result, never silence.

A command that meets a disaster must end with exit code 2 and say which file, what holds and how to go on, must have
changed nothing, and what it advises must lead to the right result; or it must end with 0 and the right result.
"""

import json
import random
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from designopt.benchmarks.campaign import full_disk
from designopt.benchmarks.campaign.comparison import compare
from designopt.benchmarks.campaign.damage import DAMAGES, cut
from designopt.benchmarks.campaign.nursery import fork, wait
from designopt.records.files.file_names import ledger_folder
from designopt.records.ledger import run_files
from designopt.records.study_note import FILE as NOTE
from designopt.study.script import Script

HOLDS = ("hold", "kept", "stays", "Nothing of this run", "is there")
GO_ON = (
    "designopt resume",
    "try again",
    "same command",
    "Run the study's script again",
    "make room",
    "Make room",
    "Put back",
)
"""Words of which one must be in a sentence: what holds, and how to go on."""

ROOM = 1 << 28


@dataclass
class Place:
    """One try: a folder with a copy of a study, finished or not, and the study that nothing happened to."""

    folder: Path
    script: Script
    undisturbed: Path
    chance: random.Random

    @property
    def run_dir(self) -> Path:
        """Of the copy."""
        return self.folder / "runs"

    def fill(self) -> None:
        """Copy the study, and half of the time cut it back to what it had when it was unfinished."""
        shutil.copytree(ledger_folder(self.undisturbed), ledger_folder(self.run_dir), dirs_exist_ok=True)
        self.script.keep(self.run_dir)
        if self.chance.random() < 0.5:
            for path in run_files(self.run_dir):
                lines = path.read_bytes().splitlines(keepends=True)
                path.write_bytes(b"".join(lines[: self.chance.randint(3, len(lines))]))

    def command(self, *words: str) -> tuple[int, str]:
        """Exit code and output of `designopt *words`, in a child."""

        def work() -> None:
            from designopt.cli.app import main

            sys.argv = ["designopt", *words]
            main()

        output = self.folder / "output"
        code = wait(fork(work, output))
        return code, output.read_text(errors="replace")

    def right(self) -> str:
        """Empty if the study is the undisturbed one, otherwise what differs."""
        found = compare(self.run_dir, self.undisturbed)
        return "" if found.none else f"not the undisturbed study: {found}"

    def led_to_the_right_result(self, *words: str) -> str:
        """Empty if this command ends well and the study is right then, otherwise what is wrong."""
        code, text = self.command(*words)
        return self.right() if code == 0 else f"`designopt {words[0]}` as advised ended with {code}: {text[-1500:]}"


SENTENCE, RIGHT = "sentence, and its advice works", "right result"


def refused(text: str, names: str) -> str:
    """Empty if a refusal says which file (`names`), what holds and how to go on, otherwise what is wrong with it."""
    for what, words in (("the file", (names,)), ("what holds", HOLDS), ("how to go on", GO_ON)):
        if not any(word in text for word in words):
            return f"the sentence does not say {what}: {text[-1500:]}"
    return ""


def damaged_ledger(place: Place, damage: Callable[[bytes, random.Random], bytes]) -> tuple[str, str]:
    """Damage one ledger, resume or report: what it ended in, and what is wrong, or nothing."""
    place.fill()
    path = place.chance.choice(run_files(place.run_dir))
    whole = now = path.read_bytes()
    while now == whole:
        now = damage(whole, place.chance)
    path.write_bytes(now)
    words = "resume", str(place.run_dir), "--workers", "1"
    reporting = place.chance.random() < 0.25
    code, text = place.command(*(("report", str(place.run_dir)) if reporting else words))
    if "Traceback" in text or code not in (0, 2):
        return "", f"exit code {code}: {text[-1500:]}"
    if code == 0:
        if not reporting:
            return RIGHT, place.right()
        held = now[: now.rfind(b"\n") + 1]
        return RIGHT, "" if whole.startswith(held) else "reported in silence"
    if path.read_bytes() != now:
        return "", "refused, and changed the ledger all the same"
    if wrong := refused(text, path.name):
        return "", wrong
    wrong = place.led_to_the_right_result(*words, "--repair")
    if not wrong and path.with_name(path.name + ".damaged").read_bytes() != now:
        wrong = "the damaged ledger was not kept"
    return SENTENCE, wrong


def damaged_file(place: Place, name: str) -> tuple[str, str]:
    """Cut another file of the run folder at any byte, and resume."""
    place.fill()
    path = place.run_dir / name
    path.write_bytes(cut(path.read_bytes(), place.chance))
    code, text = place.command("resume", str(place.run_dir), "--workers", "1")
    if "Traceback" in text or code not in (0, 2):
        return "", f"exit code {code}: {text[-1500:]}"
    if code == 0:
        return RIGHT, place.right()
    if name not in text:
        return "", f"the sentence does not say the file: {text[-1500:]}"
    again = "run", place.script.path, "--out", str(place.run_dir), "--workers", "1"
    return SENTENCE, place.led_to_the_right_result(*again)


def small_disk(place: Place, read_only: bool) -> tuple[str, str]:
    """Resume or report on a disk with little room, or one that can only be read; then make room, and resume."""
    verdict = place.folder / "verdict.json"

    def work() -> None:
        full_disk.own_mounts()
        place.run_dir.mkdir()
        full_disk.mount(place.run_dir, ROOM)
        place.fill()
        if read_only:
            full_disk.mount(place.run_dir, ROOM, full_disk.REMOUNT | full_disk.READ_ONLY)
        else:
            more = place.chance.randint(0, 16) if place.chance.random() < 0.6 else place.chance.randint(16, 300)
            full_disk.mount(place.run_dir, full_disk.used(place.run_dir) + 4096 * more, full_disk.REMOUNT)
        found = _on_a_small_disk(place, lambda: full_disk.mount(place.run_dir, ROOM, full_disk.REMOUNT))
        verdict.write_text(json.dumps(found))

    code = wait(fork(work, place.folder / "child"))
    if code:
        return "", f"the child ended with {code}: {(place.folder / 'child').read_text()[-1500:]}"
    ended, wrong = json.loads(verdict.read_text())
    return ended, wrong


def _on_a_small_disk(place: Place, make_room: Callable[[], None]) -> tuple[str, str]:
    workers = "2" if place.chance.random() < 0.1 else "1"
    words = "resume", str(place.run_dir), "--workers", workers
    code, text = place.command(*words)
    if "Traceback" in text or code not in (0, 2):
        return "", f"exit code {code}: {text[-1500:]}"
    if code == 0 and (wrong := place.right()):
        return "", wrong
    if code == 2 and (wrong := refused(text, str(place.run_dir))):
        return "", wrong
    make_room()
    return SENTENCE if code else RIGHT, place.led_to_the_right_result(*words)


DISASTERS: dict[str, Callable[[Place], tuple[str, str]]] = {
    **{name: partial(damaged_ledger, damage=damage) for name, damage in DAMAGES.items()},
    f"{NOTE} cut": partial(damaged_file, name=NOTE),
    "study.py cut": partial(damaged_file, name="study.py"),
    "full disk": partial(small_disk, read_only=False),
    "read-only folder": partial(small_disk, read_only=True),
}
"""By name: what happens, what it ended in, and what is wrong with that, or nothing."""
MOUNTED = ("full disk", "read-only folder")
"""Those that need a disk of their own."""


@dataclass
class Outcomes:
    """What the tries of one disaster ended in."""

    ended: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def all_disasters(
    folder: Path, script: Script, undisturbed: Path, chance: random.Random, tries: int, ends: float
) -> dict[str, Any]:
    """`tries` of every disaster, in turn, none begun after the time `ends`; the outcomes as JSON values."""
    found = {name: Outcomes() for name in DISASTERS}
    mounts = full_disk.may_mount()
    for number in range(tries):
        for name, happen in DISASTERS.items():
            if time.monotonic() > ends or (name in MOUNTED and not mounts):
                continue
            place = Place(folder / f"{name.replace(' ', '-')}-{number}", script, undisturbed, chance)
            place.folder.mkdir(parents=True)
            ended, wrong = happen(place)
            if wrong:
                found[name].faults.append(f"try {number}: {wrong}")
                sys.stderr.write(f"{name}, try {number}: {wrong}\n")
            else:
                found[name].ended[ended] += 1
                shutil.rmtree(place.folder)
    return {name: {"tries": sum(one.ended.values()) + len(one.faults), **one.ended, "faults": one.faults}
            for name, one in found.items()}  # fmt: skip
