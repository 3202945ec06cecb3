"""Import torchvision, even a CUDA build next to a CPU build of torch.

``pip install torch torchvision`` can install such a pair. Then the compiled part of torchvision
finds no CUDA library, and its Python part fails at two operators that are not defined
(pytorch/vision issues 9077 and 9085). Defining them makes the models and transforms work;
``ops.nms`` still raises torchvision's own error. All other errors of torchvision are passed on.
"""

import re
import sys
from types import ModuleType

_OPERATORS = ("nms", "qnms")
_SIGNATURE = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_CUDA_LIBRARY = re.compile(r"cuda|cudart|cudnn|cublas|nvjpeg|nvrtc", re.IGNORECASE)


def load() -> ModuleType:
    """Import torchvision and return it; from then on ``import torchvision`` works everywhere."""
    try:
        import torchvision
    except RuntimeError:
        extension = sys.modules.get("torchvision.extension")  # left behind by the failed import
        if extension is None or not _lacks_only_operators(extension):
            raise
        _define_operators()
        import torchvision
    return torchvision


def _lacks_only_operators(extension: ModuleType) -> bool:
    """Whether ``extension`` fails to load only because of CUDA, which torch does not have."""
    import torch

    there = extension._has_ops() or hasattr(torch.ops.torchvision, "nms")
    return not there and torch.version.cuda is None and _lacks_cuda(extension)


def _define_operators() -> None:
    import torch

    for operator in _OPERATORS:
        torch.library.define(f"torchvision::{operator}", _SIGNATURE)


def _lacks_cuda(extension: ModuleType) -> bool:
    import torch

    try:
        torch.ops.load_library(extension._get_extension_path("_C"))
    except OSError as error:
        reason = str(error.__cause__ or error)
        return bool(_CUDA_LIBRARY.search(_without_paths(reason)))
    except ImportError:
        pass
    return False


def _without_paths(reason: str) -> str:
    return re.sub(r"\S*[/\\]\S*", "", reason)
