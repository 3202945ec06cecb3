"""What an author runs: render, release, and the chapters as a list that can be edited."""

from coursekit.core import extras

extras.require("ipykernel", "jinja2", "jupytext", "nbclient", "nbformat")
