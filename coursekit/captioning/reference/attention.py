"""Where to look: additive attention over the cells of a feature map."""

import numpy as np

from coursekit.captioning import shared
from coursekit.captioning.reference.loss import softmax
from coursekit.core.types import Array


def attention_keys(features: Array, feature_weight: Array, bias: Array) -> Array:
    """Additive attention, the keys: project the cells of the feature map, once per image.

    Parameters
    ----------
    features : (P, C) float, the cells of the encoder's map, row by row
    feature_weight : (A, C) float
    bias : (A,) float

    Returns
    -------
    (P, A) float

    Convention
    ----------
    Equal to ``torch.nn.functional.linear`` within 1e-6. It does not change from word to word.

    Raises
    ------
    TypeError, ValueError : an array is not float, or its shape does not fit the others.

    References
    ----------
    Bahdanau et al. 2015, A.1.2: U_a h_j is computed in advance. Taught in 09 §8.
    """
    shared.require_keys(np.ndarray, features, feature_weight, bias)
    return features @ feature_weight.T + bias


def attention_step(
    query: Array, keys: Array, features: Array, query_weight: Array, score_weight: Array
) -> tuple[Array, Array]:
    """Additive (Bahdanau) attention, one step: weigh the cells by how well they fit the query.

    Parameters
    ----------
    query : (Q,) float, the decoder's h
    keys : (P, A) float, of ``attention_keys``
    features : (P, C) float, the cells
    query_weight : (A, Q) float
    score_weight : (A,) float

    Returns
    -------
    context : (C,) float, the cells' mean, weighted by attention
    attention : (P,) float, 0 or more, of sum 1: the attention map, where the decoder looks

    Convention
    ----------
    The twin takes a batch, (..., Q), (..., P, A) and (..., P, C); the same query may come before
    the LSTM has read a word (Bahdanau) or after (Luong).

    Raises
    ------
    TypeError, ValueError : an array is not float, or its shape does not fit the others; a score is
        not finite.

    References
    ----------
    Bahdanau et al. 2015, Eq. 5 and 6; Xu et al. 2015, Eq. 4 to 6 and 13. Taught in 09 §8.
    """
    shared.require_attention(np.ndarray, query, keys, features, query_weight, score_weight)
    scores = np.tanh(query_weight @ query + keys) @ score_weight  # Xu Eq. 4
    if not np.isfinite(scores).all():
        raise ValueError("query, keys and their weights: expected finite scores, got NaN or inf")
    attention = softmax(scores)  # Xu Eq. 5
    return attention @ features, attention  # Xu Eq. 13
