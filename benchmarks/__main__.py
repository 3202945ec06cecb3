"""``python -m benchmarks [chapter ...]``: measure, print, and write benchmarks/results.

Chapters that are not asked for keep the rows that were measured before.
"""

import argparse
import importlib
import json
import pkgutil
from pathlib import Path

import benchmarks
from benchmarks.machine import machine, now
from benchmarks.report import save, show
from benchmarks.row import REFERENCE
from coursekit.chapters import CHAPTERS

RESULTS = Path(__file__).parent / "results"
PARTS = {"row", "machine", "report", "latency", "grading", "__main__"}
IN_TEACHING_ORDER = tuple(chapter.name for chapter in CHAPTERS)


def chapters():
    """The chapters that have benchmarks."""
    found = {module.name for module in pkgutil.iter_modules(benchmarks.__path__)} - PARTS
    return sorted(found, key=IN_TEACHING_ORDER.index)


def measured(chapter, budget, **size):
    """Every row of a chapter: what it is, its times, and how far the others are from reference."""
    module = importlib.import_module(f"benchmarks.{chapter}")
    return [_measured_row(row, budget) for row in module.rows(**size)]


def _measured_row(row, budget):
    differences = row.differences()
    strangers = row.strangers(differences)
    if strangers:
        raise ValueError(f"{row.name} {row.dtype}: not the same work as {REFERENCE}: {strangers}")
    timings = row.measure(budget)
    return {
        "date": now(),
        "name": row.name,
        "dtype": row.dtype,
        "seconds": {column: timing.median for column, timing in timings.items()},
        "fastest": {column: timing.minimum for column, timing in timings.items()},
        "largest difference in gray levels": differences,
    }


def beside_earlier(results, folder):
    """Add the chapters that only an earlier run measured, on a processor of the same name."""
    file = folder / "results.json"
    earlier = json.loads(file.read_text("utf-8")) if file.exists() else {"machine": {}}
    if earlier["machine"].get("processor") != results["machine"]["processor"]:
        return results
    rows = earlier["chapters"] | results["chapters"]
    in_order = {name: rows[name] for name in sorted(rows, key=IN_TEACHING_ORDER.index)}
    return earlier | results | {"chapters": in_order}


def main():
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__.splitlines()[0]
    )
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
    save(beside_earlier(results, RESULTS), RESULTS)


if __name__ == "__main__":
    main()
