"""``torchvision.load`` mends torchvision where, and only where, CUDA is missing.

Each test runs a fresh interpreter: what an import does can be seen once in a process.
"""

import os
import subprocess
import sys
import textwrap

import pytest


def python(program, *paths):
    """Run ``program`` in a fresh interpreter, ``paths`` first on its path."""
    path = os.pathsep.join([*map(str, paths), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=120,
    )


def printed(program, *paths):
    finished = python(program, *paths)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.strip()


EXTENSION = """
import torch

def _has_ops():
    return {works}

def _get_extension_path(name):
    return "/nowhere/cuda/" + name + ".so"

def missing(path):
    raise OSError("Could not load this library: " + path) from OSError({reason!r})

torch.ops.load_library = missing
torch.version.cuda = {cuda!r}
"""


PACKAGE = """
import torch
from torchvision import extension

if not (extension._has_ops() or hasattr(torch.ops.torchvision, "nms")):
    raise RuntimeError("operator torchvision::nms does not exist")
"""


@pytest.fixture
def stand_in(tmp_path):
    """Write a torchvision of our own making, whose extension fails for ``reason``."""

    def write(reason="", works=False, cuda=None):
        package = tmp_path / "torchvision"
        package.mkdir()
        (package / "__init__.py").write_text(PACKAGE)
        (package / "extension.py").write_text(
            EXTENSION.format(reason=reason, works=works, cuda=cuda)
        )
        return tmp_path

    return write


OPERATORS = """
import torch
from coursekit.core.torch import torchvision
try:
    print(torchvision.load().__name__, end=" ")
except RuntimeError as error:
    print(error, end=" ")
print([hasattr(torch.ops.torchvision, name) for name in ("nms", "qnms")])
"""
MENDED = "torchvision [True, True]"
VISIBLE = "operator torchvision::nms does not exist [False, False]"


def test_torchvision_imports_once_it_is_loaded():
    program = """
        from coursekit.core.torch import torchvision
        torchvision.load()
        from torchvision import models
        from torchvision.transforms import v2
        import torch
        print(v2.Resize((4, 6))(models.vgg11().features[0](torch.zeros(1, 3, 8, 8))).shape)
        """
    assert printed(program) == "torch.Size([1, 64, 4, 6])"


def test_torchvision_imports_after_it_has_failed():
    program = """
        try:
            import torchvision
        except RuntimeError:
            pass
        from coursekit.core.torch import torchvision
        print(torchvision.load().__name__)
        """
    assert printed(program) == "torchvision"


def test_a_second_load_gives_the_same_module():
    program = """
        from coursekit.core.torch import torchvision
        print(torchvision.load() is torchvision.load())
        """
    assert printed(program) == "True"


@pytest.mark.parametrize(
    "reason",
    [
        "libtorch_cuda.so: cannot open shared object file: No such file or directory",
        "libcudart.so.13: cannot open shared object file: No such file or directory",
        "/a/_C.so: undefined symbol: _ZN3c104cuda20CUDACachingAllocatorE",
    ],
)
def test_operators_are_defined_where_cuda_is_missing(stand_in, reason):
    assert printed(OPERATORS, stand_in(reason)) == MENDED


@pytest.mark.parametrize(
    "reason",
    [
        "libpng16.so.16: cannot open shared object file: No such file or directory",
        "/opt/cuda/_C.so: undefined symbol: _ZN5torch3jit17parseSchemaOrName",
    ],
)
def test_another_missing_library_stays_visible(stand_in, reason):
    assert printed(OPERATORS, stand_in(reason)) == VISIBLE


def test_a_cuda_torch_that_misses_a_library_stays_visible(stand_in):
    assert printed(OPERATORS, stand_in("libcudart.so.13: missing", cuda="13.0")) == VISIBLE


def test_a_torchvision_that_works_is_left_alone(stand_in):
    path = stand_in("libcudart.so.13: missing", works=True)
    assert printed(OPERATORS, path) == "torchvision [False, False]"


def test_operators_that_are_there_are_left_alone(stand_in):
    program = """
        import torch
        schema = "(Tensor boxes, Tensor scores, float iou_threshold) -> Tensor"
        torch.library.define("torchvision::nms", schema)
        from coursekit.core.torch import torchvision
        torchvision.load()
        found = torch.ops.torchvision
        print(hasattr(found, "qnms"), "boxes" in str(found.nms.default._schema))
        """
    assert printed(program, stand_in("libcudart.so.13: missing")) == "False True"


def test_an_import_error_of_torchvision_is_not_hidden(tmp_path):
    (tmp_path / "torchvision").mkdir()
    (tmp_path / "torchvision" / "__init__.py").write_text("raise ImportError('broken by design')")
    finished = python("from coursekit.core.torch import torchvision; torchvision.load()", tmp_path)
    assert finished.returncode == 1
    assert finished.stderr.strip().endswith("ImportError: broken by design")


def test_an_error_in_the_extension_is_not_hidden(stand_in):
    path = stand_in()
    (path / "torchvision" / "extension.py").write_text("raise OSError('libcudart.so.13 is odd')")
    finished = python("from coursekit.core.torch import torchvision; torchvision.load()", path)
    assert finished.stderr.strip().endswith("OSError: libcudart.so.13 is odd")
