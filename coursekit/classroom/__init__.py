"""What a teacher runs: render, release, grade and tell."""

from coursekit.core import extras

extras.require("nbformat", "jinja2", "filelock", "jupytext", "pygments", "rapidfuzz")
