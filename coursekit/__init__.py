"""coursekit: a course on image processing and computer vision, and its package."""

__version__ = "0.1.0"
