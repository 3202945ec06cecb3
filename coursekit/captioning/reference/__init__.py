"""Captioning: LSTM, attention, the loss, decoding and the metrics. NumPy, made to be read.

Hochreiter and Schmidhuber 1997, "Long short-term memory", *Neural Computation* 9(8), 1735-1780.
Gers, Schmidhuber and Cummins 2000, "Learning to forget: continual prediction with LSTM", *Neural
Computation* 12(10), 2451-2471.
Bahdanau, Cho and Bengio 2015, "Neural machine translation by jointly learning to align and
translate", *ICLR*.
Vinyals, Toshev, Bengio and Erhan 2015, "Show and tell: a neural image caption generator", *CVPR*.
Xu et al. 2015, "Show, attend and tell: neural image caption generation with visual attention",
*ICML*.
Papineni, Roukos, Ward and Zhu 2002, "BLEU: a method for automatic evaluation of machine
translation", *ACL*.
Lin 2004, "ROUGE: a package for automatic evaluation of summaries", *Text Summarization Branches
Out*.
Vedantam, Zitnick and Parikh 2015, "CIDEr: consensus-based image description evaluation", *CVPR*.
"""

from coursekit.captioning.reference.attention import attention_keys, attention_step
from coursekit.captioning.reference.decoding import (
    beam_search,
    beam_step,
    decode,
    forbid,
    greedy,
    keep_top_k,
    repeats,
    sample,
)
from coursekit.captioning.reference.loss import log_softmax, masked_cross_entropy, softmax
from coursekit.captioning.reference.lstm import lstm, lstm_cell
from coursekit.captioning.reference.metrics import (
    bleu,
    cider,
    longest_common_subsequence,
    ngrams,
    rouge_l,
)

__all__ = [
    "attention_keys",
    "attention_step",
    "beam_search",
    "beam_step",
    "bleu",
    "cider",
    "decode",
    "forbid",
    "greedy",
    "keep_top_k",
    "log_softmax",
    "longest_common_subsequence",
    "lstm",
    "lstm_cell",
    "masked_cross_entropy",
    "ngrams",
    "repeats",
    "rouge_l",
    "sample",
    "softmax",
]
