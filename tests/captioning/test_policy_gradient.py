"""Policy-gradient fine-tuning: what a caption is worth, and how better ones get likelier."""

import numpy as np
import pytest
import torch

from coursekit.captioning import command, data
from coursekit.captioning.data import claims
from coursekit.captioning.data.synthetic import Scene, Shape
from coursekit.captioning.gpu import AttentionCaptionNet, Captioner, CaptionNet, Recipe, fine_tune
from coursekit.captioning.gpu.policy_gradient import advantages, negative_log_likelihoods
from coursekit.captioning.text import SPECIAL, Vocabulary

WORDS = "a red blue ring star above below".split()
FEATURES = torch.from_numpy(np.random.default_rng(0).random((12, 6), np.float32))
RECIPE = Recipe(steps=40, size=8, rate=2e-2, decay=0.0)


def captioner(seed=0):
    torch.manual_seed(seed)
    vocabulary = Vocabulary.of([*SPECIAL, *WORDS])
    return Captioner(None, CaptionNet(len(vocabulary), 6, 8, 16), vocabulary)


def likes_red(said, rows):
    return [float(words[:1] == ["red"]) for words in said]


def test_an_advantage_is_over_the_mean_of_the_other_captions_of_the_picture():
    rewards = torch.tensor([1.0, 0, 0, 0, 2, 2, 2, 2])
    expected = torch.tensor([1, -1 / 3, -1 / 3, -1 / 3, 0, 0, 0, 0])
    torch.testing.assert_close(advantages(rewards, 4), expected)


def test_captions_that_are_all_worth_the_same_teach_nothing():
    known = captioner()
    before = {name: tensor.clone() for name, tensor in known.network.state_dict().items()}
    fine_tune(known, FEATURES, lambda said, rows: [1.0] * len(said), RECIPE)
    for name, tensor in known.network.state_dict().items():
        assert torch.equal(tensor, before[name]), name


@torch.no_grad()
def test_a_negative_log_likelihood_is_the_score_of_a_caption_with_its_sign_turned():
    known = captioner()
    known.network.out.bias[[0, 1, 3]] = -50.0  # what a captioner never says
    said = known.speak(FEATURES, "sample", count=6, max_length=30)
    ended = [(row, one) for row, own in enumerate(said) for one in own if len(one.words) < 30]
    assert len(ended) > 20
    rows, whole = zip(*ended, strict=True)
    found = negative_log_likelihoods(known, FEATURES[list(rows)], [one.words for one in whole])
    expected = -torch.tensor([one.score for one in whole])
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-5)


def test_what_is_rewarded_is_said_more_often():
    rewards = fine_tune(captioner(), FEATURES, likes_red, RECIPE)
    assert len(rewards) == RECIPE.steps
    assert np.mean(rewards[:5]) < 0.4 and np.mean(rewards[-5:]) > 0.9


def test_a_reward_is_asked_for_the_captions_of_the_rows_it_is_told():
    seen = []

    def reward(said, rows):
        seen.append((len(said), rows))
        return np.zeros(len(said))

    fine_tune(captioner(), FEATURES, reward, Recipe(steps=2, size=5, decay=0.0), samples=3)
    for count, rows in seen:
        assert count == 15 and (rows.reshape(5, 3) == rows[::3, None]).all()
        assert len(set(rows)) == 5


def test_the_same_seed_trains_alike():
    first, again, other = captioner(), captioner(), captioner()
    assert fine_tune(first, FEATURES, likes_red, RECIPE) == fine_tune(
        again, FEATURES, likes_red, RECIPE
    )
    assert torch.equal(first.network.out.weight, again.network.out.weight)
    fine_tune(other, FEATURES, likes_red, Recipe(steps=40, size=8, rate=2e-2, decay=0.0, seed=1))
    assert not torch.equal(first.network.out.weight, other.network.out.weight)


@pytest.mark.parametrize(
    ("options", "says"), [({"samples": 1}, "samples"), ({"recipe": Recipe(size=13)}, "recipe.size")]
)
def test_what_cannot_be_compared_is_refused(options, says):
    with pytest.raises(ValueError, match=says):
        fine_tune(captioner(), FEATURES, likes_red, **({"recipe": RECIPE} | options))


def test_rewards_are_for_what_is_true_and_whole_and_more_for_what_tells():
    left = Shape("ring", "red", "small", 10, 10, 5.0, 0.0)
    right = Shape("star", "blue", "large", 10, 50, 9.0, 0.0)
    said = [
        "a red ring left of a blue star",
        "a red ring and a blue star",
        "a red ring",
        "a red ring right of a blue star",
        "ring a",
    ]
    assert claims.rewards(said, [Scene((left, right), 0)] * 5) == [
        1 + claims.RELATION_BONUS,
        1,
        0,
        0,
        0,
    ]


def test_fine_tuning_on_scenes_is_told_of_the_right_scenes(monkeypatch):
    """Rewarded by the scene's own captions, a network is never told that a true one is false."""
    learned = data.scenes("train", 6)
    torch.manual_seed(0)
    vocabulary = Vocabulary((words for own in learned.words() for words in own), 1)
    known = Captioner(None, AttentionCaptionNet(len(vocabulary), 5), vocabulary)
    asked = []

    def spoken(captioner, features, reward, recipe, watch):
        rows = np.array([4, 1, 1])
        asked.append(reward([learned.captions[row][0] for row in rows], rows))
        return [0.5]

    monkeypatch.setattr(command.gpu, "fine_tune", spoken)
    assert command.fine_tuned(known, learned, torch.zeros(6, 5, 8, 8), RECIPE) == [0.5]
    assert all(reward >= 1 for reward in asked[0])
