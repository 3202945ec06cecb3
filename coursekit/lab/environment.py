"""Where this code runs: in a notebook, or with the environment variable CI."""

import os
import sys


def in_ci():
    """Whether the environment variable CI is set."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def in_notebook():
    """Whether this process is the kernel of a notebook."""
    shell = _shell()
    return shell is not None and getattr(shell, "kernel", None) is not None


def _shell():
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None
