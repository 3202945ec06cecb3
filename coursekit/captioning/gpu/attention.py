"""Additive attention on whole batches: twins of ``reference.attention``."""

import torch
from torch.nn import functional

from coursekit.captioning import shared


def attention_keys(
    features: torch.Tensor, feature_weight: torch.Tensor, bias: torch.Tensor
) -> torch.Tensor:
    """Additive attention, the keys of a batch of feature maps.

    Parameters
    ----------
    features : (..., P, C) float, the cells of the encoder's maps, row by row

    Returns
    -------
    (..., P, A) float

    Convention
    ----------
    Within 1e-6 of the reference.
    """
    shared.require_keys(torch.Tensor, features, feature_weight, bias)
    return functional.linear(features, feature_weight, bias)


def attention_step(
    query: torch.Tensor,
    keys: torch.Tensor,
    features: torch.Tensor,
    query_weight: torch.Tensor,
    score_weight: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Additive (Bahdanau) attention, one step for a batch of queries and maps.

    Parameters
    ----------
    query : (..., Q) float, the decoders' h
    keys : (..., P, A) float, of ``attention_keys``
    features : (..., P, C) float, the cells

    Returns
    -------
    context : (..., C) float, the cells' means, weighted by attention
    attention : (..., P) float, 0 or more, of sum 1

    Convention
    ----------
    Within 1e-6 of the reference. For all words of a caption at once give queries (..., L, Q), with
    keys and features (..., 1, P, A) and (..., 1, P, C).
    """
    shared.require_attention(torch.Tensor, query, keys, features, query_weight, score_weight)
    projected = functional.linear(query, query_weight)[..., None, :]
    attention = ((projected + keys).tanh() @ score_weight).softmax(dim=-1)
    return (attention[..., None, :] @ features)[..., 0, :], attention
