"""Probabilities and the loss on whole batches: twins of ``reference.loss``."""

import torch
from torch.nn import functional

from coursekit.captioning import shared
from coursekit.core.types import Integer, Real


def softmax(logits: torch.Tensor, temperature: Real = 1.0) -> torch.Tensor:
    """Softmax with temperature of a batch.

    Convention
    ----------
    Within 1e-6 of the reference. A row without a finite greatest score is not refused, which would
    mean to read values: it gives NaN.
    """
    shared.require_logits(torch.Tensor, logits)
    temperature = shared.require_temperature(temperature)
    return ((logits - logits.amax(dim=-1, keepdim=True)) / temperature).softmax(dim=-1)


def log_softmax(logits: torch.Tensor) -> torch.Tensor:
    """Log-softmax of a batch.

    Convention
    ----------
    Within 1e-6 of the reference. A row without a finite greatest score gives NaN.
    """
    shared.require_logits(torch.Tensor, logits)
    return logits.log_softmax(dim=-1)


def masked_cross_entropy(
    logits: torch.Tensor, targets: torch.Tensor, pad: Integer = 0
) -> torch.Tensor:
    """Masked cross-entropy of a batch: one number for all its words.

    Returns
    -------
    () float, in nats a word

    Convention
    ----------
    Within 1e-6 of the reference. Where every target is PAD it is NaN: to refuse that, values would
    have to be read. Numbers of no words are PyTorch's to refuse, on the CPU by a ValueError.

    Raises
    ------
    TypeError : logits is not float, or targets not int64.
    ValueError : the shapes differ, or a target is no word's number.
    """
    pad = shared.require_targets(torch.Tensor, logits, targets, pad)
    scores = logits.reshape(-1, logits.shape[-1])
    try:
        return functional.cross_entropy(scores, targets.reshape(-1), ignore_index=pad)
    except IndexError as error:
        raise ValueError(f"targets: expected numbers of words or PAD ({pad}); {error}") from None
