"""The results: lines of a table, a JSON file, a plot."""

import json

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from benchmarks.row import COLUMNS, GPU, KORNIA, NAIVE, OPENCV, REFERENCE, SKIMAGE, ours
from coursekit.core import atomic
from coursekit.lab.device import written

# Okabe and Ito 2008, safe for the colour-blind; the hatching helps in black and white.
STYLE = {
    NAIVE: ("#999999", ".."),
    KORNIA: ("#D55E00", "//"),
    SKIMAGE: ("#E69F00", "\\\\"),
    REFERENCE: ("#56B4E9", ""),
    OPENCV: ("#009E73", "xx"),
}
OTHER = ("#CC79A7", "")  # libraries in few rows, named next to their bars
NAME, CELL = 46, 18  # characters for the name and for each time in a line
FURNITURE = 3  # height of a panel's title and axis, in rows


def line(row):
    """A row's median times and, in brackets, each as a multiple of ``gpu``'s.

    If there is no ``gpu``, as for metrics, each is a multiple of ``reference``'s. Libraries in few
    rows follow below, each with its name.
    """
    seconds = row["seconds"]
    usual = "".join(f"{_cell(seconds, column):>{CELL}}" for column in COLUMNS)
    others = [
        f"{name:>{NAME}}{_cell(seconds, name):>{CELL}}" for name in seconds.keys() - {*COLUMNS}
    ]
    return "\n".join([f"{row['name'] + ' ' + row['dtype']:<{NAME}}{usual}", *sorted(others)])


def _cell(seconds, column):
    if column not in seconds:
        return "–"
    times = "" if column == ours(seconds) else f" ({_times(_ratio(seconds, column))})"
    return written(seconds[column]) + times


def _ratio(seconds, column):
    """A column's time as a multiple of ours."""
    return seconds[column] / seconds[ours(seconds)]


def _ratios(row):
    return [_ratio(row["seconds"], column) for column in row["seconds"]]


def _times(ratio):
    return f"×{ratio:.0f}" if ratio >= 10 else f"×{ratio:.2g}"


def begin(results):
    """Print what will be measured, and on what machine."""
    facts = results["machine"]
    print(
        f"{facts['processor']}, {facts['cores']} cores, load {facts['load']}; "
        f"{results['batch']}. Medians; in brackets: multiples of gpu's time."
    )
    if facts["load"] and facts["load"] > 0.5 * facts["cores"]:
        print("Other programs are running, which slows threaded code most. Repeat without them.")


def show(chapter, rows):
    """Print each row of a chapter as soon as it is measured, and return all of them."""
    titles = "".join(f"{column:>{CELL}}" for column in COLUMNS)
    print(f"\n{chapter:<{NAME}}{titles}", flush=True)
    shown = []
    for row in rows:
        print(line(row), flush=True)
        shown.append(row)
    return shown


def conclude(results):
    """Print a summary of all rows."""
    print(
        "\nnaive loop: timed on a 64 x 64 crop and scaled by the number of pixels. "
        "kornia's uint8 rows include the conversion to floats and back."
    )
    for name, value in (results.get("latency") or {}).items():
        print(f"from slider to new pixels, {name}: {value}")
    for verdict, rows in (("slower than", losses(results)), ("as fast as", ties(results))):
        if rows:
            print(f"gpu is {verdict} another library in: {'; '.join(rows)}")
    print("In all other rows gpu is faster than kornia and scikit-image.")


NOISE = 1.1  # two medians within this factor are called equal


def losses(results):
    """Rows in which kornia or scikit-image is faster than ``gpu`` on the CPU."""
    return [name for name, ratio in _against_peers(results) if ratio < 1 / NOISE]


def ties(results):
    """Rows in which they need the same time, such as a single pass over memory."""
    return [name for name, ratio in _against_peers(results) if 1 / NOISE <= ratio <= NOISE]


def _against_peers(results):
    for chapter, rows in results["chapters"].items():
        for row in rows:
            for peer in {KORNIA, SKIMAGE} & set(row["seconds"]):
                name = f"{chapter}.{row['name']} {row['dtype']} ({peer})"
                yield name, _ratio(row["seconds"], peer)


def save(results, folder):
    """Write results.json, completely or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, indent=1, ensure_ascii=False)
    atomic.write_text(folder / "results.json", text + "\n")


def save_plot(folder):
    """Plot results.json as results.png."""
    file = folder / "results.json"
    if file.exists():
        plot(json.loads(file.read_text("utf-8"))).savefig(folder / "results.png", dpi=110)


def plot(results):
    """Plot each row's times as multiples of ``gpu``'s."""
    columns = _columns(results["chapters"])
    tallest = max(sum(_height(rows) for _, rows in column) for column in columns)
    figure = Figure(figsize=(8 * len(columns), 1.2 + 0.42 * tallest), layout="constrained")
    FigureCanvasAgg(figure)
    ratios = [r for rows in results["chapters"].values() for row in rows for r in _ratios(row)]
    sides = figure.subfigures(1, len(columns), squeeze=False)[0]
    for side, column in zip(sides, columns, strict=True):
        heights = [_height(rows) for _, rows in column]
        rest = tallest - sum(heights)
        panels = side.subplots(len(column) + 1, height_ratios=[*heights, rest + 0.01])
        for panel, (chapter, rows) in zip(panels, column, strict=False):
            _draw(panel, chapter, rows)
            panel.set_xlim(min(ratios) / 1.5, max(ratios) * 3)
        panels[-1].set_axis_off()
    facts = results["machine"]
    figure.suptitle(
        f"Time as a multiple of coursekit's gpu on the CPU: left of 1 faster, right of 1 slower\n"
        f"{results['batch']}\n{facts['processor']}, {facts['cores']} cores"
    )
    looks = {**STYLE, "others, by name": OTHER}
    patches = [Patch(label=name, **_look(*look)) for name, look in looks.items()]
    figure.legend(handles=patches, loc="outside lower center", ncols=len(patches), frameon=False)
    return figure


def _columns(chapters, count=3):
    """Divide the chapters, in their order, into columns of about the same height."""
    whole, above, columns = sum(map(_height, chapters.values())), 0, [[] for _ in range(count)]
    for chapter, rows in chapters.items():
        middle = above + _height(rows) / 2
        columns[int(middle * count / whole)].append((chapter, rows))
        above += _height(rows)
    return [column for column in columns if column]


def _height(rows):
    return len(rows) + FURNITURE


def _look(color, hatch):
    return {"facecolor": color, "hatch": hatch, "edgecolor": "white", "linewidth": 0}


def _draw(panel, chapter, rows):
    for number, row in enumerate(rows):
        _draw_row(panel, number, row["seconds"])
    panel.set_xscale("log")
    panel.xaxis.set_major_formatter("×{x:g}")
    panel.axvline(1, color="black", linewidth=1)
    panel.set_yticks(range(len(rows)), [f"{row['name']}\n{row['dtype']}" for row in rows])
    panel.tick_params(axis="y", labelsize=8)
    panel.set_ylim(len(rows) - 0.4, -0.6)
    panel.grid(axis="x", color="#dddddd")
    panel.set_axisbelow(True)
    panel.set_title(chapter, loc="left")


def _draw_row(panel, number, seconds):
    """Draw one bar below the other: the usual libraries in order, then others with a name."""
    columns = [*(c for c in STYLE if c in seconds), *sorted(seconds.keys() - {*STYLE, GPU})]
    height = 0.85 / max(len(STYLE), len(columns))
    for slot, column in enumerate(columns):
        place, ratio = number - 0.42 + (slot + 0.5) * height, _ratio(seconds, column)
        look = _look(*STYLE.get(column, OTHER))
        panel.barh(place, ratio - 1, height=0.95 * height, left=1, **look)
        if column not in STYLE:
            panel.text(max(ratio, 1), place, f" {column}", va="center", fontsize=7)
