"""The extras of ``pip install "coursekit[...]"``: which one installs a missing package.

``coursekit`` itself needs NumPy, SciPy, safetensors and regex, which is all that ``reference``
imports. Whatever else a part needs is required when that part is imported.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

# What is imported, and the smallest extra that installs it.
BROUGHT_BY = {
    **dict.fromkeys(["torch", "torchvision"], "gpu"),
    **dict.fromkeys(
        [
            "IPython", "PIL", "anywidget", "cv2", "ipykernel", "ipywidgets", "jinja2", "jupyterlab",
            "jupyter_client", "jupyter_core", "jupyterlab_server", "markupsafe", "matplotlib",
            "nbclient", "nbformat", "packaging", "platformdirs", "pytest", "rich", "skimage",
            "traitlets", "typer", "voila",
        ],
        "lab",
    ),
    **dict.fromkeys(["filelock", "jupytext", "pygments", "rapidfuzz"], "classroom"),
    "distributed": "cluster",
}  # fmt: skip


class MissingExtra(ImportError):
    """A package is not installed; the message says how to install it."""

    def __init__(self, module: str) -> None:
        super().__init__(
            f"{module} is not installed. To install it: "
            f'pip install "coursekit[{BROUGHT_BY[module]}]"',
            name=module,
        )


def require(*modules: str) -> None:
    """Require these modules; if one is not installed, say how to install it.

    Raises
    ------
    MissingExtra : for the first that is missing.
    """
    for module in modules:
        if find_spec(module) is None:
            raise MissingExtra(module)


@contextmanager
def explained() -> Iterator[None]:
    """Turn a failed import of an extra's package into a MissingExtra."""
    try:
        yield
    except ModuleNotFoundError as error:
        root = (error.name or "").partition(".")[0]
        if root not in BROUGHT_BY:
            raise
        raise MissingExtra(root) from None
