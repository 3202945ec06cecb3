"""The LSTM on whole batches: twins of ``reference.lstm``."""

import torch
from torch.nn import functional

from coursekit.captioning import shared


def lstm_cell(
    x: torch.Tensor,
    h: torch.Tensor,
    c: torch.Tensor,
    input_weight: torch.Tensor,
    state_weight: torch.Tensor,
    bias: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor]:
    """LSTM cell: read one word in each caption of a batch.

    Convention
    ----------
    Within 1e-6 of the reference.
    """
    shared.require_lstm(torch.Tensor, x, h, c, input_weight, state_weight, bias)
    shared.require_broadcast(x=x.shape[:-1], h=h.shape[:-1], c=c.shape[:-1])
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
    """LSTM: read a batch of sequences, word by word.

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
    Within 1e-6 of the reference. It is PyTorch's own fused LSTM: all words of all captions are
    multiplied by ``input_weight`` at once, and only what depends on the state is a loop.
    """
    shared.require_sequence(torch.Tensor, x, h, c)
    shared.require_lstm(torch.Tensor, x, h, c, input_weight, state_weight, bias)
    weights = (input_weight, state_weight, bias, torch.zeros_like(bias))
    state = tuple(part.reshape(1, -1, part.shape[-1]) for part in (h, c))
    shown, last_h, last_c = torch.lstm(
        x.reshape(-1, *x.shape[-2:]), state, weights,
        has_biases=True, num_layers=1, dropout=0.0, train=torch.is_grad_enabled(),
        bidirectional=False, batch_first=True,
    )  # fmt: skip
    return shown.view(*x.shape[:-1], -1), last_h.view(h.shape), last_c.view(c.shape)
