"""Policy-gradient fine-tuning: of several sampled captions of an image, the better get likelier.

Cross-entropy teaches which word follows the words that *people* wrote. What a network generates
itself is another thing: a caption is wrong as soon as one word is, and no word alone is to blame.
Rewards are of whole captions; they need not be differentiable, so anything can give them: a program
that checks every claim, a metric, a person.

It is REINFORCE with a baseline. Self-critical training takes the reward of the *greedy* caption as
the baseline; here it is the mean reward of the other captions that were sampled for the image.

Williams 1992, *Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement
Learning*, Machine Learning 8 (REINFORCE). Rennie, Marcheret, Mroueh, Ross and Goel 2017,
*Self-critical Sequence Training for Image Captioning*, CVPR, doi:10.1109/CVPR.2017.131 (the greedy
caption as baseline). Kool, van Hoof and Welling 2019, *Buy 4 REINFORCE Samples, Get a Baseline for
Free!*, ICLR workshop (the others' mean). Luo 2020, *A Better Variant of Self-Critical Sequence
Training*, arXiv:2003.09971 (the same, for captions).
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from coursekit.captioning.gpu.captioner import Captioner
from coursekit.captioning.gpu.networks import require_features
from coursekit.captioning.gpu.training import Recipe
from coursekit.captioning.gpu.watch import Watch
from coursekit.captioning.shared import MOST, require_floats, require_function, require_instance
from coursekit.captioning.text import as_matrix
from coursekit.core import require
from coursekit.core.types import Integer


def fine_tune(
    captioner: Captioner, features: torch.Tensor,
    reward: Callable[[list[list[str]], NDArray[np.int64]], Sequence[float]], recipe: Recipe,
    samples: Integer = 4, max_length: Integer = 24, watch: Watch | None = None,
) -> list[float]:  # fmt: skip
    """Policy-gradient fine-tuning: train a captioner on the rewards of its own captions.

    Parameters
    ----------
    captioner : Captioner, whose network can caption already; its parameters are overwritten
    features : (N, D) or (N, D, h, w) tensor, from which batches go to the network's device
    reward : function of M captions, each a list of words, and the M rows of features they are of,
        that gives M numbers; a better caption has a higher one
    recipe : Recipe; ``size`` is of images, ``every`` and ``patience`` are not used
    samples : int, 2 or more, captions sampled for each image
    max_length : int, words at most
    watch : watch.Watch, which is told of each step, with minus its mean reward; None for nobody

    Returns
    -------
    list of float, the mean reward of each step's captions

    Convention
    ----------
    A caption's advantage is its reward less the mean reward of the other captions of its image; its
    log probability is raised in proportion. One that was cut off counts as ended there. Depends on
    the recipe and its seed alone.

    Raises
    ------
    TypeError, ValueError : samples is below 2; there are fewer rows of features than in a batch;
        reward does not give one number for each caption.

    References
    ----------
    Williams 1992, §4; Kool et al. 2019, Eq. 8, and Luo 2020 (the others as baseline); Rennie et al.
    2017, Eq. 6 and 7 (for captions, with the greedy caption as baseline). Taught in 09 §9.
    """
    samples = require.whole(samples, "samples", 2, MOST)
    require_instance(captioner, "captioner", Captioner)
    require_instance(recipe, "recipe", Recipe)
    require_function(reward, "reward", "of captions and rows")
    require_features(features)
    require.whole(recipe.size, "recipe.size", 1, len(features))
    watch, network = Watch() if watch is None else watch, captioner.network
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=recipe.decay, fused=True)
    rng, rewards = np.random.default_rng(recipe.seed), []
    device = next(network.parameters()).device
    with watch:
        watch.begin(recipe.steps, rewards)
        for step in range(recipe.steps):
            rows = rng.choice(len(features), recipe.size, replace=False)
            batch, seed = features[rows].to(device).float(), int(rng.integers(2**31))
            own = captioner.words(batch, "sample", samples, seed=seed, max_length=max_length)
            captions = [words for image in own for words in image]
            given = _as_rewards(reward(captions, rows.repeat(samples)), len(captions))
            rewards.append(float(given.mean()))
            watch.step(-given.mean())
            advantage = advantages(given, samples)
            if not advantage.any():
                continue
            network.train()
            loss = policy_loss(captioner, batch.repeat_interleave(samples, 0), captions, advantage)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), recipe.clip)
            optimizer.param_groups[0]["lr"] = recipe.rate_at(step)
            optimizer.step()
            network.eval()
    return rewards


def _as_rewards(given, count):
    given = torch.as_tensor(given, dtype=torch.float32)
    if given.shape != (count,):
        raise ValueError(f"reward: expected {count} numbers, got shape {tuple(given.shape)}")
    return given


def advantages(rewards, samples):
    """Advantages: how much better a caption is than the others of its image.

    Parameters
    ----------
    rewards : (M,) float tensor, the captions of one image after each other
    samples : int, 2 or more, captions of each image

    Returns
    -------
    (M,) float tensor, of sum 0 for each image

    Convention
    ----------
    The reward less the mean of the K - 1 others: a baseline that does not depend on the caption
    leaves the expected gradient as it is. With the caption's own reward in the mean, each advantage
    would only be smaller, by the factor (K - 1) / K.

    Raises
    ------
    ValueError : samples is below 2, or M is no multiple of it.

    References
    ----------
    Kool et al. 2019, Eq. 8. Taught in 09 §9.
    """
    samples = require.whole(samples, "samples", 2, MOST)
    require_floats(torch.Tensor, rewards, "rewards", None)
    if rewards.ndim != 1 or len(rewards) % samples:
        raise ValueError(f"rewards: expected {samples} for each image, got {tuple(rewards.shape)}")
    own = rewards.view(-1, samples)
    return ((own - own.mean(1, keepdim=True)) * samples / (samples - 1)).flatten()


def policy_loss(captioner, features, captions, advantage):
    """Policy-gradient loss: the mean of advantage times negative log-likelihood.

    Parameters
    ----------
    captioner : Captioner
    features : (M, D) or (M, D, h, w) tensor
    captions : list of M lists of words, sampled from the captioner
    advantage : (M,) float tensor

    Returns
    -------
    () float tensor

    Convention
    ----------
    Its gradient is REINFORCE's estimate. Captions without an advantage are not read for it.

    Raises
    ------
    ValueError : features are not what the network was made for.

    References
    ----------
    Williams 1992, §4; Rennie et al. 2017, Eq. 4 and 5. Taught in 09 §9.
    """
    rows = advantage.nonzero()[:, 0].tolist()
    likelihoods = negative_log_likelihoods(captioner, features[rows], [captions[n] for n in rows])
    return (advantage[rows].to(features.device) * likelihoods).sum() / len(advantage)


def negative_log_likelihoods(captioner, features, captions):
    """Negative log-likelihood of each caption: how little a captioner expected it.

    Parameters
    ----------
    captioner : Captioner
    features : (M, D) or (M, D, h, w) tensor
    captions : list of M lists of words

    Returns
    -------
    (M,) float tensor, in nats, that gradients go back from

    Convention
    ----------
    The words of a caption, and its end.

    Raises
    ------
    ValueError : features are not what the network was made for.

    References
    ----------
    Vinyals et al. 2015, Eq. 2. Taught in 09 §9.
    """
    numbers = torch.from_numpy(as_matrix(captions, captioner.vocabulary)).to(features.device)
    scores = captioner.network(features, numbers[:, :-1])
    return functional.cross_entropy(
        scores.mT, numbers[:, 1:], ignore_index=captioner.vocabulary.pad, reduction="none"
    ).sum(1)
