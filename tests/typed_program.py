"""A user's program, which mypy reads and nobody runs: what ends in ``# wrong`` is an error."""

from typing import assert_type

import numpy as np
import torch

from coursekit.captioning.text import Vocabulary, as_matrix, tokenize
from coursekit.color_transfer import gpu as color_gpu
from coursekit.color_transfer import reference as color
from coursekit.core.types import Array
from coursekit.filtering import gpu as filtering_gpu
from coursekit.filtering import reference as filtering
from coursekit.lab import Question, check, measure, samples, show

image, pictures = np.zeros((8, 9, 3), np.uint8), torch.zeros(2, 3, 8, 9)

assert_type(filtering.pad(image, 1, border="wrap"), Array)
assert_type(filtering_gpu.pad(pictures, 1, border="wrap"), torch.Tensor)
filtering.pad(image, 1, border="mirror")  # wrong
filtering_gpu.pad(pictures, 1, border="mirror")  # wrong
filtering.pad(pictures, 1)  # wrong
filtering_gpu.pad(image, 1)  # wrong

assert_type(color.superpixel_color_fusion(image, image, covariance="own"), Array)
color.superpixel_color_fusion(image, image, covariance="neither")  # wrong
color_gpu.superfeature_transfer(pictures, pictures, covariance="neither")  # wrong
assert_type(color.structural_similarity(image, image), float)
assert_type(color_gpu.structural_similarity(pictures, pictures), torch.Tensor)
color.reinhard(image, image, np.int64(1))  # wrong
color.sliced_wasserstein(image, image, seed=np.int64(1))

vocabulary = Vocabulary([tokenize("A dog and a cat.")], min_count=1)
assert_type(vocabulary.words, list[str])
as_matrix([["a", "dog"]], vocabulary, max_length="5")  # wrong

assert_type(samples.camera(), Array)
assert_type(show.pictures({"camera": samples.camera()}), show.Still)
assert_type(measure(color.reinhard, image, image).median, float)
check(color.reinhard)
check("reinhard")  # wrong
Question("1 + 1?", {"2": "Yes."}, right=2)  # wrong
