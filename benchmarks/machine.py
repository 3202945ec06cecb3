"""The machine and the versions that a benchmark was run with."""

import datetime
import os
import platform
from importlib.metadata import version
from pathlib import Path

import cv2
import torch

PACKAGES = ("numpy", "scipy", "opencv-python", "scikit-image", "torch", "kornia")


def machine():
    """The machine and the versions, as plain data."""
    accelerator = torch.cuda.get_device_name() if torch.cuda.is_available() else None
    return {
        "date": now(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "accelerator": accelerator,
        "system": platform.platform(),
        "python": platform.python_version(),
        "threads": {"torch": torch.get_num_threads(), "OpenCV": cv2.getNumThreads()},
        "versions": {name: version(name) for name in PACKAGES},
    }


def now():
    """The current time, to the minute."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")


def processor():
    """The processor's name, if the system knows it."""
    facts = Path("/proc/cpuinfo")
    if facts.exists():
        for line in facts.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
