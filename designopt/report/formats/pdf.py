"""The page as PDF, printed by a browser that is installed."""

import shutil
import subprocess
import tempfile
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "microsoft-edge")
LIMIT = 300.0
"""Seconds that printing may take."""


def browser() -> str | None:
    """Path of the first browser found that can print without a window; None where there is none."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def print_page(page: Path) -> Path:
    """Print the page beside itself as `report.pdf`. Raises OSError, a sentence, where no browser can."""
    program = browser()
    if program is None:
        raise OSError(
            f"A PDF is printed by a browser, and none of {', '.join(BROWSERS)} is installed. Install Chromium, or open "
            f"{page} in any browser and print it: its style has a form for paper."
        )
    target = page.with_suffix(".pdf")
    with tempfile.TemporaryDirectory() as profile:
        words = [
            program, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
            f"--user-data-dir={profile}", f"--print-to-pdf={target.resolve()}", page.resolve().as_uri(),
        ]  # fmt: skip
        try:
            done = subprocess.run(words, capture_output=True, text=True, timeout=LIMIT, check=False)
        except subprocess.TimeoutExpired:
            raise OSError(
                f"{program} did not print {page} within {LIMIT:g} s. Open it in a browser and print it."
            ) from None
    if done.returncode or not target.exists():
        why = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise OSError(f"{program} could not print {page} ({why}). Open it in a browser and print it.")
    return target
