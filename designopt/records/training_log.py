"""What a training of an agent writes of its evaluations: a sealed line each, in the folder of the training."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from designopt.records.files.lines import LineFile


class TrainingLog:
    """The evaluations of one training.

    Attributes:
        path: of the file.
    """

    def __init__(self, folder: Path):
        self.path = folder / "evaluations.jsonl"

    @property
    def begun(self) -> bool:
        """Whether a training wrote here before."""
        return self.path.exists()

    def append(self, evaluation: Mapping[str, Any]) -> None:
        """Append an evaluation. Raises OSError where it cannot be written, ChangedLine where the file was changed."""
        LineFile(self.path).append(dict(evaluation))
