"""A ledger for the tests, written without simulating: made-up trials, and a finished run or one that was cut short."""

import numpy as np

from designopt.records.ledger import RunFile
from designopt.records.trial import Needs, Trial

PROBLEM = {"name": "p", "budget": 1.0, "spend": "exactly", "options": {}, "events": 1}
HEADER = {
    "study": "s",
    "problem": PROBLEM,
    "optimiser": {"name": "o", "role": "search", "library": "numpy", "version": "2", "settings": {"step": 0.1}},
    "seed": 0,
    "allowance": 100,
}


def trial(number: int) -> Trial:
    """A made-up trial."""
    u = np.random.default_rng(number).random(6)
    return Trial(
        number=number, u=u, sharpness=1.0, needs=Needs.SCORE, loss=None, gradient=None, jacobian=None,
        score=float(u.sum()), cost=1.0, built_cost=1.0, paid=1.0, violations={"depth": -u[0]},
        built_violations={"depth": -u[1]}, failed=False, events=1, seconds=0.01, at=0.1 * number,
    )  # fmt: skip


def write_ledger(path, trials=30, finished=True, header=HEADER):
    """Write it; returns the path."""
    file = RunFile(path, header)
    for number in range(trials):
        file.append(trial(number).to_record())
    if finished:
        file.append({"kind": "end", "stop": "EVENTS", "why": "The allowance is spent.", "seconds": 1.0})
        file.append({"kind": "winner", "number": 3, "score": 1.0, "violations": {}, "design": {}})
    file.close()
    return path


def unsealed(path, version=2):
    """Rewrite a ledger as an earlier version did, without seals."""
    lines = path.read_bytes().splitlines(keepends=True)
    plain = b"".join(line[: line.rindex(b',"seal"')] + b"}\n" for line in lines)
    path.write_bytes(plain.replace(b'"format":3', b'"format":%d' % version))
    return path
