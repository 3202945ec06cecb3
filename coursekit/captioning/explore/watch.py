"""The curves of a training, drawn anew at each look."""

import numpy as np

from coursekit.captioning.explore import drawing
from coursekit.captioning.gpu.watch import SMOOTH, Watch, line
from coursekit.lab import show


class Plot(Watch):
    """In a notebook, the curves of the losses, drawn anew at each look.

    Parameters
    ----------
    display : function that shows a picture and gives a handle with ``update``; by default IPython's
    """

    def __init__(self, display=None):
        self._display, self._handle = display, None

    def look(self, history):
        picture = show.pictures({line(history): curves(history)})
        if self._handle is not None:
            self._handle.update(picture)
            return
        if self._display is None:
            from IPython.display import display

            self._display = display
        self._handle = self._display(picture, display_id=True)


def curves(history):
    """Draw the losses of a history.

    Between two looks the loss on held-out pictures is interpolated; before the first there is none.
    """
    losses = np.asarray(history.losses)
    parts = np.array_split(losses, max(1, len(losses) // SMOOTH))
    named = {"learned from": [part.mean() for part in parts]}
    if looks := [(look["step"], look["loss"]) for look in history.looks if "loss" in look]:
        steps = np.linspace(0, len(losses), len(parts))
        named["held out"] = np.interp(steps, *zip(*looks, strict=True), left=np.nan)
    return drawing.histories(named)
