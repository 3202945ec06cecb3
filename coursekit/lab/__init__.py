"""What every notebook uses: sample images, stills, figures with sliders, checks, the device.

``from coursekit.lab import samples, show, check, progress, device`` is all that a notebook needs.
Each name is loaded on first use, so that nobody waits for imports that are not needed.
"""

import sys
from importlib import import_module
from types import ModuleType

from coursekit.core.extras import explained

_HOME = {
    "check": "check",
    "progress": "progress",
    "Question": "quiz",
    "device": "device",
    "measure": "device",
    "measure_all": "device",
}
_MODULES = ("samples", "show", "figure")


def __getattr__(name):
    with explained():
        if name in _HOME:
            return getattr(import_module(f"coursekit.lab.{_HOME[name]}"), name)
        if name in _MODULES:
            return import_module(f"coursekit.lab.{name}")
    raise AttributeError(f"module 'coursekit.lab' has no attribute {name!r}")


def __dir__():
    return sorted((*_HOME, *_MODULES))


class _Lab(ModuleType):
    """Keeps ``lab.check`` a function, although importing the module ``check`` would replace it."""

    def __setattr__(self, name, value):
        if name in _HOME and isinstance(value, ModuleType):
            value = getattr(value, name)
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Lab
