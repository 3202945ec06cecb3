"""How much code a reader opens to follow one method: files and functions of the package.

Usage: ``python -m benchmarks.reading [METHOD ...]``; for the methods named, all functions are
listed. Each method is called once on a small image, and every function of coursekit that runs is
counted once; comprehensions count, as in a debugger. Checks of arguments are counted separately.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

import coursekit
from coursekit.color_transfer import gpu as transfer_gpu
from coursekit.color_transfer import reference as transfer
from coursekit.edges import gpu as edges_gpu
from coursekit.edges import reference as edges
from coursekit.filtering import gpu as filtering_gpu
from coursekit.filtering import reference as filtering
from coursekit.histograms import gpu as histograms_gpu
from coursekit.histograms import reference as histograms
from coursekit.regions import gpu as regions_gpu
from coursekit.regions import reference as regions
from coursekit.sift import gpu as sift_gpu
from coursekit.sift import reference as sift

PACKAGE = Path(coursekit.__file__).parent

COLOR = np.random.default_rng(7).integers(0, 256, (40, 48, 3), dtype=np.uint8)
GRAY = COLOR[..., 1].copy()
COLORS = torch.from_numpy(COLOR).permute(2, 0, 1)[None].contiguous()
GRAYS = torch.from_numpy(GRAY)[None, None]
REFERENCE, REFERENCES = 255 - COLOR, 255 - COLORS

METHODS: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
    "Canny": (lambda: edges.canny(GRAY, 50, 100), lambda: edges_gpu.canny(GRAYS, 50, 100)),
    "Marr-Hildreth": (
        lambda: edges.marr_hildreth(GRAY, 1.4, 10),
        lambda: edges_gpu.marr_hildreth(GRAYS, 1.4, 10),
    ),
    "CLAHE": (lambda: histograms.clahe(GRAY), lambda: histograms_gpu.clahe(GRAYS)),
    "bilateral filter": (
        lambda: filtering.bilateral(COLOR, 5, 30, 2),
        lambda: filtering_gpu.bilateral(COLORS, 5, 30, 2),
    ),
    "median filter": (
        lambda: filtering.median_filter(GRAY, 3),
        lambda: filtering_gpu.median_filter(GRAYS, 3),
    ),
    "non-local means": (
        lambda: filtering.non_local_means(GRAY / 255, 0.1),
        lambda: filtering_gpu.non_local_means(GRAYS / 255, 0.1),
    ),
    "SLIC": (lambda: regions.slic(COLOR, 20), lambda: regions_gpu.slic(COLORS, 20)),
    "Otsu": (lambda: regions.otsu(GRAY), lambda: regions_gpu.otsu(GRAYS)),
    "SIFT": (
        lambda: sift.SIFT().detect_and_extract(GRAY),
        lambda: sift_gpu.SIFT().detect_and_extract(GRAYS),
    ),
    "Reinhard": (
        lambda: transfer.reinhard(COLOR, REFERENCE),
        lambda: transfer_gpu.reinhard(COLORS, REFERENCES),
    ),
    "IDT": (
        lambda: transfer.iterative_distribution_transfer(COLOR, REFERENCE),
        lambda: transfer_gpu.iterative_distribution_transfer(COLORS, REFERENCES),
    ),
    "superfeature transfer": (
        lambda: transfer.superfeature_transfer(COLOR, REFERENCE),
        lambda: transfer_gpu.superfeature_transfer(COLORS, REFERENCES),
    ),
}


def entered(call: Callable[[], object]) -> set[tuple[str, str, int]]:
    """Return (file, name, line) of each function of the package that runs during the call."""
    found = set()

    def watch(frame, event, _):
        code = frame.f_code
        if event == "call" and Path(code.co_filename).is_relative_to(PACKAGE):
            name = str(Path(code.co_filename).relative_to(PACKAGE))
            found.add((name, code.co_qualname, code.co_firstlineno))

    sys.setprofile(watch)
    try:
        call()
    finally:
        sys.setprofile(None)
    return found


def is_check(function: tuple[str, str, int]) -> bool:
    """Return whether a function only checks arguments."""
    file, name, _ = function
    return file.endswith(("require.py", "checks.py")) or "require_" in name


def _summary(functions):
    files = {file for file, *_ in functions}
    checks = sum(map(is_check, functions))
    return f"{len(files)} files, {len(functions) - checks} functions, {checks} checks"


def main() -> None:
    print(f"{'method':<24}{'reference':>36}{'gpu':>36}")
    for method, calls in METHODS.items():
        counts = [entered(call) for call in calls]
        print(f"{method:<24}{_summary(counts[0]):>36}{_summary(counts[1]):>36}", flush=True)
        if method in sys.argv[1:]:
            for file, name, line in sorted(counts[0]):
                print(f"    {file}:{line}  {name}")


if __name__ == "__main__":
    main()
