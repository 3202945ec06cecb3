"""Let ``import torchvision`` work where torch is a CPU build and torchvision a CUDA build.

``pip install torch torchvision`` can bring the two together. Then the compiled part of torchvision
finds no CUDA library, and its Python part stops at two operators that nobody defined
(pytorch/vision issues 9077 and 9085). Defining them lets the models and transforms work;
``ops.nms`` still raises torchvision's own error. Every other failure of torchvision stays as it is.
"""

import re
import sys
from importlib.machinery import PathFinder

_EXTENSION = "torchvision.extension"
_OPERATORS = ("nms", "qnms")
_SIGNATURE = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_CUDA_LIBRARY = re.compile(r"cuda|cudart|cudnn|cublas|nvjpeg|nvrtc", re.IGNORECASE)


class _ExtensionFinder:
    """Finds ``torchvision.extension`` as Python would, and looks after it once it has run."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != _EXTENSION:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None:
            _run_afterwards(spec.loader, define_missing_operators)
        return spec


def install():
    """Watch for the import of torchvision; a second call changes nothing."""
    if _ExtensionFinder not in sys.meta_path:
        sys.meta_path.insert(0, _ExtensionFinder)
    if _EXTENSION in sys.modules:  # an import that failed before leaves this part behind
        define_missing_operators(sys.modules[_EXTENSION])


def define_missing_operators(extension):
    """Define what torchvision lacks, if CUDA is all that keeps ``extension`` from loading."""
    import torch

    if extension._has_ops() or hasattr(torch.ops.torchvision, "nms"):
        return
    if torch.version.cuda is None and _lacks_cuda(extension):
        for operator in _OPERATORS:
            torch.library.define(f"torchvision::{operator}", _SIGNATURE)


def _lacks_cuda(extension):
    import torch

    try:
        torch.ops.load_library(extension._get_extension_path("_C"))
    except OSError as error:
        reason = str(error.__cause__ or error)
        return bool(_CUDA_LIBRARY.search(_without_paths(reason)))
    except ImportError:
        pass
    return False


def _without_paths(reason):
    return re.sub(r"\S*[/\\]\S*", "", reason)


def _run_afterwards(loader, action):
    run = loader.exec_module

    def exec_module(module):
        run(module)
        action(module)

    loader.exec_module = exec_module
