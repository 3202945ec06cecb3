"""Captioning on whole batches, on any device: twins of ``reference``, encoders and networks.

The metrics stay on the CPU: they count words, of which captions have as many as they happen to.

Taught in 09 §10.
"""

from coursekit.core import docstrings, extras

extras.require("torch")

from coursekit.captioning.gpu.attention import attention_keys, attention_step
from coursekit.captioning.gpu.captioner import Captioner, Said
from coursekit.captioning.gpu.decoding import (
    beam_search,
    beam_step,
    decode,
    forbid,
    greedy,
    keep_top_k,
    repeats,
    sample,
)
from coursekit.captioning.gpu.encoders import (
    Encoder,
    SmallEncoder,
    encoder,
    pooled,
    preprocessing,
    pretrained,
)
from coursekit.captioning.gpu.features import extract
from coursekit.captioning.gpu.loss import log_softmax, masked_cross_entropy, softmax
from coursekit.captioning.gpu.lstm import lstm, lstm_cell
from coursekit.captioning.gpu.networks import AttentionCaptionNet, CaptionNet
from coursekit.captioning.gpu.policy_gradient import fine_tune
from coursekit.captioning.gpu.pretraining import pretrain
from coursekit.captioning.gpu.training import Captions, History, Recipe, mean_loss, train

__all__ = [
    "AttentionCaptionNet",
    "CaptionNet",
    "Captioner",
    "Captions",
    "Encoder",
    "History",
    "Recipe",
    "Said",
    "SmallEncoder",
    "attention_keys",
    "attention_step",
    "beam_search",
    "beam_step",
    "decode",
    "encoder",
    "extract",
    "forbid",
    "greedy",
    "keep_top_k",
    "log_softmax",
    "lstm",
    "lstm_cell",
    "masked_cross_entropy",
    "mean_loss",
    "pooled",
    "preprocessing",
    "pretrain",
    "pretrained",
    "fine_tune",
    "repeats",
    "sample",
    "softmax",
    "train",
]

docstrings.complete(__name__)
