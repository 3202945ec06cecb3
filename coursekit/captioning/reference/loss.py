"""From scores to probabilities, and how wrong they are."""

from typing import Any

import numpy as np

from coursekit.captioning import shared
from coursekit.core import require
from coursekit.core.types import Array, Integer, Real

COLDEST = 1e-3  # below it, scores of float32 divided by it may overflow


def softmax(logits: Array, temperature: Real = 1.0) -> Array:
    """Turn scores into probabilities; a low temperature favours the best, a high one none.

    Parameters
    ----------
    logits : (..., V) float, a score for each word, -inf for one that is forbidden
    temperature : float, 0.001 or more

    Returns
    -------
    (..., V) float, 0 or more, of sum 1

    Convention
    ----------
    The greatest score is subtracted first, which changes nothing but that exp cannot overflow. The
    temperature divides the scores: that is p to the power of 1 / temperature, not of temperature.

    Raises
    ------
    TypeError, ValueError : logits is not float; the temperature is too low.

    References
    ----------
    Bridle 1990; the temperature is Boltzmann's. Taught in 09 §7.
    """
    require.floats(logits, "logits", None)
    temperature = require.number(temperature, "temperature", COLDEST)
    powers = np.exp((logits - logits.max(axis=-1, keepdims=True)) / temperature)
    return powers / powers.sum(axis=-1, keepdims=True)


def log_softmax(logits: Array) -> Array:
    """The logarithms of the probabilities, computed so that none becomes log 0.

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
    TypeError, ValueError : logits is not float.

    References
    ----------
    Blanchard et al. 2021, "Accurately computing the log-sum-exp and softmax functions". Taught in
    09 §6.
    """
    require.floats(logits, "logits", None)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def masked_cross_entropy(logits: Array, targets: Array, pad: Integer = 0) -> np.floating[Any]:
    """How surprised the network is by the next word, on average over the words that there are.

    Parameters
    ----------
    logits : (..., L, V) float, the scores for each next word
    targets : (..., L) int64, the words that do come: the caption without its START
    pad : int, the number that fills short captions up

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
    ValueError : the shapes differ, or every target is PAD.

    References
    ----------
    Vinyals et al. 2015, Eq. 13. Taught in 09 §6.
    """
    shared.require_targets(logits, targets)
    words = targets != pad
    if not words.any():
        raise ValueError(f"targets: expected a word, got nothing but PAD ({pad})")
    chances = np.take_along_axis(log_softmax(logits), targets[..., None], axis=-1)[..., 0]
    return -chances[words].mean()
