"""``python -m benchmarks [chapter ...]``: measure, print, and write benchmarks/results."""

import argparse
import importlib
import pkgutil
from pathlib import Path

import benchmarks
from benchmarks.machine import machine
from benchmarks.report import save, show
from benchmarks.row import REFERENCE

RESULTS = Path(__file__).parent / "results"
PARTS = {"row", "machine", "report", "latency", "grading", "__main__"}


def chapters():
    """The chapters that have benchmarks."""
    found = {module.name for module in pkgutil.iter_modules(benchmarks.__path__)} - PARTS
    return sorted(found, key=["images", "gray_transforms", "filtering", "sift"].index)


def measured(chapter, budget, **size):
    """Every row of a chapter: what it is, its times, and how far the others are from reference."""
    module = importlib.import_module(f"benchmarks.{chapter}")
    return [_measured_row(row, budget) for row in module.rows(**size)]


def _measured_row(row, budget):
    differences = row.differences()
    strangers = {name: d for name, d in differences.items() if not d <= row.tolerance}
    if strangers:
        raise ValueError(f"{row.name} {row.dtype}: not the same work as {REFERENCE}: {strangers}")
    timings = row.measure(budget)
    return {
        "name": row.name,
        "dtype": row.dtype,
        "seconds": {column: timing.median for column, timing in timings.items()},
        "fastest": {column: timing.minimum for column, timing in timings.items()},
        "largest difference in gray levels": differences,
    }


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("chapters", nargs="*", metavar="chapter", help="all of them by default")
    parser.add_argument("--budget", type=float, default=0.5, help="seconds for each number")
    parser.add_argument("--no-latency", action="store_true", help="leave the browser out")
    asked = parser.parse_args()
    results = {
        "machine": machine(),
        "batch": "16 pictures of 512 x 512, the same dtype in and out",
        "chapters": {name: measured(name, asked.budget) for name in asked.chapters or chapters()},
    }
    if not asked.no_latency:
        from benchmarks.latency import measure_latency

        results["latency"] = measure_latency()
    show(results)
    save(results, RESULTS)


if __name__ == "__main__":
    main()
