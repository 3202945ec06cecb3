"""``python -m benchmarks [chapter ...]``: measure, print, and write benchmarks/results.

Each row is printed when it is measured, and each chapter is saved when it is done. Chapters that
are not asked for keep the rows that were measured before.
"""

import argparse
import importlib
import json
import time
from pathlib import Path

from benchmarks.machine import machine, now
from benchmarks.report import begin, conclude, save, save_plot, show
from benchmarks.row import REFERENCE
from coursekit.chapters import CHAPTERS

HERE = Path(__file__).parent
IN_TEACHING_ORDER = tuple(chapter.name for chapter in CHAPTERS)


def chapters():
    """The chapters that have benchmarks, in teaching order."""
    return [name for name in IN_TEACHING_ORDER if (HERE / f"{name}.py").exists()]


def measured(chapter, budget, **size):
    """Yield each row of a chapter: its name, its times, and the differences from reference.

    budget : float, seconds for each row; there are always at least two rounds
    """
    rows = importlib.import_module(f"benchmarks.{chapter}").rows(**size)
    end = time.perf_counter() + budget
    for row in rows:
        yield _measured_row(row, end)
        end = time.perf_counter() + budget


def _measured_row(row, end):
    differences = row.differences()
    different = row.too_different(differences)
    if different:
        raise ValueError(f"{row.name} {row.dtype}: not the same work as {REFERENCE}: {different}")
    timings = row.measure(end - time.perf_counter())
    return {
        "date": now(),
        "name": row.name,
        "dtype": row.dtype,
        "rounds": max(len(timing.times) for timing in timings.values()),
        "seconds": {column: timing.median for column, timing in timings.items()},
        "fastest": {column: timing.minimum for column, timing in timings.items()},
        "largest difference in gray levels": differences,
    }


def beside_earlier(results, folder):
    """Add the chapters that only an earlier run measured, on the same kind of processor."""
    file = folder / "results.json"
    earlier = json.loads(file.read_text("utf-8")) if file.exists() else {"machine": {}}
    if earlier["machine"].get("processor") != results["machine"]["processor"]:
        return results
    rows = earlier["chapters"] | results["chapters"]
    in_order = {name: rows[name] for name in sorted(rows, key=IN_TEACHING_ORDER.index)}
    return earlier | results | {"chapters": in_order}


def measure_all(asked):
    """Measure chapter by chapter, then the browser; an interrupted run keeps its results."""
    batch = f"{asked.pictures} pictures of {asked.size} x {asked.size}, the same dtype in and out"
    results = {"machine": machine(), "batch": batch, "chapters": {}}
    begin(results)
    for name in asked.chapters or chapters():
        size = {"count": asked.pictures, "size": asked.size}
        results["chapters"][name] = show(name, measured(name, asked.budget, **size))
        save(beside_earlier(results, asked.results), asked.results)
    if not asked.no_latency:
        from benchmarks.latency import measure_latency

        results["latency"] = measure_latency(asked.budget)
        save(beside_earlier(results, asked.results), asked.results)
    return results


def arguments():
    """The arguments of the command."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__.splitlines()[0]
    )
    parser.add_argument("chapters", nargs="*", metavar="chapter", help="all of them by default")
    parser.add_argument("--budget", type=float, default=4, help="seconds for each row")
    parser.add_argument("--pictures", type=int, default=16, help="images in a batch")
    parser.add_argument("--size", type=int, default=512, help="side of a picture, in pixels")
    parser.add_argument(
        "--results", type=Path, default=HERE / "results", help="folder for the results"
    )
    parser.add_argument("--no-latency", action="store_true", help="leave the browser out")
    asked = parser.parse_args()
    unknown = set(asked.chapters) - set(chapters())
    if unknown:
        parser.error(f"no chapter {', '.join(sorted(unknown))}: there are {', '.join(chapters())}")
    return asked


def main():
    asked = arguments()
    try:
        conclude(measure_all(asked))
    except KeyboardInterrupt:
        print(f"Stopped: the finished chapters are in {asked.results}")
    save_plot(asked.results)


if __name__ == "__main__":
    main()
