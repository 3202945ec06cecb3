"""Additive attention on whole batches: twins of ``reference.attention``."""

import torch
from torch.nn import functional

from coursekit.captioning import shared


def attention_keys(
    features: torch.Tensor, feature_weight: torch.Tensor, bias: torch.Tensor
) -> torch.Tensor:
    """Describe each cell of each map in the terms in which queries are asked; once a picture.

    Parameters
    ----------
    features : (..., P, C) float, the cells of the encoder's maps, row by row

    Returns
    -------
    (..., P, A) float

    Convention
    ----------
    As ``reference.attention_keys``, within 1e-6.

    Raises
    ------
    TypeError, ValueError : a tensor is not float, or its shape does not fit the others.
    """
    shared.require_keys(features, feature_weight, bias)
    return functional.linear(features, feature_weight, bias)


def attention_step(
    query: torch.Tensor,
    keys: torch.Tensor,
    features: torch.Tensor,
    query_weight: torch.Tensor,
    score_weight: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Look at each map once: compare its query with all cells, and mix the cells that fit.

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
    As ``reference.attention_step``, within 1e-6. For all words of a caption at once give queries
    (..., L, Q), with keys and features (..., 1, P, A) and (..., 1, P, C).

    Raises
    ------
    TypeError, ValueError : a tensor is not float, or its shape does not fit the others.
    """
    shared.require_attention(query, keys, features, query_weight, score_weight)
    asked = functional.linear(query, query_weight)[..., None, :]
    attention = ((asked + keys).tanh() @ score_weight).softmax(dim=-1)
    return (attention[..., None, :] @ features)[..., 0, :], attention
