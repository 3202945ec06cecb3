"""The made digits, the small network, and what both are for."""

import numpy as np
import pytest
import torch

from coursekit.augmentation import gpu
from coursekit.augmentation.explore import drawing
from coursekit.augmentation.training import experiment
from coursekit.lab import plots


@pytest.fixture(scope="module")
def digits():
    return experiment.digits(300, seed=3)


def test_each_digit_is_drawn_equally_often(digits):
    images, labels = digits
    assert images.shape == (300, 1, 32, 32) and images.dtype == torch.uint8
    assert torch.bincount(labels).tolist() == [30] * 10


def test_the_same_seed_draws_the_same_digits():
    first, again, other = (experiment.digits(20, seed)[0] for seed in (1, 1, 2))
    assert torch.equal(first, again) and not torch.equal(first, other)


def test_digits_stand_in_the_middle(digits):
    images, _ = digits
    lit = images[:, 0].numpy() > 0
    rows, columns = np.flatnonzero(lit.any(axis=(0, 2))), np.flatnonzero(lit.any(axis=(0, 1)))
    assert 8 <= rows[0] and rows[-1] <= 23 and 8 <= columns[0] and columns[-1] <= 23


def test_a_nine_is_a_six_upside_down():
    six, nine = (np.array(experiment.STROKES[digit]) for digit in (6, 9))
    assert np.allclose(six + nine, 1)


def test_moved_shifts_by_whole_pixels_in_the_named_direction(digits):
    images = digits[0][:40]
    down = experiment.moved(images, 10, 0, seed=1)
    assert torch.equal(down.sum(dim=2), images.sum(dim=2))  # each column keeps what it holds
    right = experiment.moved(images, 0, 8, seed=1)
    assert torch.equal(right.sum(dim=3), images.sum(dim=3))
    assert not torch.equal(down, images) and not torch.equal(right, images)


def test_a_network_is_made_of_its_seed_alone():
    torch.manual_seed(5)
    before = torch.get_rng_state()
    one, again, other = (experiment.network(seed)[0].weight for seed in (0, 0, 1))
    assert torch.equal(one, again) and not torch.equal(one, other)
    assert torch.equal(torch.get_rng_state(), before)


def test_training_gives_back_the_threads_it_took(digits):
    before = torch.get_num_threads()
    experiment.train(*digits, gpu.Augmenter(), epochs=1)
    assert torch.get_num_threads() == before


def test_training_teaches_the_digits_and_repeats(digits):
    images, labels = digits
    learners = [experiment.train(images, labels, gpu.Augmenter(seed=1), 6) for _ in range(2)]
    first, again = (experiment.read(learner, images) for learner in learners)
    assert torch.equal(first, again)
    assert experiment.accuracy(learners[0], images, labels) > 0.8
    table = experiment.scores(learners, {"same": images}, labels)
    assert table["same"] == [experiment.accuracy(each, images, labels) for each in learners]


def test_shifts_are_learnt_only_where_they_were_shown():
    images, labels = experiment.digits(1000, seed=0)
    test, truth = experiment.digits(300, seed=1)
    tests = {"down": experiment.moved(test, 10, 0, 5), "right": experiment.moved(test, 0, 10, 5)}
    learners = experiment.trained(images, labels, seeds=(0,), height_shift_range=10.0)
    (down,), (right,) = experiment.scores(learners, tests, truth).values()
    assert down > 0.75 and right < 0.4


def test_the_chart_of_accuracies_marks_each_run():
    results = {"nothing": {"in the middle": [1.0, 0.99], "shifted": [0.1, 0.2]}}
    chart = drawing.accuracies(results, {"chance": 0.1}).draw()
    more = drawing.accuracies(results | {"shift": results["nothing"]}, {"chance": 0.1}).draw()
    assert chart.dtype == np.uint8 and more.shape[0] > chart.shape[0]
    assert (chart == np.array(plots.BLUE)).all(axis=2).any()
