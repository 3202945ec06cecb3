"""A captioner: encoder, network and vocabulary together, from images to sentences."""

from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from types import NoneType
from typing import Any, Literal, Self

import numpy as np
import torch

from coursekit.captioning.gpu import networks
from coursekit.captioning.gpu.checkpoints import load_tensors, save_tensors
from coursekit.captioning.gpu.decoding import beam_search, decode, forbid, keep_top_k, sample
from coursekit.captioning.gpu.encoders import Encoder, encoder
from coursekit.captioning.gpu.loss import softmax
from coursekit.captioning.shared import MOST, require_instance, require_list
from coursekit.captioning.text import Vocabulary
from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.types import Integer

Method = Literal["greedy", "sample", "beam"]
METHODS: tuple[Method, ...] = ("greedy", "sample", "beam")
HIGHEST_POWER = 10  # of lengths: beyond it, float32 overflows
SHIPPED = {
    name: Path(__file__).parents[1] / "weights" / f"{name}.safetensors"
    for name in ("attention", "vector")
}
_KINDS = {net.__name__: net for net in (networks.CaptionNet, networks.AttentionCaptionNet)}


@dataclass(frozen=True)
class Said:
    """A generated caption, with its score and what the network looked at.

    Parameters
    ----------
    words : list of str
    score : float, log probability of the words and of stopping there
    attention : (L, heads, h, w) float tensor, the attention map of each head for each word; None
        for a network without attention

    Returns
    -------
    Said; ``str`` gives the sentence, ``repr`` leaves the attention out.

    Convention
    ----------
    The words of a prefix are part of the caption, of its score, and of the attention.

    Raises
    ------
    TypeError : a name is unknown.

    References
    ----------
    Xu et al. 2015, Fig. 3. Taught in 09 §8.
    """

    words: list[str]
    score: float
    attention: torch.Tensor | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return " ".join(self.words)


class Captioner:
    """Image captioner: an encoder, a network and the words it knows.

    Parameters
    ----------
    encoder : Encoder, or None where features are captioned instead of images
    network : CaptionNet or AttentionCaptionNet
    vocabulary : Vocabulary

    Returns
    -------
    A captioner; ``generate`` captions images, ``speak`` their features.

    Convention
    ----------
    Works on the device that network and encoder are on. No caption says PAD, START or UNK.

    Raises
    ------
    ValueError : the network was made for other words; images are float, but not in 0..1; a file
        that is loaded is none of a captioner.
    FileNotFoundError : such a file, or the weights of its encoder, are not here.

    References
    ----------
    Vinyals et al. 2015, §3.1. Taught in 09 §7.
    """

    def __init__(
        self,
        encoder: Encoder | None,
        network: networks.CaptionNet | networks.AttentionCaptionNet,
        vocabulary: Vocabulary,
    ) -> None:
        require_instance(encoder, "encoder", torch.nn.Module, NoneType)
        require_instance(network, "network", networks.CaptionNet, networks.AttentionCaptionNet)
        require_instance(vocabulary, "vocabulary", Vocabulary)
        if network.config["words"] != len(vocabulary):
            raise ValueError(
                f"network: made for {network.config['words']} words, the vocabulary has "
                f"{len(vocabulary)}"
            )
        self.encoder, self.network, self.vocabulary = encoder, network.eval(), vocabulary

    def generate(
        self, images: torch.Tensor, method: Method = "greedy", **options: Any
    ) -> list[Said] | list[list[Said]]:
        """Caption images, (B, 3, H, W) or one (3, H, W), uint8 or float in 0..1.

        method, options : as for ``speak``

        One image gives one list of Said, a batch a list of those.
        """
        require_tensor(images, "images", channels=(3,))
        _require_levels(images)
        if images.ndim > 4:
            raise ValueError(f"images: expected (B, 3, H, W), got shape {tuple(images.shape)}")
        if self.encoder is None:
            raise ValueError("images: this captioner has no encoder; give features to speak")
        features = self.encoder(images if images.ndim == 4 else images[None])
        captions = self.speak(features, method, **options)
        return captions if images.ndim == 4 else captions[0]

    @torch.no_grad()
    def speak(
        self, features: torch.Tensor, method: Method = "greedy", count: Integer = 1, **options: Any
    ) -> list[list[Said]]:
        """Caption images by their features: for each a list of Said, the best first.

        method, count, options : as for ``words``
        """
        numbers = self._numbers(features, method, count, **options)
        return self._scored(features, numbers, len(numbers) // len(features))

    @torch.no_grad()
    def words(
        self, features: torch.Tensor, method: Method = "greedy", count: Integer = 1, **options: Any
    ) -> list[list[list[str]]]:
        """Words alone, which are had in less time: for each image a list of lists of str.

        Parameters
        ----------
        features : (B, D) vectors or (B, D, h, w) grids
        method : "greedy", "sample" or "beam"
        count : int, captions of an image: sampled with "sample", the beam's best with "beam"
        temperature, top_k : of "sample"; top_k None for all words
        seed : int, of "sample"
        beam_width : of "beam"
        length_power : float, of "beam": scores are divided by the number of words to this power; 0
            takes the likeliest caption, which is a short one
        no_repeat_ngram_size : int, of "beam": n of the n-grams that no caption repeats, after the
            prefix; 0 to allow all
        max_length : int, words at most, the prefix counted
        prefix : list of str, words that the caption begins with

        All but features, method and count are options, given by name.
        """
        numbers = self._numbers(features, method, count, **options).cpu()
        captions = [self.vocabulary.decode(row) for row in numbers]
        count = len(captions) // len(features)
        return [captions[first : first + count] for first in range(0, len(captions), count)]

    def _numbers(
        self, features, method, count, *, temperature=1.0, top_k=None, seed=0, beam_width=3,
        length_power=0.0, no_repeat_ngram_size=0, max_length=20, prefix=(),
    ):  # fmt: skip
        """The words of captions, one after the other: (B * count, L) int64, START first."""
        networks.require_features(features)
        method = require.one_of(method, "method", METHODS)
        count = require.whole(count, "count", 1, 1 if method == "greedy" else MOST)
        fewest, most = (count, len(self.vocabulary)) if method == "beam" else (1, MOST)
        beam_width = require.whole(beam_width, "beam_width", fewest, most)
        length_power = require.number(length_power, "length_power", 0, HIGHEST_POWER)
        choose = self._sampler(temperature, top_k, seed) if method == "sample" else None
        prefix = self._prefix(prefix)
        given = prefix.shape[1] - 1
        max_length = require.whole(max_length, "max_length", given + 1, MOST) - given
        last, end = int(prefix[0, -1]), self.vocabulary.end
        if method == "beam":
            state = self._begin(features, prefix)
            captions, scores = beam_search(
                self._step, state, last, end, beam_width, max_length, no_repeat_ngram_size
            )
            lengths = (captions != end).sum(-1) + 1
            order = (scores / lengths**length_power).argsort(dim=-1, descending=True)
            captions = captions.gather(1, order[..., None].expand_as(captions))
            captions = captions[:, :count].flatten(0, 1)
        else:
            state = self._begin(features.repeat_interleave(count, 0), prefix)
            captions = decode(self._step, state, last, end, choose, max_length)
        return torch.cat([prefix.expand(len(captions), -1), captions], 1)

    def _prefix(self, prefix):
        """START and the words that a caption begins with: (1, n)."""
        if isinstance(prefix, str):
            raise ValueError(f"prefix: expected a list of known words, got {prefix!r}")
        require_list(prefix, "prefix", "a list of known words")
        numbers = self.vocabulary.encode(prefix)
        unknown = [
            word
            for word, number in zip(prefix, numbers, strict=True)
            if number == self.vocabulary.unk
        ]
        if unknown:
            raise ValueError(f"prefix: expected a list of known words, got {unknown!r}")
        device = next(self.network.parameters()).device
        return torch.tensor([[self.vocabulary.start, *numbers]], device=device)

    def _begin(self, features, prefix):
        """The state after all but the last of the words that are given."""
        state = self.network.start(features)
        if prefix.shape[1] > 1:
            state = self.network.read(prefix[:, :-1].expand(len(features), -1), state)[1]
        return state

    def _step(self, words, state):
        scores, state, _ = self.network.read(words[:, None], state)
        return self._allowed(scores[:, 0]), state

    def _allowed(self, scores):
        known = self.vocabulary
        return forbid(scores, [known.pad, known.start, known.unk])

    def _sampler(self, temperature, top_k, seed):
        """A function that samples words; its random numbers are the same on every device."""
        seed = require.whole(seed, "seed", 0, 2**63 - 1)
        top_k = None if top_k is None else require.whole(top_k, "top_k", 1, np.inf)
        generator = torch.Generator().manual_seed(seed)

        def choose(scores):
            scores = scores if top_k is None else keep_top_k(scores, top_k)
            uniform = torch.rand(len(scores), generator=generator)
            return sample(softmax(scores, temperature), uniform.to(scores.device))

        return choose

    def _scored(self, features, numbers, count):
        """Read captions once more, all words at once, for their scores and attention."""
        features = features.repeat_interleave(count, 0)
        scores, _, attention = self.network.read(numbers[:, :-1], self.network.start(features))
        spoken = self._allowed(scores).log_softmax(-1).gather(-1, numbers[:, 1:, None])[..., 0]
        captions = []
        for row, caption in enumerate(numbers.cpu()):
            words = self.vocabulary.decode(caption)
            maps = None
            if attention is not None:
                maps = attention[row, : len(words)].unflatten(-1, features.shape[-2:])
            captions.append(Said(words, float(spoken[row, : len(words) + 1].sum()), maps))
        return [captions[first : first + count] for first in range(0, len(captions), count)]

    def save(
        self,
        path: str | PathLike[str],
        name: str = "",
        weights: str | PathLike[str] | None = None,
        dtype: torch.dtype = torch.float16,
    ) -> Path:
        """Write the network and its words to one file, and what encoder they belong to.

        path : of the file
        name, weights : of the encoder, as for ``encoder``
        dtype : in which the network's numbers are stored
        """
        if weights is not None and Path(weights).is_file():
            weights = str(Path(weights).resolve())
        config = {
            "kind": type(self.network).__name__,
            "network": self.network.config,
            "words": self.vocabulary.words,
            "encoder": {"name": name or getattr(self.encoder, "name", None), "weights": weights},
        }
        tensors = {key: value.to(dtype) for key, value in self.network.state_dict().items()}
        return save_tensors(path, tensors, config)

    @classmethod
    def load(
        cls, path: str | PathLike[str] | None = None, weights: str | PathLike[str] | None = None
    ) -> Self:
        """Open a captioner, on the CPU, in float32; by default the one that comes with the package.

        Parameters
        ----------
        path : of the file that ``save`` or ``coursekit caption train`` wrote
        weights : of its encoder, name or file; None for those it was trained with
        """
        path = SHIPPED["attention"] if path is None else path
        tensors, config = load_tensors(path)
        try:
            network = _KINDS[config["kind"]](**config["network"])
            network.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
            source, vocabulary = config["encoder"], Vocabulary.of(config["words"])
        except (KeyError, TypeError, RuntimeError) as error:
            raise ValueError(f"{path}: no file of a captioner ({error})") from None
        name, weights = source["name"], weights or source["weights"] or "DEFAULT"
        return cls(encoder(name, weights) if name else None, network, vocabulary)


def _require_levels(images):
    """Refuse float images beyond 0..1, which few networks caption well and none complains of."""
    if images.is_floating_point():
        low, high = (float(value) for value in images.aminmax())
        if not (low >= 0 and high <= 1):  # NaN fails both
            raise ValueError(
                f"images: expected uint8 or float in [0, 1], got {images.dtype} with minimum "
                f"{low:g} and maximum {high:g}"
            )
