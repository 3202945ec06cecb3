"""Checks of tensors at the public edge."""

import numpy as np
import pytest
import torch

from coursekit.core.torch.checks import require_labels, require_mask, require_tensor

GRAY = np.zeros((4, 5), np.uint8)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(1, 4, 5), (3, 4, 5), (2, 1, 4, 5), (2, 3, 1, 4, 5)])
def test_batches_are_let_through(shape, dtype):
    assert require_tensor(torch.zeros(shape, dtype=dtype)) is None


@pytest.mark.parametrize(
    ("batch", "error", "message"),
    [
        (GRAY, TypeError, "image: expected a torch tensor, got ndarray"),
        (torch.zeros(1, 4, 5).half(), TypeError, "expected uint8 or float .* got torch.float16"),
        ([torch.zeros(1, 4, 5)], TypeError, "image: expected a torch tensor, got list"),
        (torch.zeros(1, 4, 5).to_sparse(), TypeError, r"image: expected a dense .* \.to_dense"),
        (torch.zeros(4, 5), ValueError, r"\(..., C, H, W\) with pixels in it, got \(4, 5\)"),
        (torch.zeros(1, 4, 0), ValueError, r"got \(1, 4, 0\)"),
        (torch.zeros(2, 4, 5), ValueError, r"expected 1 or 3 channels .* got \(2, 4, 5\)"),
    ],
)
def test_what_is_no_batch_is_refused(batch, error, message):
    with pytest.raises(error, match=message):
        require_tensor(batch, channels=(1, 3))


@pytest.mark.parametrize(
    ("check", "batch", "error", "message"),
    [
        (require_mask, GRAY, TypeError, "mask: expected a torch tensor, got ndarray"),
        (
            require_mask,
            torch.zeros(1, 4, 5),
            TypeError,
            "expected bool or uint8, got torch.float32",
        ),
        (require_mask, torch.zeros(4, 5, dtype=torch.bool), ValueError, r"got \(4, 5\)"),
        (require_labels, torch.zeros(1, 4, 5), TypeError, "expected whole numbers"),
        (require_labels, torch.zeros(1, 4, 5) > 0, TypeError, "expected whole numbers"),
        (require_labels, torch.zeros(1, 4, 5).cfloat(), TypeError, "expected whole numbers"),
    ],
)
def test_what_is_no_mask_and_no_labels_is_refused(check, batch, error, message):
    with pytest.raises(error, match=message):
        check(batch)


def test_labels_may_be_asked_to_have_so_many_channels():
    labels = torch.zeros(3, 4, 5, dtype=torch.int64)
    assert require_labels(labels) is None
    with pytest.raises(ValueError, match=r"expected shape \(..., 1, H, W\), got \(3, 4, 5\)"):
        require_labels(labels, channels=1)
