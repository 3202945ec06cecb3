"""What every notebook leans on: sample pictures, stills, figures with sliders, checks, the device.

``from coursekit.lab import samples, show, check, progress, device`` is all that a notebook needs.
Each name is loaded when it is first used, so that none pays for another's imports.
"""

from importlib import import_module

_HOME = {
    "check": "check",
    "progress": "progress",
    "device": "device",
    "measure": "device",
}
_MODULES = ("samples", "show", "figure", "require")


def __getattr__(name):
    if name in _HOME:
        return getattr(import_module(f"coursekit.lab.{_HOME[name]}"), name)
    if name in _MODULES:
        return import_module(f"coursekit.lab.{name}")
    raise AttributeError(f"module 'coursekit.lab' has no attribute {name!r}")


def __dir__():
    return sorted((*_HOME, *_MODULES))
