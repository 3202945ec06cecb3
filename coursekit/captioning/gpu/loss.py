"""Probabilities and the loss on whole batches: twins of ``reference.loss``."""

import torch
from torch.nn import functional

from coursekit.captioning import shared
from coursekit.core import require
from coursekit.core.types import Integer, Real

COLDEST = 1e-3


def softmax(logits: torch.Tensor, temperature: Real = 1.0) -> torch.Tensor:
    """Turn scores into probabilities; a low temperature favours the best, a high one none.

    Convention
    ----------
    As ``reference.softmax``, within 1e-6: the greatest score is subtracted before the temperature
    divides, or a cold float32 would lose digits.
    """
    require.floats(logits, "logits", None)
    temperature = require.number(temperature, "temperature", COLDEST)
    return ((logits - logits.amax(dim=-1, keepdim=True)) / temperature).softmax(dim=-1)


def log_softmax(logits: torch.Tensor) -> torch.Tensor:
    """The logarithms of the probabilities, computed so that none becomes log 0.

    Convention
    ----------
    As ``reference.log_softmax``, within 1e-6.
    """
    require.floats(logits, "logits", None)
    return logits.log_softmax(dim=-1)


def masked_cross_entropy(
    logits: torch.Tensor, targets: torch.Tensor, pad: Integer = 0
) -> torch.Tensor:
    """How surprised the network is by the next word, on average over the words that there are.

    Parameters
    ----------
    targets : (..., L) int64, the words that do come: the captions without their START

    Returns
    -------
    () float, in nats a word: one number for the whole batch

    Convention
    ----------
    As ``reference.masked_cross_entropy``, within 1e-6. Where every target is PAD it is NaN: to
    refuse that, values would have to be read.

    Raises
    ------
    TypeError : logits is not float, or targets not int64.
    ValueError : the shapes differ.
    """
    shared.require_targets(logits, targets)
    scores = logits.reshape(-1, logits.shape[-1])
    return functional.cross_entropy(scores, targets.reshape(-1), ignore_index=pad)
