"""Captioning on whole batches, on any device: twins of ``reference``, encoders and networks.

The metrics stay on the CPU: they count words, of which captions have as many as they happen to.
"""

from coursekit.captioning.gpu.attention import attention_keys, attention_step
from coursekit.captioning.gpu.decoding import (
    beam_search,
    beam_step,
    decode,
    forbid,
    greedy,
    keep_top_k,
    sample,
)
from coursekit.captioning.gpu.loss import log_softmax, masked_cross_entropy, softmax
from coursekit.captioning.gpu.recurrent import lstm, lstm_cell

__all__ = [
    "attention_keys",
    "attention_step",
    "beam_search",
    "beam_step",
    "decode",
    "forbid",
    "greedy",
    "keep_top_k",
    "log_softmax",
    "lstm",
    "lstm_cell",
    "masked_cross_entropy",
    "sample",
    "softmax",
]
