"""Chunks, padding and union-find on tensors."""

import numpy as np
import pytest
import torch

from coursekit.core import borders, chunks
from coursekit.core.torch.chunks import (
    in_chunks,
    overlapping_chunks,
    padded_chunks,
    pixel_chunks,
)
from coursekit.core.torch.padding import pad_axis, pad_planes
from coursekit.core.torch.separable import filter_axis, filter_rows_and_columns
from coursekit.core.torch.union_find import connect

IMAGE = torch.arange(2 * 3 * 7 * 5, dtype=torch.float64).reshape(2, 3, 7, 5)


@pytest.fixture(params=[1, 40, 2**21])
def numbers(request, monkeypatch):
    """Chunks of one item, of a few, and of all at once."""
    monkeypatch.setattr(chunks, "CHUNK_NUMBERS", request.param)


@pytest.mark.usefixtures("numbers")
def test_a_stack_in_chunks_comes_out_whole():
    rows = torch.arange(2.0)[:, None, None, None]
    result = in_chunks(lambda part, row: part * 2 + row, IMAGE, 20, rows)
    assert torch.equal(result, IMAGE * 2 + rows)


@pytest.mark.usefixtures("numbers")
def test_chunks_of_rows_overlap_by_the_margin():
    padded = pad_planes(IMAGE, ((1, 1), (1, 1)), "edge", IMAGE.dtype)
    result = overlapping_chunks(lambda part: part.unfold(-2, 3, 1).sum(-1)[..., 1:-1], padded, 2, 4)
    expected = padded[..., :-2, 1:-1] + padded[..., 1:-1, 1:-1] + padded[..., 2:, 1:-1]
    assert torch.equal(result, expected)


@pytest.mark.usefixtures("numbers")
def test_padded_chunks_give_several_tensors():
    work = lambda part: (part[..., 1:-1, 1:-1] + 1, part[:, :1, 1:-1, 1:-1])  # noqa: E731
    more, first = padded_chunks(work, IMAGE, (1, 1), "constant", IMAGE.dtype)
    assert torch.equal(more, IMAGE + 1) and torch.equal(first, IMAGE[:, :1])


def test_an_unknown_border_is_refused():
    with pytest.raises(ValueError, match="border: expected one of 'reflect'"):
        padded_chunks(lambda part: (part,), IMAGE, (1, 1), "mirror", IMAGE.dtype)


@pytest.mark.usefixtures("numbers")
def test_pixel_chunks_cover_every_pixel_once():
    stack = IMAGE.flatten(-2)
    seen = torch.zeros_like(stack)
    for images, part in pixel_chunks(stack, 8):
        seen[part] += 1
        assert seen[part].shape[0] == len(stack[images])
    assert (seen == 1).all()


@pytest.mark.parametrize("border", borders.BORDERS)
def test_padding_is_numpys(border):
    widths = ((0, 0), (0, 0), (2, 1), (3, 0))
    expected = np.pad(IMAGE.numpy(), widths, mode=border)
    result = pad_planes(IMAGE, ((2, 1), (3, 0)), border, IMAGE.dtype)
    assert np.array_equal(result.numpy(), expected)


@pytest.mark.parametrize("border", ["reflect", "symmetric", "edge", "wrap"])
def test_padding_of_one_axis_is_numpys(border):
    expected = np.pad(IMAGE.numpy(), ((0, 0), (0, 0), (9, 9), (0, 0)), mode=border)
    assert np.array_equal(pad_axis(IMAGE, -2, 9, border).numpy(), expected)


def test_both_separable_filters_agree():
    row = np.array([0.25, 0.5, 0.25])
    once = filter_axis(filter_axis(IMAGE, row, -1, "reflect"), row, -2, "reflect")
    both = filter_rows_and_columns(IMAGE, row, "reflect", IMAGE.dtype)
    assert torch.allclose(once, both, atol=1e-12)


def test_every_node_gets_the_smallest_it_is_connected_to():
    one, other = torch.tensor([1, 4, 6, 7]), torch.tensor([3, 3, 5, 6])
    assert connect(torch.arange(8), one, other).tolist() == [0, 1, 2, 1, 1, 5, 5, 5]
