"""From scores to probabilities, and how wrong they are."""

from typing import Any

import numpy as np

from coursekit.captioning import shared
from coursekit.core.types import Array, Integer, Real


def softmax(logits: Array, temperature: Real = 1.0) -> Array:
    """Softmax with temperature: turn scores into probabilities.

    A low temperature favours the best word, a high one none.

    Parameters
    ----------
    logits : (..., V) float, a score for each word, -inf for one that is forbidden
    temperature : float, 0.001 to 1e30

    Returns
    -------
    (..., V) float, 0 or more, of sum 1

    Convention
    ----------
    The greatest score is subtracted first, which changes nothing but that exp cannot overflow. The
    temperature divides the scores: that is p to the power of 1 / temperature, not of temperature.

    Raises
    ------
    TypeError, ValueError : logits is not float; a row has no finite greatest score: all is -inf, or
        there is +inf or NaN; the temperature is out of its range.

    References
    ----------
    Bridle 1990; the temperature is Boltzmann's. Taught in 09 §7.
    """
    temperature = shared.require_temperature(temperature)
    with np.errstate(over="ignore"):  # to -inf, and exp makes that 0
        powers = np.exp((logits - _greatest(logits)) / temperature)
    return powers / powers.sum(axis=-1, keepdims=True)


def log_softmax(logits: Array) -> Array:
    """Log-softmax: the logarithms of the probabilities, computed so that none becomes log 0.

    Parameters
    ----------
    logits : (..., V) float, a score for each word, -inf for one that is forbidden

    Returns
    -------
    (..., V) float, 0 or less

    Convention
    ----------
    Natural logarithm. Equal to ``torch.nn.functional.log_softmax`` within 1e-6.

    Raises
    ------
    TypeError, ValueError : logits is not float, or a row has no finite greatest score.

    References
    ----------
    Blanchard et al. 2021, "Accurately computing the log-sum-exp and softmax functions". Taught in
    09 §6.
    """
    with np.errstate(over="ignore"):
        shifted = logits - _greatest(logits)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _greatest(logits):
    """The greatest score of each row, (..., 1); a row without a finite one has no softmax."""
    shared.require_logits(np.ndarray, logits)
    greatest = logits.max(axis=-1, keepdims=True)
    if not np.isfinite(greatest).all():
        raise ValueError(
            "logits: expected a finite greatest score in each row, got "
            f"{greatest[~np.isfinite(greatest)][0]}"
        )
    return greatest


def masked_cross_entropy(logits: Array, targets: Array, pad: Integer = 0) -> np.floating[Any]:
    """Masked cross-entropy: the mean surprise at the next word, padding left out.

    Parameters
    ----------
    logits : (..., L, V) float, the scores for each next word
    targets : (..., L) int64, the words that do come: the caption without its START
    pad : int, the number that short captions are padded with; it need not be a word's

    Returns
    -------
    float of logits' dtype, in nats a word

    Convention
    ----------
    The sum over all words of all captions, divided by how many they are; positions of PAD count in
    neither. Equal to ``torch.nn.functional.cross_entropy(ignore_index=pad)`` within 1e-6.

    Raises
    ------
    TypeError : logits is not float, or targets not int64.
    ValueError : the shapes differ, every target is PAD, or one is no word's number.

    References
    ----------
    Vinyals et al. 2015, Eq. 13. Taught in 09 §6.
    """
    pad = shared.require_targets(np.ndarray, logits, targets, pad)
    words = targets != pad
    if not words.any():
        raise ValueError(f"targets: expected a word, got nothing but PAD ({pad})")
    shared.require_known(targets[words], "targets", logits.shape[-1])
    spoken = targets[words][:, None]
    return -np.take_along_axis(log_softmax(logits[words]), spoken, axis=-1).mean()
