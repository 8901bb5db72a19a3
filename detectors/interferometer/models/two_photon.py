"""Quantum noise of a signal-recycled Michelson interferometer in the two-photon formalism of Buonanno and Chen."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Complex, Float

from designopt.detectors.interferometer.models.carrier import carrier, signal_phase
from designopt.detectors.interferometer.optics import CARRIER, PLANCK, SPEED_OF_LIGHT, Number, Optics

Matrix = Complex[Array, "frequency two two"]
Vector = Complex[Array, "frequency two"]
HBAR = PLANCK / (2 * np.pi)
FILTER_END = 1.5e-5  # transmissivity of the end mirror of the filter cavity, fixed
QUARTER = np.array([[0.0, -1.0], [1.0, 0.0]])  # of a turn of the quadratures
QUADRATURES = np.array([[1, 1], [-1j, 1j]]) / 2**0.5  # of an upper sideband and a conjugated lower one


def strain_noise(frequencies: Float[Array, " frequency"], optics: Optics) -> Float[Array, " frequency"]:
    r"""Quantum noise as strain in 1/sqrt(Hz), one-sided.

    Fields are quadratures (amplitude, phase). An arm with half-widths $\gamma_i = cT/4L$, $\gamma_l = c\Lambda/4L$
    gives back $a \to [2\gamma_i/(\gamma - i\Omega) - 1]\,a$, couples the amplitude into the phase by
    $-(J/\Omega^2)\,2\gamma_i/(\gamma - i\Omega)^2$ with $J = 8\omega_0 P/(mLc)$, and adds $\sqrt{2\gamma_i}\,
    \sqrt{J m L^2/4\hbar}\,h/(\gamma - i\Omega)$ to the phase; without loss this is
    $e^{2i\beta}\begin{pmatrix}1&0\\-K&1\end{pmatrix}$ of Kimble et al. The signal mirror closes the loop as in Buonanno
    and Chen, Phys. Rev. D 64 (2001) 042006, equations 2.20-2.26, here with a loss at every mirror.

    Holds where a wave is much longer than the arms and the signal cavity is short: within 3 % of Differometor for
    20-5000 Hz and arms of 4 km (`tests/detectors/interferometer`). A filter cavity turns the squeezed quadrature and
    loses nothing.

    Args:
        frequencies: in Hz.
        optics: the interferometer.
    """
    omega = 2 * jnp.pi * frequencies
    block, lost, signal = arm(omega, optics)
    phi = signal_phase(optics)
    turn = rotation(phi)
    rho, tau = jnp.sqrt(1 - optics.signal_mirror - optics.loss), jnp.sqrt(optics.signal_mirror)
    loop = inverse(jnp.eye(2) - rho * turn @ block @ turn) @ turn
    returned = loop @ block @ turn
    read = readout(optics, rho)
    vacuum = jnp.sqrt(optics.loss)
    entering = jnp.einsum("q,fqp->fp", read, tau**2 * returned - rho * jnp.eye(2))
    others = [tau * vacuum * jnp.einsum("q,fqp->fp", read, returned), tau * jnp.einsum("q,fqp->fp", read, loop @ lost)]
    noise = jnp.einsum("fp,fpq,fq->f", entering, squeezed(omega, optics), jnp.conj(entering)).real
    noise = noise + sum(jnp.sum(jnp.abs(one) ** 2, axis=-1) for one in others) + optics.loss
    answer = tau * jnp.einsum("q,fqp,fp->f", read, loop, signal)
    return jnp.sqrt(noise) / jnp.abs(answer)


def arm(omega: Float[Array, " frequency"], optics: Optics) -> tuple[Matrix, Matrix, Vector]:
    """What arms of `optics` give back of light, of the vacuum of losses, of a strain of one; `omega` in rad/s."""
    half = SPEED_OF_LIGHT / (4 * optics.length)
    inner, loss = half * optics.input_mirror, half * (optics.end_mirror + 2 * optics.loss)
    pole = 1 / (inner + loss - 1j * omega)
    stored = carrier(optics).arm
    push = 16 * jnp.pi * CARRIER * stored / (optics.mass * optics.length * SPEED_OF_LIGHT)
    back = -push / omega**2 * pole**2
    block = triangle(2 * inner * pole - 1, 2 * inner * back)
    mixed = 2 * jnp.sqrt(inner * loss)
    strain = jnp.sqrt(2 * inner) * jnp.sqrt(push * optics.mass * optics.length**2 / (4 * HBAR)) * pole
    return block, triangle(mixed * pole, mixed * back), jnp.stack([jnp.zeros_like(strain), strain], axis=-1)


def triangle(diagonal: Complex[Array, " frequency"], below: Complex[Array, " frequency"]) -> Matrix:
    """Matrices that pass quadratures on by the factor `diagonal`, and amplitude to phase by the factor `below`."""
    zero = jnp.zeros_like(diagonal)
    return jnp.stack([jnp.stack([diagonal, zero], -1), jnp.stack([below, diagonal], -1)], -2)


def rotation(angle: Number) -> Float[Array, "two two"]:
    """A rotation of the quadratures by an angle in rad."""
    c, s = jnp.cos(angle), jnp.sin(angle)
    return jnp.stack([jnp.stack([c, -s], -1), jnp.stack([s, c], -1)], -2)


def inverse(matrix: Matrix) -> Matrix:
    """The inverse of each `matrix` of two rows of numbers, by Cramer's rule: no call of LAPACK."""
    (a, b), (c, d) = (matrix[..., 0, 0], matrix[..., 0, 1]), (matrix[..., 1, 0], matrix[..., 1, 1])
    turned = jnp.stack([jnp.stack([d, -b], -1), jnp.stack([-c, a], -1)], -2)
    return turned / (a * d - b * c)[..., None, None]


def readout(optics: Optics, rho: Float[Array, ""]) -> Float[Array, " two"]:
    """The quadrature of `optics` that is read: of the light which a dark offset sends out, or the homodyne angle's.

    `rho` is the amplitude that the signal mirror reflects, without unit. The local oscillator and the squeezer stand
    still where the signal mirror is moved by its tuning.
    """
    phi = signal_phase(optics)
    if optics.layout == "voyager":
        angle = jnp.pi / 2 + phi - jnp.radians(jnp.asarray(optics.homodyne, float))
        return jnp.stack([jnp.cos(angle), jnp.sin(angle)])
    sent = jnp.stack([-(1 + rho) * jnp.sin(phi), (1 - rho) * jnp.cos(phi)])
    return sent / jnp.sqrt(jnp.sum(sent**2))


def squeezed(omega: Float[Array, " frequency"], optics: Optics) -> Complex[Array, "frequency two two"]:
    r"""Covariance of the squeezed light of `optics` at the signal mirror, relative to vacuum; `omega` in rad/s.

    Of the share $\eta$ that is lost on the way, vacuum comes: $V \to (1-\eta) V + \eta$.
    """
    less = 10 ** (-optics.squeezing / 10)
    share, vacuum = 1 - optics.squeezing_loss, optics.squeezing_loss
    turn = rotation(-jnp.radians(jnp.asarray(optics.squeezing_angle, float)))
    sent = turn @ jnp.diag(jnp.stack([share * less + vacuum, share / less + vacuum])) @ turn.T
    if optics.layout == "voyager":
        sent = filtered(omega, optics, sent)
    moved = rotation(-signal_phase(optics))
    return jnp.broadcast_to(moved @ sent @ moved.T, (omega.size, 2, 2)).astype(complex)


def filtered(omega: Float[Array, " frequency"], optics: Optics, sent: Float[Array, "two two"]) -> Matrix:
    r"""Covariance behind a filter cavity, which turns the squeezed quadrature with frequency.

    It reflects sidebands by $2\gamma_i/(\gamma - i(\pm\Omega-\Delta)) - 1$; what a sideband loses is filled up with
    vacuum. Half-widths as of the arms; $\Delta$ is how far the cavity is off resonance. The quadratures are turned a
    quarter on the way. `omega` in rad/s, `optics` the interferometer, `sent` the covariance before, relative to vacuum.
    """
    half = SPEED_OF_LIGHT / (4 * optics.filter_length)
    inner, loss = half * optics.filter_mirror, half * (FILTER_END + 2 * optics.loss)
    off = jnp.radians(jnp.asarray(optics.filter_tuning, float)) * SPEED_OF_LIGHT / optics.filter_length
    upper, lower = (2 * inner / (inner + loss - 1j * (side * omega - off)) - 1 for side in (1, -1))
    sides = jnp.stack([upper, jnp.conj(lower)], axis=-1)
    kept = jnp.einsum("ab,fb,cb->fac", QUADRATURES, sides, jnp.conj(QUADRATURES)) @ QUARTER
    vacuum = jnp.einsum("ab,fb,cb->fac", QUADRATURES, 1 - jnp.abs(sides) ** 2, jnp.conj(QUADRATURES))
    return kept @ sent @ jnp.conj(jnp.swapaxes(kept, -1, -2)) + vacuum
