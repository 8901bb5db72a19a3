"""A simulator that is any executable: one evaluation is one process, and what it found is kept on disk."""

from designopt.problem.command_detector.detector import CommandDetector as CommandDetector
from designopt.problem.command_detector.process import CommandFailed as CommandFailed

__all__ = ["CommandDetector", "CommandFailed"]
