"""What one sees while a network is trained: a bar with the time left, or a plot that grows."""

from contextlib import AbstractContextManager

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from coursekit.captioning import plots as drawing
from coursekit.lab import show

_SMOOTH = 25  # steps that one point of the plot averages


class Watch(AbstractContextManager):
    """Sees a training go by; this one says nothing."""

    def begin(self, total, history):
        """So many steps there are; the history holds those already done."""

    def step(self, loss):
        """One more step; its loss may still be on another device, so read it seldom."""

    def look(self, history):
        """The network was measured: history.looks[-1]."""

    def __exit__(self, *_):
        pass


class Bar(Watch):
    """A bar with the count and the time left; above it a line for each look.

    Parameters
    ----------
    what : str, written before the bar
    """

    def __init__(self, what="training"):
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
            TextColumn("{task.fields[loss]}"), TimeRemainingColumn(), TextColumn("left"),
            console=Console(highlight=False), transient=True,
        )  # fmt: skip
        self._task = self._progress.add_task(what, total=None, loss="")

    def __enter__(self):
        self._progress.start()
        return self

    def __exit__(self, kind, *_):
        self._progress.stop()
        if kind is KeyboardInterrupt:
            self._progress.console.print("The same command goes on from the last checkpoint.")

    def begin(self, total, history):
        self._progress.update(
            self._task, total=total, completed=len(getattr(history, "losses", history))
        )

    def step(self, loss):
        self._progress.update(self._task, advance=1)

    def look(self, history):
        self._progress.update(self._task, loss=f"loss {np.mean(history.losses[-_SMOOTH:]):.3f}")
        self._progress.console.print(line(history))


def line(history):
    """The last look at a network, in one line."""
    found = history.looks[-1]
    numbers = [f"{name} {value:.3f}" for name, value in found.items() if name != "step"]
    trained = f"loss {np.mean(history.losses[-_SMOOTH:]):.3f}"
    return f"step {found['step']:>6}: {trained}; held out: {', '.join(numbers) or 'none'}"


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
    """Draw the losses of a history: (H, W, 3) uint8.

    Between two looks the loss on held-out pictures is interpolated; before the first there is none.
    """
    losses = np.asarray(history.losses)
    parts = np.array_split(losses, max(1, len(losses) // _SMOOTH))
    named = {"learned from": [part.mean() for part in parts]}
    if looks := [(look["step"], look["loss"]) for look in history.looks if "loss" in look]:
        steps = np.linspace(0, len(losses), len(parts))
        named["held out"] = np.interp(steps, *zip(*looks, strict=True), left=np.nan)
    return drawing.histories(named)
