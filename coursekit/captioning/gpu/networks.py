"""Decoders, networks that say what an image shows: one starts from a vector, one attends to a grid.

Both are called in the same way. ``start`` turns what the encoder gave into the first state;
``read`` takes words, gives the scores of the word that follows each, and the new state. Captions in
training are read at once (``forward``); a caption that is being made is read word by word.

Vinyals, Toshev, Bengio and Erhan 2015, *Show and Tell*, CVPR, doi:10.1109/CVPR.2015.7298935: the
image is the first input of an LSTM, once. Xu et al. 2015, *Show, Attend and Tell*, ICML: the image
sets the first state, and attention looks at it again before each word. Bahdanau, Cho and Bengio
2015, *Neural Machine Translation by Jointly Learning to Align and Translate*, ICLR. Luong, Pham and
Manning 2015, *Effective Approaches to Attention-based Neural Machine Translation*, EMNLP (attention
after the word is read). Anderson et al. 2018, *Bottom-Up and Top-Down Attention*, CVPR (two LSTMs).
"""

from typing import Any, Literal

import torch
from torch import nn

from coursekit.captioning.shared import MOST, require_arrays
from coursekit.core import require

Order = Literal["after", "before"]
ORDERS: tuple[Order, ...] = ("after", "before")


class CaptionNet(nn.Module):
    """Encoder-decoder captioning: the image's vector sets the first state of an LSTM.

    Parameters
    ----------
    words : int, size of the vocabulary
    features : int, length of the image's vector
    embedding : int, numbers for each word
    hidden : int, numbers in h and in c
    dropout : float in [0, 1], share of h that is hidden from the last layer in training

    Returns
    -------
    A module: (B, features) vectors and (B, L) int64 words to (B, L, words) scores of the next ones.

    Convention
    ----------
    State is (h, c), in PyTorch's order, (B, hidden) each; h0 = tanh(W v + b), c0 = W' v + b'. A
    grid (B, features, h, w) is averaged over its places first. *Show and Tell*, whose decoder this
    otherwise is, has no such first state: it starts from zeros, and the image is the first input.

    Raises
    ------
    TypeError, ValueError : a size is no such number; the input is neither vectors nor grids of so
        many features.

    References
    ----------
    Vinyals et al. 2015, Eq. 4 to 9, 11 and 12 (the decoder; Eq. 10 is the first input); Xu et al.
    2015, §3.1.2 (the first state). Taught in 09 §5.
    """

    def __init__(
        self,
        words: int,
        features: int,
        embedding: int = 64,
        hidden: int = 128,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        words, features, embedding, hidden = _sizes(
            words=words, features=features, embedding=embedding, hidden=hidden
        )
        dropout = require.number(dropout, "dropout", 0, 1)
        self.config: dict[str, Any] = dict(
            words=words, features=features, embedding=embedding, hidden=hidden, dropout=dropout
        )
        self.embed = nn.Embedding(words, embedding)
        self.to_h, self.to_c = nn.Linear(features, hidden), nn.Linear(features, hidden)
        self.lstm = nn.LSTM(embedding, hidden, batch_first=True)
        self.dropout, self.out = nn.Dropout(dropout), nn.Linear(hidden, words)

    def start(self, features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The first state (h, c) for the features of images."""
        require_features(features)
        vector = features.mean((-2, -1)) if features.ndim == 4 else features
        _require_length(vector, self.config["features"])
        vector = vector.to(self.out.weight.dtype)
        return torch.tanh(self.to_h(vector)), self.to_c(vector)

    def read(
        self, words: torch.Tensor, state: tuple[torch.Tensor, ...]
    ) -> tuple[torch.Tensor, tuple[torch.Tensor, ...], None]:
        """Read (R, L) words: (R, L, V) scores, the state after them, and no attention."""
        shown, state = _run(self.lstm, self.embed(words), state)
        return self.out(self.dropout(shown)), state, None

    def forward(self, features: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        """The scores of each next word, given the features of images and the words so far."""
        return self.read(words, self.start(features))[0]


class AttentionCaptionNet(nn.Module):
    """Captioning with attention: for each word an LSTM reads, several heads look, an LSTM speaks.

    Parameters
    ----------
    words : int, size of the vocabulary
    features : int, length of the vector at each place of the grid
    embedding : int, numbers for each word
    hidden : int, numbers in h and in c of both LSTMs
    heads : int, how many places it can look at at once
    memory : int, numbers that are kept of each place
    score : int, numbers in which a place and a question are compared
    order : "after" or "before" the word is read: when the question is asked
    dropout : float in [0, 1], share of the speaker's h hidden from the last layer in training

    Returns
    -------
    A module: (B, features, h, w) grids and (B, L) int64 words to (B, L, words) scores.

    Convention
    ----------
    Each place knows where it is: its row and column, -1..1, go along with its features, and come
    back as the centre of what each head looks at. State is (h, c) of the reader, then of the
    speaker, then what the image holds, (B, P, ·). Attention is (B, L, heads, P), of sum 1 over
    the places. Since the speaker reads what was seen, no word waits for the one before it while a
    network is trained: both LSTMs run over whole captions.

    Raises
    ------
    TypeError, ValueError : a size is no such number; order is unknown; the input is no grids of so
        many features.

    References
    ----------
    Bahdanau et al. 2015, A.1.2 (score); Xu et al. 2015, §3.1.2 ("before"); Luong et al. 2015, §3
    ("after"); Anderson et al. 2018, §3.2 (two LSTMs). Taught in 09 §8.
    """

    def __init__(
        self,
        words: int,
        features: int,
        embedding: int = 64,
        hidden: int = 128,
        heads: int = 3,
        memory: int = 64,
        score: int = 32,
        order: Order = "after",
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        words, features, embedding, hidden, heads, memory, score = _sizes(
            words=words, features=features, embedding=embedding, hidden=hidden, heads=heads,
            memory=memory, score=score,
        )  # fmt: skip
        order = require.one_of(order, "order", ORDERS)
        dropout = require.number(dropout, "dropout", 0, 1)
        self.config: dict[str, Any] = dict(
            words=words, features=features, embedding=embedding, hidden=hidden, heads=heads,
            memory=memory, score=score, order=order, dropout=dropout,
        )  # fmt: skip
        seen = heads * (memory + 2)
        self.embed = nn.Embedding(words, embedding)
        self.place = nn.Linear(features + 2, memory)
        self.first = nn.Linear(memory, 4 * hidden)
        self.reader = nn.LSTM(embedding, hidden, batch_first=True)
        self.speaker = nn.LSTM(hidden + seen, hidden, batch_first=True)
        self.look = Attention(hidden, memory, score, heads)
        self.dropout, self.out = nn.Dropout(dropout), nn.Linear(hidden, words)

    def start(self, grid: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """The first state for the images' features, grid (N, D, h, w), and what the images hold."""
        require_grid(grid)
        _require_length(grid.movedim(1, -1), self.config["features"])
        features = grid.flatten(2).mT.to(self.out.weight.dtype)
        where = positions(grid)
        memory = torch.relu(self.place(torch.cat([features, where], -1)))
        h, c, h_speaker, c_speaker = self.first(memory.mean(1)).chunk(4, -1)
        return torch.tanh(h), c, torch.tanh(h_speaker), c_speaker, memory, where

    def read(
        self, words: torch.Tensor, state: tuple[torch.Tensor, ...]
    ) -> tuple[torch.Tensor, tuple[torch.Tensor, ...], torch.Tensor]:
        """Read (R, L) words: (R, L, V) scores, the state after them, and the attention."""
        reading, speaking, image = state[:2], state[2:4], state[4:]
        heard, after = _run(self.reader, self.embed(words), reading)
        asked = heard if self.config["order"] == "after" else _before(heard, reading[0])
        seen, attention = self.look(asked, *image)
        said, spoken = _run(self.speaker, torch.cat([heard, seen], -1), speaking)
        return self.out(self.dropout(said)), (*after, *spoken, *image), attention

    def forward(self, features: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        """The scores of each next word, given the features of images and the words so far."""
        return self.read(words, self.start(features))[0]


class Attention(nn.Module):
    """Additive (Bahdanau) attention with several heads, which compare in the same terms.

    Parameters
    ----------
    hidden : int, length of a question
    memory : int, length of what is known of a place
    score : int, numbers in which they are compared
    heads : int

    Returns
    -------
    A module: questions (R, L, hidden), memory (R, P, memory) and where (R, P, 2) to what is seen,
    (R, L, heads * (memory + 2)), and the attention, (R, L, heads, P).

    Convention
    ----------
    e = v · tanh(W h + U a + b), a v for each head; attention = softmax of e over the places.

    Raises
    ------
    RuntimeError : the sizes do not fit.

    References
    ----------
    Bahdanau et al. 2015, A.1.2. Taught in 09 §8.
    """

    def __init__(self, hidden: int, memory: int, score: int, heads: int) -> None:
        super().__init__()
        self.question = nn.Linear(hidden, score, bias=False)
        self.key = nn.Linear(memory, score)
        self.score = nn.Linear(score, heads, bias=False)

    def forward(
        self, questions: torch.Tensor, memory: torch.Tensor, where: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        asked, keys = self.question(questions), self.key(memory)
        fit = self.score(torch.tanh(asked[:, :, None] + keys[:, None]))
        attention = fit.softmax(dim=2).mT  # over the places
        places = torch.cat([memory, where], -1)
        seen = attention.flatten(1, 2) @ places
        return seen.view(*questions.shape[:2], -1), attention


def positions(grid):
    """Row and column of each place, from -1 to 1: (B, P, 2) of the grid's device and float32."""
    rows, columns = (torch.linspace(-1, 1, side, device=grid.device) for side in (grid.shape[-2:]))
    where = torch.cartesian_prod(rows, columns)
    return where.expand(len(grid), -1, -1)


def _sizes(**sizes):
    """Refuse all but whole numbers of 1 or more; return them as ints."""
    return [require.whole(size, name, 1, MOST) for name, size in sizes.items()]


def require_features(features):
    """Refuse all but vectors or grids of floats, of any width."""
    require_arrays(torch.Tensor, features=features)
    require.last_axes(features, "features", None, None)
    if not features.is_floating_point():
        raise TypeError(f"features: expected a float tensor, got {features.dtype}")


def require_grid(features):
    """Refuse vectors where a grid is needed."""
    require_features(features)
    if features.ndim != 4:
        raise ValueError(
            "features: attention looks at a grid (B, D, h, w), got shape "
            f"{tuple(features.shape)}; from vectors, a CaptionNet can be trained"
        )


def _require_length(vectors, length):
    """Refuse all but vectors of the length that the network was made for."""
    if vectors.shape[-1] != length:
        raise ValueError(
            f"features: expected {length} features, as the network was made for, got shape "
            f"{tuple(vectors.shape)}"
        )


def _run(lstm, inputs, state):
    """Run an LSTM that is batch first on a state that is, too."""
    outputs, state = lstm(inputs, tuple(part[None].contiguous() for part in state))
    return outputs, tuple(part[0] for part in state)


def _before(heard, h):
    """What the reader showed before it read each word."""
    return torch.cat([h[:, None], heard[:, :-1]], dim=1)
