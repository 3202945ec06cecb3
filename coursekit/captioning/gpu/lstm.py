"""The LSTM on whole batches: twins of ``reference.lstm``."""

import torch
from torch.nn import functional

from coursekit.captioning import shared
from coursekit.core import require


def lstm_cell(
    x: torch.Tensor,
    h: torch.Tensor,
    c: torch.Tensor,
    input_weight: torch.Tensor,
    state_weight: torch.Tensor,
    bias: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Read one word in each caption: forget some of the memory, write some, show some.

    Parameters
    ----------
    x : (..., D) float, the words, as their embeddings
    h, c : (..., H) float, what the cells showed last, and their memory

    Convention
    ----------
    As ``reference.lstm_cell``, within 1e-6.

    Raises
    ------
    TypeError, ValueError : a tensor is not float, or its shape does not fit the others.
    """
    shared.require_lstm(x, h, c, input_weight, state_weight, bias)
    gates = functional.linear(x, input_weight, bias) + functional.linear(h, state_weight)
    write, keep, candidate, show = gates.chunk(4, dim=-1)
    c = keep.sigmoid() * c + write.sigmoid() * candidate.tanh()
    return show.sigmoid() * c.tanh(), c


def lstm(
    x: torch.Tensor,
    h: torch.Tensor,
    c: torch.Tensor,
    input_weight: torch.Tensor,
    state_weight: torch.Tensor,
    bias: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Read a batch of sequences, word after word.

    Parameters
    ----------
    x : (..., L, D) float, the words, as their embeddings
    h, c : (..., H) float, the states to begin with

    Returns
    -------
    shown : (..., L, H) float, h after each word
    h, c : (..., H) float, the last ones

    Convention
    ----------
    As ``reference.lstm``, within 1e-6. It is PyTorch's own fused LSTM: all words of all captions
    are multiplied by ``input_weight`` at once, and only what depends on the state is a loop.

    Raises
    ------
    TypeError, ValueError : a tensor is not float, or its shape does not fit the others.
    """
    require.floats(x, "x", None, None)
    shared.require_lstm(x, h, c, input_weight, state_weight, bias)
    weights = (input_weight, state_weight, bias, torch.zeros_like(bias))
    state = tuple(part.reshape(1, -1, part.shape[-1]) for part in (h, c))
    shown, last_h, last_c = torch.lstm(
        x.reshape(-1, *x.shape[-2:]), state, weights,
        has_biases=True, num_layers=1, dropout=0.0, train=torch.is_grad_enabled(),
        bidirectional=False, batch_first=True,
    )  # fmt: skip
    return shown.view(*x.shape[:-1], -1), last_h.view(h.shape), last_c.view(c.shape)
