"""A mark for tests that start a cluster."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes a minute or more (packages, whole studies)")
