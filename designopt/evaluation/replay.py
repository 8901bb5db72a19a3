"""Recorded against proposed: a run that starts again is led through its own ledger before it goes on."""

import numpy as np

from designopt.records.trial import Needs, Trial


class ReplayMismatch(RuntimeError):
    """The run proposes something else than its ledger recorded."""


def check_replay(recorded: Trial, u: np.ndarray, needs: Needs, sharpness: float, sample: int | None = None) -> None:
    """Raise ReplayMismatch unless the proposal is the recorded one, bit for bit.

    Args:
        recorded: the trial of the ledger.
        u: the point, shape (coordinate,), 0 to 1.
        needs: what is wanted of it.
        sharpness: how hard gates and mixtures are.
        sample: number of the fresh events, or None.
    """
    if recorded.needs != needs:
        raise ReplayMismatch(
            f"Trial {recorded.number} asked for {recorded.needs.label} when it was recorded and asks for {needs.label} "
            "now. The optimiser has changed: start the run in a new folder."
        )
    if recorded.sample != sample:
        raise ReplayMismatch(
            f"Trial {recorded.number} met {_events(recorded.sample)} when it was recorded and meets {_events(sample)} "
            "now. The optimiser has changed: start the run in a new folder."
        )
    if not np.array_equal(recorded.u, u) or recorded.sharpness != sharpness:
        away = float(np.max(np.abs(recorded.u - u))) if recorded.u.shape == u.shape else float("inf")
        raise ReplayMismatch(
            f"Trial {recorded.number} differs from its record by {away:.3g} in the unit cube. The optimiser, a library "
            "or the machine has changed: start the run in a new folder, or resume it where it was begun."
        )


def _events(sample: int | None) -> str:
    return "the training events" if sample is None else f"the fresh events {sample}"
