"""Numbers of fresh events, for searches on noisy problems: none of them is met twice in a run."""

import itertools
from collections.abc import Iterator

import numpy as np


def fresh_events(seed: int) -> Iterator[int]:
    """Numbers for `Evaluator.evaluate(points, sample=...)`, without end, other ones for every seed.

    Each names as many fresh events as the problem simulates per evaluation. What a problem has to offer is that
    `AbstractDetector.response(design, key)` draws fresh events from a key; where it ignores the key, all samples agree
    and the searches that use them work as they would without noise.
    """
    for number in itertools.count():
        yield int(np.random.SeedSequence([seed, 11, number]).generate_state(1, np.uint64)[0] >> np.uint64(11))
