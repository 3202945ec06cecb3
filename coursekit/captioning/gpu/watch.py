"""What a training loop tells whoever watches it."""

from contextlib import AbstractContextManager
from typing import Any

import numpy as np

SMOOTH = 25  # steps that one shown loss averages


class Watch(AbstractContextManager["Watch"]):
    """Observer of a training; this one says nothing."""

    def begin(self, total: int, history: Any) -> None:
        """So many steps there are; the history holds those already done."""

    def step(self, loss: Any) -> None:
        """One more step; its loss may still be on another device, so read it seldom."""

    def look(self, history: Any) -> None:
        """The network was measured: history.looks[-1]."""

    def __exit__(self, *_: object) -> None:
        pass


def line(history: Any) -> str:
    """The last look at a network, in one line."""
    found = history.looks[-1]
    numbers = [f"{name} {value:.3f}" for name, value in found.items() if name != "step"]
    trained = f"loss {np.mean(history.losses[-SMOOTH:]):.3f}"
    return f"step {found['step']:>6}: {trained}; held out: {', '.join(numbers) or 'none'}"
