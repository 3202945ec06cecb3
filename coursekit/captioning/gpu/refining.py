"""Learning from marks: of several captions of a picture, the better ones are made likelier.

Cross-entropy teaches which word follows the words that *people* said. What a network says itself
is another thing: a caption is wrong as soon as one word is, and no word alone is to blame. Marks
are of whole captions; they need not be differentiable, so anything can give them: a program that
checks every claim, a metric, a person.

Rennie, Marcheret, Mroueh, Ross and Goel 2017, *Self-critical Sequence Training for Image
Captioning*, CVPR, doi:10.1109/CVPR.2017.131. Kool, van Hoof and Welling 2019, *Buy 4 REINFORCE
Samples, Get a Baseline for Free!*, ICLR workshop.
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from coursekit.captioning.gpu.captioner import Captioner
from coursekit.captioning.gpu.training import Recipe
from coursekit.captioning.gpu.watch import Watch
from coursekit.captioning.shared import as_matrix
from coursekit.core import require
from coursekit.core.types import Integer


def refine(
    captioner: Captioner, codes: torch.Tensor,
    mark: Callable[[list[list[str]], NDArray[np.int64]], Sequence[float]], recipe: Recipe,
    draws: Integer = 4, max_length: Integer = 24, watch: Watch | None = None,
) -> list[float]:  # fmt: skip
    """Train a captioner on what its own captions are worth.

    Parameters
    ----------
    captioner : Captioner, whose network can caption already; its parameters are overwritten
    codes : (N, D) or (N, D, h, w) tensor, from which batches go to the network's device
    mark : function of M captions, each a list of words, and the M rows of codes they are of, that
        gives M numbers; a better caption has a higher one
    recipe : Recipe; ``size`` is of pictures, ``every`` and ``patience`` are not used
    draws : int, 2 or more, captions drawn of each picture
    max_length : int, words at most
    watch : watch.Watch, which is told of each step, with minus its mean mark; None for nobody

    Returns
    -------
    list of float, the mean mark of each step's captions

    Convention
    ----------
    A caption's advantage is its mark less the mean mark of the other captions of its picture; its
    log probability is raised in proportion. One that was cut off counts as ended there. Depends on
    the recipe and its seed alone.

    Raises
    ------
    ValueError : draws is below 2; there are fewer codes than in a batch.

    References
    ----------
    Rennie et al. 2017, Eq. 6 and 7; Kool et al. 2019, Eq. 8 (the others as baseline). Taught in
    09 §9.
    """
    draws = require.whole(draws, "draws", 2, np.inf)
    require.whole(recipe.size, "recipe.size", 1, len(codes))
    watch, network = Watch() if watch is None else watch, captioner.network
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=recipe.decay, fused=True)
    rng, marks = np.random.default_rng(recipe.seed), []
    device = next(network.parameters()).device
    with watch:
        watch.begin(recipe.steps, marks)
        for step in range(recipe.steps):
            rows = rng.choice(len(codes), recipe.size, replace=False)
            shown, seed = codes[rows].to(device).float(), int(rng.integers(2**31))
            own = captioner.words(shown, "sample", draws, seed=seed, max_length=max_length)
            said = [words for captions in own for words in captions]
            given = torch.as_tensor(mark(said, rows.repeat(draws)), dtype=torch.float32)
            marks.append(float(given.mean()))
            watch.step(-given.mean())
            if (worth := advantages(given, draws)).any():
                network.train()
                loss = _regret(captioner, shown.repeat_interleave(draws, 0), said, worth)
                _descend(optimizer, network, loss, recipe.clip, recipe.rate_at(step))
                network.eval()
    return marks


def _regret(captioner, codes, captions, worth):
    """The mean of worth times surprise; what is worth nothing need not be read for it."""
    taught = worth.nonzero()[:, 0].tolist()
    surprised = surprises(captioner, codes[taught], [captions[row] for row in taught])
    return (worth[taught].to(codes.device) * surprised).sum() / len(worth)


def _descend(optimizer, network, loss, clip, rate):
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), clip)
    optimizer.param_groups[0]["lr"] = rate
    optimizer.step()


def advantages(marks, draws):
    """How much better a caption is than the others of its picture.

    Parameters
    ----------
    marks : (M,) float tensor, the captions of one picture after each other
    draws : int, 2 or more, captions of each picture

    Returns
    -------
    (M,) float tensor, of sum 0 for each picture

    Convention
    ----------
    The mark less the mean of the others: a mean that held the mark itself would favour neither.

    Raises
    ------
    RuntimeError : M is no multiple of draws.

    References
    ----------
    Kool et al. 2019, Eq. 8. Taught in 09 §9.
    """
    own = marks.view(-1, draws)
    return ((own - own.mean(1, keepdim=True)) * draws / (draws - 1)).flatten()


def surprises(captioner, codes, captions):
    """How little a captioner expected some captions: minus the log probability of each.

    Parameters
    ----------
    captioner : Captioner
    codes : (M, D) or (M, D, h, w) tensor
    captions : list of M lists of words

    Returns
    -------
    (M,) float tensor, in nats, that gradients go back from

    Convention
    ----------
    The words of a caption, and its end.

    Raises
    ------
    ValueError : codes are not what the network was made for.

    References
    ----------
    Vinyals et al. 2015, Eq. 2. Taught in 09 §9.
    """
    numbers = torch.from_numpy(as_matrix(captions, captioner.vocabulary)).to(codes.device)
    scores = captioner.network(codes, numbers[:, :-1])
    return functional.cross_entropy(
        scores.mT, numbers[:, 1:], ignore_index=captioner.vocabulary.pad, reduction="none"
    ).sum(1)
