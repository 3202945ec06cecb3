"""What a teacher runs: hand out, grade and tell."""

from coursekit.core import extras

extras.require("nbformat", "jinja2", "filelock", "jupytext", "pygments", "rapidfuzz")
