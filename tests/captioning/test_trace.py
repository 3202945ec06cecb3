"""What the figures tell agrees with what the captioner says."""

import numpy as np
import pytest
import torch

from coursekit.captioning import explore
from coursekit.captioning.data.synthetic import scene
from coursekit.captioning.explore import drawing, trace

PICTURES = [scene("test", number).image() for number in (27, 30, 41)]


def said(picture, **options):
    return trace.captioner().generate(torch.from_numpy(picture).movedim(-1, 0), **options)


def words(numbers):
    return [trace.captioner().vocabulary.words[number] for number in numbers]


@pytest.mark.parametrize("picture", PICTURES)
def test_greedy_says_what_the_captioner_says(picture):
    assert words(trace.greedy(picture)) == [*said(picture)[0].words, "<END>"]


@pytest.mark.parametrize("picture", PICTURES)
def test_the_beam_finds_what_the_captioner_finds(picture):
    assert words(trace.likeliest(picture, 3)) == [*said(picture, method="beam")[0].words, "<END>"]


@pytest.mark.parametrize("picture", PICTURES)
def test_a_probability_is_that_of_the_captioner(picture):
    spoken = trace.of(picture, trace.greedy(picture))
    assert spoken.probability == pytest.approx(np.exp(said(picture)[0].score), rel=1e-4)


def test_five_that_are_sampled_in_the_cold_are_greedy():
    picture = PICTURES[0]
    assert trace.sampled(picture, 0.01, seed=3) == [trace.greedy(picture)] * 5


def test_heat_makes_captions_differ():
    sampled = trace.sampled(PICTURES[0], 3.0, seed=3)
    assert len({tuple(numbers) for numbers in sampled}) == 5


def test_attention_is_shared_out_over_the_places():
    spoken = trace.of(PICTURES[0], trace.greedy(PICTURES[0]))
    assert spoken.attention.shape == (len(spoken.words), 8, 8)
    assert np.allclose(spoken.attention.sum((1, 2)), 1, atol=1e-5)


@pytest.mark.parametrize("width", [1, 3, 5])
def test_the_best_branch_is_the_caption_that_the_beam_finds(width):
    picture = PICTURES[0]
    best = [
        word
        for level in trace.branches(picture, width, trace.LONGEST)
        for _, word, _, kind in level
        if kind == "best" and word != "·"
    ]
    assert best == words(trace.likeliest(picture, width))


def test_a_branch_is_never_likelier_than_its_parent():
    levels = trace.branches(PICTURES[0], 3, 8)
    for above, level in zip(levels, levels[1:], strict=False):
        assert all(share <= above[parent][2] + 1e-12 for parent, _, share, _ in level)


def test_what_moves_changes_the_map_more_than_the_vector():
    grids = [trace.grid(explore._moved("ring", "red", column)) for column in (10, 34, 54)]
    for other in grids[1:]:
        vectors = other.mean((1, 2)), grids[0].mean((1, 2))
        assert explore._change(*vectors) < 0.5 * explore._change(other, grids[0])


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0.0 %"), (0.0004, "under 0.1 %"), (0.031, "3.1 %"), (0.5, "50 %"), (1.0, "100 %"),
     (0.996, "99.6 %"), (0.9996, "over 99.9 %")],
)  # fmt: skip
def test_a_share_is_never_called_nothing_or_all_unless_it_is(share, text):
    assert drawing.percent(share) == text


def test_curves_leave_out_what_is_not_there():
    whole = drawing.histories({"a": [3.0, 2.0, 1.0]}).draw()
    late = drawing.histories({"a": [np.nan, 2.0, 1.0]}).draw()
    blank = drawing.histories({"a": [np.nan, np.nan, 1.0]}).draw()
    colored = [(np.ptp(picture.astype(int), axis=2) > 60).sum() for picture in (whole, late, blank)]
    assert colored[0] > colored[1] > colored[2]
