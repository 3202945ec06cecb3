"""coursekit: a course on image processing and computer vision, and the package that carries it."""

from coursekit import _torchvision

__version__ = "0.1.0"

_torchvision.install()
