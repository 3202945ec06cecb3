"""LSTM, a recurrent network with a memory: the cell, and a caption fed to it word by word."""

import numpy as np

from coursekit.captioning import shared
from coursekit.core.types import Array


def lstm_cell(
    x: Array, h: Array, c: Array, input_weight: Array, state_weight: Array, bias: Array
) -> tuple[Array, Array]:
    """LSTM cell: read one word; forget some of the memory, write some, show some.

    Parameters
    ----------
    x : (..., D) float, the word, as its embedding
    h : (..., H) float, what the cell showed last
    c : (..., H) float, its memory
    input_weight : (4H, D) float
    state_weight : (4H, H) float
    bias : (4H,) float
        of all three, the gates in PyTorch's order: input, forget, candidate, output

    Returns
    -------
    h, c : (..., H) float, the new ones

    Convention
    ----------
    ``torch.nn.LSTM`` has two biases, which are added: ``bias`` is their sum. Equal to it within
    1e-6. The state is (h, c), in this order. No peepholes.

    Raises
    ------
    TypeError, ValueError : an array is not float, or its shape does not fit the others.

    References
    ----------
    Hochreiter and Schmidhuber 1997; the forget gate is of Gers et al. 2000. Taught in 09 §5.
    """
    shared.require_lstm(np.ndarray, x, h, c, input_weight, state_weight, bias)
    shared.require_broadcast(x=x.shape[:-1], h=h.shape[:-1], c=c.shape[:-1])
    gates = x @ input_weight.T + h @ state_weight.T + bias
    write, keep, candidate, show = np.split(gates, 4, axis=-1)
    c = _sigmoid(keep) * c + _sigmoid(write) * np.tanh(candidate)
    h = _sigmoid(show) * np.tanh(c)
    return h, c


def _sigmoid(values):
    return 0.5 * (1 + np.tanh(values / 2))  # exp(-values) would overflow


def lstm(
    x: Array, h: Array, c: Array, input_weight: Array, state_weight: Array, bias: Array
) -> tuple[Array, Array, Array]:
    """LSTM: read a sequence, word by word, with the same cell.

    Parameters
    ----------
    x : (L, D) float, the words, as their embeddings
    h, c : (H,) float, the initial state, which the image sets
    input_weight : (4H, D) float
    state_weight : (4H, H) float
    bias : (4H,) float
        all three as for ``lstm_cell``

    Returns
    -------
    shown : (L, H) float, h after each word
    h, c : (H,) float, the last ones

    Convention
    ----------
    As ``lstm_cell``. The twin takes a batch, (..., L, D).

    Raises
    ------
    TypeError, ValueError : as ``lstm_cell``; there is no word.

    References
    ----------
    Hochreiter and Schmidhuber 1997; Gers et al. 2000. Taught in 09 §5.
    """
    shared.require_sequence(np.ndarray, x, h, c)
    shared.require_lstm(np.ndarray, x, h, c, input_weight, state_weight, bias)
    shown = []
    for word in x:
        h, c = lstm_cell(word, h, c, input_weight, state_weight, bias)
        shown.append(h)
    return np.stack(shown), h, c
