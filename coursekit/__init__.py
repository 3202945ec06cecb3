"""coursekit: a course on image processing and computer vision, and the package that carries it."""

__version__ = "0.1.0"
