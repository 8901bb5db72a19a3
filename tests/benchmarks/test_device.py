"""A batch that several devices share gives the scores of one device; the devices of a processor are made up."""

import os
import re
import subprocess
import sys

import pytest

from designopt.benchmarks.device.measure import measured
from designopt.benchmarks.problems import square_root_law


def test_a_shared_batch_equals_a_single_one():
    environment = {**os.environ, "XLA_FLAGS": "--xla_force_host_platform_device_count=2"}
    command = [sys.executable, "-m", "designopt.benchmarks.device", "plane-spacing-v1", "--rows", "4"]
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stderr
    assert "2 x cpu" in shown.stdout
    row = re.split(r"\s*[|│]\s*", next(line for line in shown.stdout.splitlines() if "plane-spacing" in line))
    assert float(row[-2]) < 1e-9


def test_one_device_shares_nothing_and_a_batch_it_cannot_hold_is_refused():
    found = measured(square_root_law(), 2)
    assert found.shared is None
    assert found.scores > 0
    assert found.events == pytest.approx(found.scores * square_root_law().events)
    with pytest.raises(ValueError, match="Give a multiple"):
        measured(square_root_law(), 0)
