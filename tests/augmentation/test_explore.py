"""The figures of chapter 08 show what they say."""

import numpy as np

from coursekit.augmentation import explore, reference
from coursekit.augmentation.explore import drawing
from coursekit.lab import plots


def test_reseeding_changes_every_variant_and_comes_back():
    figure = explore.contact_sheet()
    first, other = (figure(seed=seed)["nine variants"] for seed in (0, 1))
    assert np.array_equal(figure(seed=0)["nine variants"], first)
    assert np.mean((first != other).any(axis=2)) > 0.8


def test_ranges_of_nothing_give_the_picture_nine_times():
    still = {"rotation": 0, "width": 0, "height": 0, "zoom": 0, "brightness": 0}
    sheet = explore.contact_sheet()(**still, horizontal=False)["nine variants"]
    tile = plots.shrunk(explore.cat(), explore.TILE)
    assert np.array_equal(sheet, plots.contact_sheet([tile] * 9))


def test_the_written_matrix_is_the_one_that_is_drawn():
    matrix = np.array([[0.5, -1.25, 3.0], [1.0, 0.0, -2.25], [0, 0, 1]])
    assert drawing.written(matrix) == [
        "new row    = +0.50 r −1.25 c +3.0",
        "new column = +1.00 r +0.00 c −2.2",
    ]


def test_a_grid_that_is_not_moved_covers_the_old_one():
    still, moved = (
        drawing.grid((40, 60), matrix).draw()
        for matrix in (np.eye(3), reference.shift_matrix(6, 3))
    )
    assert light_gray(still) < light_gray(moved) / 4


def light_gray(panel):
    """Pixels of gray lines, smoothed at their edges, on white."""
    return np.count_nonzero(
        (np.ptp(panel, axis=2) == 0) & (panel.min(axis=2) > 180) & (panel.max(axis=2) < 255)
    )


def test_one_step_samples_once():
    pictures = explore.many_samplings()(steps=1)
    once, often = (picture[-288:] for picture in pictures.values())
    assert np.array_equal(once, often)


def test_more_steps_leave_less_contrast():
    contrasts = [
        explore.many_samplings()(steps=steps)["sampled in steps"][-288:, :288].std()
        for steps in (1, 3, 9)
    ]
    assert contrasts[0] > contrasts[1] > contrasts[2]


def test_the_head_of_the_astronaut_lies_in_its_box():
    mask, boxes, points = explore.astronaut_labels((280, 280))
    rows, columns = np.nonzero(mask)
    top, left, bottom, right = boxes[0]
    assert top <= rows.min() + 1 and rows.max() <= bottom
    assert left <= columns.min() + 1 and columns.max() <= right
    assert all(mask[tuple(np.rint(point).astype(int))] for point in points)


def test_labels_left_behind_stay_where_they_were():
    figure = explore.labels_move()
    moved, left = (figure(rotation=60, left_behind=behind)["after"] for behind in (False, True))
    assert np.mean((moved != left).any(axis=2)) > 0.05
