"""What authors run: render, release, and the commands for the list of chapters."""

from coursekit.core import extras

extras.require("ipykernel", "jinja2", "jupytext", "nbclient", "nbformat")
