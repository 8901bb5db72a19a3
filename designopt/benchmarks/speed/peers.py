"""The same arithmetic by others: the mean energy loss of muons in iron by NumPy and by C, beside ours."""

import ctypes
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np

SOURCE = r"""
#include <math.h>
static const double M = 0.1056583755, m = 0.51099895e-3, alpha = 1 / 137.035999, pi = 3.14159265358979323846;
static const double bethe_k = %(bethe).17g, excitation = %(excitation).17g;
static const double a = %(a).17g, k = %(k).17g, x0 = %(x0).17g, x1 = %(x1).17g, c = %(C).17g, d0 = %(delta0).17g;
void ionisation(const double *energy, double *out, long count) {
    for (long i = 0; i < count; i++) {
        double e = energy[i], g = e / M, g2 = g * g, bg2 = g2 - 1, b2 = bg2 / g2;
        double q = 2 * m * bg2 / (1 + 2 * g * m / M + (m / M) * (m / M)), l = log(bg2), x = 0.5 * l / log(10.0);
        double bend = x < x1 ? a * exp(k * log(fmax(x1 - x, 1e-12))) : 0.0;
        double delta = x < x0 ? d0 * exp(2 * log(10.0) * (x - x0)) : 2 * log(10.0) * x - c + bend;
        double s = log(2 * q / m), sum = 0.5 * (log(2 * m * q / (excitation * excitation)) + l) - b2;
        sum += q * q / (8 * e * e) - 0.5 * delta;
        out[i] = bethe_k * (sum / b2 + alpha / (4 * pi) * (log(2 * e / M) - s / 3) * s * s);
    }
}
"""
"""What `muon_shield.transport.energy_loss.ionisation` says, for a compiler."""

Loss = Callable[[np.ndarray], np.ndarray]


def by_c(constants: dict[str, float], folder: Path) -> Loss | None:
    """Ionisation by C, at the compiler's best; None where there is no compiler, or it fails.

    Args:
        constants: `bethe`, `excitation` and Sternheimer's, as the formula of ours has them.
        folder: where it is compiled.
    """
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    source, made, library = (folder / f"ionisation.{kind}" for kind in ("c", "o", "so"))
    source.write_text(SOURCE % constants)
    flags = ["-O3", "-march=native", "-ffast-math", "-fPIC", "-c"]
    try:
        subprocess.run([compiler, *flags, str(source), "-o", str(made)], check=True, capture_output=True)
        # linked without -ffast-math: with it a library makes small numbers zero in all of the process that loads it
        subprocess.run([compiler, "-shared", str(made), "-o", str(library), "-lm"], check=True, capture_output=True)
        function = ctypes.CDLL(str(library)).ionisation
    except (OSError, subprocess.CalledProcessError):
        return None
    numbers = np.ctypeslib.ndpointer(dtype=np.float64, flags="C_CONTIGUOUS")
    function.argtypes, function.restype = [numbers, numbers, ctypes.c_long], None

    def loss(energy: np.ndarray) -> np.ndarray:
        found = np.empty_like(energy)
        function(energy, found, energy.size)
        return found

    return loss


def by_numpy(constants: dict[str, float]) -> Loss:
    """Ionisation by NumPy, array after array.

    Args:
        constants: as of `by_c`.
    """
    c, muon, electron, tenfold = constants, 0.1056583755, 0.51099895e-3, np.log(10.0)

    def loss(energy: np.ndarray) -> np.ndarray:
        gamma = energy / muon
        bg2 = gamma * gamma - 1
        beta2 = bg2 / (bg2 + 1)
        transfer = 2 * electron * bg2 / (1 + 2 * gamma * electron / muon + (electron / muon) ** 2)
        logarithm = np.log(bg2)
        x = 0.5 * logarithm / tenfold
        bend = np.where(x < c["x1"], c["a"] * np.maximum(c["x1"] - x, 1e-12) ** c["k"], 0.0)
        slow = c["delta0"] * np.exp(2 * tenfold * np.minimum(x - c["x0"], 0.0))
        delta = np.where(x < c["x0"], slow, 2 * tenfold * x - c["C"] + bend)
        total = 0.5 * (np.log(2 * electron * transfer / c["excitation"] ** 2) + logarithm) - beta2
        total += transfer**2 / (8 * energy**2) - 0.5 * delta
        soft = np.log(2 * transfer / electron)
        photon = (np.log(2 * energy / muon) - soft / 3) * soft**2 / (137.035999 * 4 * np.pi)
        return c["bethe"] * (total / beta2 + photon)

    return loss
