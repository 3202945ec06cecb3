"""A captioner: encoder, network and vocabulary together, from pictures to sentences."""

from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
import torch

from coursekit.captioning.gpu import networks
from coursekit.captioning.gpu.checkpoints import load_tensors, save_tensors
from coursekit.captioning.gpu.decoding import beam_search, decode, forbid, keep_top_k, sample
from coursekit.captioning.gpu.encoders import Encoder, encoder
from coursekit.captioning.gpu.loss import softmax
from coursekit.captioning.shared import Vocabulary
from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.types import Integer

Method = Literal["greedy", "sample", "beam"]
METHODS: tuple[Method, ...] = ("greedy", "sample", "beam")
SHIPPED = {
    name: Path(__file__).parents[1] / "weights" / f"{name}.safetensors"
    for name in ("attention", "vector")
}
_KINDS = {net.__name__: net for net in (networks.CaptionNet, networks.AttentionCaptionNet)}


@dataclass(frozen=True)
class Said:
    """A caption of a picture, with what the network looked at.

    Parameters
    ----------
    words : list of str
    score : float, log probability of the words and of stopping there
    attention : (L, heads, h, w) float tensor, where each head looked for each word; None where the
        network does not look

    Returns
    -------
    Said; ``str`` gives the sentence.

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
    attention: torch.Tensor | None = None

    def __str__(self) -> str:
        return " ".join(self.words)


class Captioner:
    """What captions pictures: an encoder, a network and the words it knows.

    Parameters
    ----------
    encoder : Encoder, or None where codes are captioned instead of pictures
    network : CaptionNet or AttentionCaptionNet
    vocabulary : Vocabulary

    Returns
    -------
    A captioner; ``generate`` captions pictures, ``speak`` their codes.

    Convention
    ----------
    Works on the device that network and encoder are on. No caption says PAD, START or UNK.

    Raises
    ------
    ValueError : the network was made for other words; a file that is loaded is none of a captioner.
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
        if network.config["words"] != len(vocabulary):
            raise ValueError(
                f"network: made for {network.config['words']} words, the vocabulary has "
                f"{len(vocabulary)}"
            )
        self.encoder, self.network, self.vocabulary = encoder, network.eval(), vocabulary

    def generate(
        self, pictures: torch.Tensor, method: Method = "greedy", **options: Any
    ) -> list[Said] | list[list[Said]]:
        """Caption pictures, (B, 3, H, W) or one (3, H, W), uint8 or float in 0..1.

        Options are those of ``speak``; one picture gives one list of Said, a batch a list of those.
        """
        require_tensor(pictures, "pictures", channels=(3,))
        if self.encoder is None:
            raise ValueError("pictures: this captioner has no encoder; give codes to speak")
        codes = self.encoder(pictures if pictures.ndim == 4 else pictures[None])
        said = self.speak(codes, method, **options)
        return said if pictures.ndim == 4 else said[0]

    @torch.no_grad()
    def speak(
        self, codes: torch.Tensor, method: Method = "greedy", count: Integer = 1, **options: Any
    ) -> list[list[Said]]:
        """Caption pictures by their codes: for each a list of Said, the best first.

        Options are those of ``words``.
        """
        return self._told(codes, self._numbers(codes, method, count, **options), count)

    @torch.no_grad()
    def words(
        self, codes: torch.Tensor, method: Method = "greedy", count: Integer = 1, **options: Any
    ) -> list[list[list[str]]]:
        """Words alone, which are had in less time: for each picture a list of lists of str.

        Parameters
        ----------
        codes : (B, D) vectors or (B, D, h, w) grids
        method : "greedy", "sample" or "beam"
        count : int, captions of a picture: drawn with "sample", the beam's best with "beam"
        temperature, top_k : of "sample"; top_k None for all words
        seed : int, of "sample"
        beam_width : of "beam"
        length_power : float, of "beam": scores are divided by the number of words to this power; 0
            takes the likeliest caption, which is a short one
        no_repeat_ngram_size : int, of "beam": words in a row that no caption says twice, after the
            prefix; 0 for none such
        max_length : int, words at most, the prefix counted
        prefix : list of str, words that the caption begins with
        """
        numbers = self._numbers(codes, method, count, **options).cpu()
        said = [self.vocabulary.decode(row) for row in numbers]
        return [said[first : first + count] for first in range(0, len(said), count)]

    def _numbers(
        self, codes, method, count, *, temperature=1.0, top_k=None, seed=0, beam_width=3,
        length_power=0.0, no_repeat_ngram_size=0, max_length=20, prefix=(),
    ):  # fmt: skip
        """The words of captions, one after the other: (B * count, L) int64, START first."""
        method = require.one_of(method, "method", METHODS)
        count = require.whole(count, "count", 1, 1 if method == "greedy" else np.inf)
        first = self._prefix(prefix, max_length)
        room = max_length - len(prefix)
        if method == "beam":
            beam_width = require.whole(beam_width, "beam_width", count, len(self.vocabulary))
            limits = beam_width, room, no_repeat_ngram_size
            said = self._search(codes, first, length_power, *limits)[:, :count].flatten(0, 1)
        elif method == "sample":
            codes = codes.repeat_interleave(count, 0)
            said = self._decode(codes, first, self._drawing(temperature, top_k, seed), room)
        else:
            said = self._decode(codes, first, None, room)
        return torch.cat([first.expand(len(said), -1), said], 1)

    def _prefix(self, prefix, max_length):
        """START and the words that a caption begins with: (1, n)."""
        unknown = [word for word in prefix if word not in self.vocabulary]
        if unknown or isinstance(prefix, str):
            given = prefix if isinstance(prefix, str) else unknown
            raise ValueError(f"prefix: expected a list of known words, got {given!r}")
        max_length = require.whole(max_length, "max_length", len(prefix) + 1, np.inf)
        numbers = [self.vocabulary.start, *self.vocabulary.encode(prefix)]
        return torch.tensor([numbers], device=next(self.network.parameters()).device)

    def _begin(self, codes, first):
        """The state after all but the last of the words that are given."""
        state = self.network.start(codes)
        if first.shape[1] > 1:
            state = self.network.read(first[:, :-1].expand(len(codes), -1), state)[1]
        return state

    def _step(self, words, state):
        scores, state, _ = self.network.read(words[:, None], state)
        return self._allowed(scores[:, 0]), state

    def _allowed(self, scores):
        known = self.vocabulary
        return forbid(scores, [known.pad, known.start, known.unk])

    def _decode(self, codes, first, choose, room):
        last = int(first[0, -1])
        return decode(
            self._step, self._begin(codes, first), last, self.vocabulary.end, choose, room
        )

    def _search(self, codes, first, power, *limits):
        """Captions (B, K, L) of the beam, the best first."""
        last, end = int(first[0, -1]), self.vocabulary.end
        found, scores = beam_search(self._step, self._begin(codes, first), last, end, *limits)
        lengths = (found != end).sum(-1) + 1
        order = (scores / lengths**power).argsort(dim=-1, descending=True)
        return found.gather(1, order[..., None].expand_as(found))

    def _drawing(self, temperature, top_k, seed):
        """A function that draws words; its random numbers are the same on every device."""
        generator = torch.Generator().manual_seed(seed)

        def choose(scores):
            scores = scores if top_k is None else keep_top_k(scores, top_k)
            uniform = torch.rand(len(scores), generator=generator)
            return sample(softmax(scores, temperature), uniform.to(scores.device))

        return choose

    def _told(self, codes, numbers, count):
        """Read captions once more, all words at once, for their scores and attention."""
        codes = codes.repeat_interleave(count, 0)
        scores, _, attention = self.network.read(numbers[:, :-1], self.network.start(codes))
        chances = self._allowed(scores).log_softmax(-1)
        each = chances.gather(-1, numbers[:, 1:, None])[..., 0]
        said = [
            self._one(numbers[row], each[row], codes, None if attention is None else attention[row])
            for row in range(len(numbers))
        ]
        return [said[first : first + count] for first in range(0, len(said), count)]

    def _one(self, numbers, chances, codes, attention):
        words = self.vocabulary.decode(numbers.cpu())
        score = float(chances[: len(words) + 1].sum())
        if attention is not None:
            attention = attention[: len(words)].unflatten(-1, codes.shape[-2:])
        return Said(words, score, attention)

    def save(
        self,
        path: str | PathLike[str],
        name: str = "",
        weights: str | PathLike[str] | None = None,
        dtype: torch.dtype = torch.float16,
    ) -> Path:
        """Write the network and its words to one file; the encoder goes by its name and weights."""
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
            seen, vocabulary = config["encoder"], Vocabulary.of(config["words"])
        except (KeyError, TypeError, RuntimeError) as error:
            raise ValueError(f"{path}: no file of a captioner ({error})") from None
        sees = seen["name"] and encoder(seen["name"], weights or seen["weights"] or "DEFAULT")
        return cls(sees, network, vocabulary)
