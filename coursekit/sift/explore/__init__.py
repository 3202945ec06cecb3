"""The interactive figures of chapter 07."""

from coursekit.core import extras

extras.require("cv2", "ipywidgets", "matplotlib")

import cv2
import numpy as np

from coursekit.lab import plots, samples
from coursekit.lab.figure import Choice, Figure, Point, Slider, Toggle
from coursekit.sift import shared
from coursekit.sift.explore import anatomy, drawing, evaluation, trace

SMALL = 320  # pixels: the side of the pictures that figures begin with
LARGEST = 1.6  # times as large as the picture: what it is scaled by, at most
DISCS = ((40, 40, 3), (40, 110, 5), (50, 190, 8), (140, 60, 13), (135, 165, 20))  # row, column, r
COLORS = {
    "kept": plots.GREEN,
    "contrast": plots.BLUE,
    "edge": plots.ORANGE,
    "border": plots.PURPLE,
    "lost": plots.INK,
}
PATCH = 20  # pixels from the middle of the patch that is looked for to its edge


def small(picture, side=SMALL):
    """A gray picture whose longer side has so many pixels."""
    return plots.resized(plots.gray(picture), side)


def discs():
    """Bright discs on gray, of DISCS' radii in pixels: (200, 240) uint8."""
    canvas = np.full((800, 960), 110.0)  # four times as large, then shrunk: soft edges
    rows, columns = np.indices(canvas.shape)
    for row, column, radius in DISCS:
        away = np.hypot(rows - 4 * row - 1.5, columns - 4 * column - 1.5)
        canvas[away <= 4 * radius] = 200
    return np.rint(cv2.resize(canvas, (240, 200), interpolation=cv2.INTER_AREA)).astype(np.uint8)


def seen_again(image=None):
    """Look for a patch, pixel by pixel, in a picture that is turned, scaled or darker."""
    return Figure(
        _seen_again,
        {
            "turn": Slider(-90, 90, 0, 5, label="turned by", unit="degrees"),
            "size": Slider(0.5, LARGEST, 1, 0.1, label="scaled by"),
            "gamma": Slider(0.4, 2.5, 1, 0.1, label="gamma of the light"),
            "at": Point((77, 149), label="middle of the patch"),
        },
        image=small(samples.camera()) if image is None else image,
        title="Is it still there?",
        alt="A patch of one picture, and where it is found in the same picture, altered",
        one_zoom=True,
    )


def _seen_again(image, turn, size, gamma, at):
    image = plots.gray(image)
    half = min(PATCH, (min(image.shape) - 1) // 2)
    limits = np.array(image.shape) - half - 1
    middle = np.clip(at, half, limits)
    top, left = middle - half
    patch = image[top : top + 2 * half + 1, left : left + 2 * half + 1]
    other, homography = anatomy.altered(image, turn, size, gamma)
    truth = evaluation.transfer(middle[None].astype(float), homography)[0]
    drawn, words = _looked_for(patch, other, half, truth)
    first = plots.frame(plots.color(image), _square(top, left, half), plots.BLUE, margin=-1)
    return {"picture": first, "seen again": _on_paper(drawn, image.shape), "found": words}


def _on_paper(image, shape):
    """An image in the middle of a canvas that holds it at any scale and rotation."""
    side = max(round(LARGEST * max(shape)), *image.shape[:2])
    canvas = np.full((side, side, 3), 232, np.uint8)
    top, left = ((side - length) // 2 for length in image.shape[:2])
    canvas[top : top + image.shape[0], left : left + image.shape[1]] = image
    return canvas


def _looked_for(patch, other, half, truth):
    """Where normalised correlation finds a patch, and where it is."""
    drawn = plots.circles(plots.color(other), [truth], [half], plots.BLUE, 2)
    if min(other.shape) < 2 * half + 1:
        return drawn, plots.legend(["smaller than the patch"], width=230)
    similarity = cv2.matchTemplate(other, patch, cv2.TM_CCOEFF_NORMED)
    row, column = np.unravel_index(np.nan_to_num(similarity).argmax(), similarity.shape)
    plots.frame(drawn, _square(row, column, half), plots.ORANGE, margin=-1)
    away = np.hypot(row + half - truth[0], column + half - truth[1])
    found = f"best agreement {similarity[row, column]:.2f}", f"{away:.0f} px from the truth"
    words = [*((line, plots.ORANGE) for line in found), ("where it is", plots.BLUE)]
    return drawn, plots.legend(words, width=230)


def _square(top, left, half):
    return np.s_[top : top + 2 * half + 1, left : left + 2 * half + 1]


def scale_space(image=None):
    """One picture at every blur, and how large it is kept."""
    return Figure(
        _scale_space,
        {"step": Slider(0, 17, 5, 1, label="scale, three an octave")},
        image=small(samples.camera()) if image is None else image,
        title="Scale space",
        alt="A picture that is blurred step by step, and the ever smaller pictures that keep it",
    )


def _scale_space(image, step):
    image = plots.gray(image)
    octaves = anatomy.of(image).octaves
    octave, scale = divmod(min(step, 3 * len(octaves) - 1), 3)
    layer = octaves[octave][..., scale]
    size = image.shape[::-1]
    shown = cv2.resize(drawing.layer_levels(layer), size, interpolation=cv2.INTER_CUBIC)
    blur = shared.sigmas(len(octaves))[octave, scale]
    words = f"octave {octave}, scale {scale}: blur {blur:.2f} pixels of the picture"
    kept = f"kept as {layer.shape[0]} x {layer.shape[1]} pixels"
    return {"picture": shown, "as it is kept": _on_shelf(octaves, octave, layer, (words, kept))}


def _on_shelf(octaves, chosen, layer, words):
    """Frames as large as all octaves' pictures, one of them filled."""
    sizes = [np.array(octave.shape[:2]) * 0.3 for octave in octaves]
    shelf = plots.Panel(int(sizes[0][0]), max(sum(int(size[1]) + 8 for size in sizes), 420))
    left = 0
    for number, (height, width) in enumerate(sizes):
        place = (shelf.height - height, shelf.height), (left, left + width)
        shelf.fill(*place, (244, 244, 244))
        if number == chosen:
            kept = plots.panel(drawing.layer_levels(layer), size=(width, height))
            shelf.put(kept, shelf.height - height, left)
        left += int(width) + 8
    return plots.titled(shelf, *words)


def differences(image=None):
    """Differences of Gaussians: at which blur does a place stand out most?"""
    return Figure(
        _differences,
        {
            "step": Slider(3, 17, 6, 1, label="difference, three an octave"),
            "at": Point(DISCS[3][:2], label="place"),
        },
        image=discs() if image is None else image,
        title="A place has a size",
        alt="Discs of five sizes, their differences of Gaussians, and one place's over all blurs",
    )


def _differences(image, step, at):
    image = plots.gray(image)
    stacks = anatomy.of(image).differences
    step = min(step, 3 * len(stacks) - 1)
    sigmas = shared.sigmas(len(stacks))[:, :3].ravel()
    values = np.array([trace.value_at(stacks, number, at) for number in range(len(sigmas))])
    layer = stacks[step // 3][..., step % 3]
    seen = cv2.resize(layer.astype(np.float32), image.shape[::-1], interpolation=cv2.INTER_CUBIC)
    ring = [np.array(at, float)], [1.6 * sigmas[step]], plots.ORANGE, 2
    words = f"blur {sigmas[step]:.2f} to {sigmas[step] * 2 ** (1 / 3):.2f}: {values[step]:+.3f}"
    curve = drawing.signature(sigmas, values, step, words)
    return {
        "picture": plots.circles(plots.color(image), *ring),
        "difference": plots.circles(plots.diverging(seen, 0.12), *ring),
        "this place at every blur (pixels)": curve,
    }


def neighbors(image=None):
    """A value among its 26 neighbours, as numbers."""
    return Figure(
        trace.neighbors,
        {
            "octave": Slider(0, 3, 1, 1, label="octave"),
            "scale": Slider(1, 3, 2, 1, label="scale"),
            "jump": Toggle(True, label="jump to the nearest extremum"),
            "at": Point((77, 149), label="place"),
        },
        image=small(samples.camera()) if image is None else image,
        title="Larger than 26 neighbours",
        alt="Three grids of nine numbers: a difference and its neighbours in place and in scale",
    )


def thresholds(image=None):
    """Keypoints that appear and vanish, coloured by the test that drops them."""
    return Figure(
        _thresholds,
        {
            "contrast": Slider(0.002, 0.05, 0.014, 0.002, label="least contrast"),
            "edge": Slider(1.5, 30, 10, 0.5, label="largest ratio of curvatures"),
            "margin": Slider(0, 12, 1, 0.5, label="least distance from the border", unit="blurs"),
            "dropped": Toggle(True, label="show what is dropped, and why"),
        },
        image=small(samples.coffee()) if image is None else image,
        title="Who may stay?",
        alt="Extrema on a picture: kept, too faint, on an edge, near to the border, never settled",
    )


def _thresholds(image, contrast, edge, margin, dropped):
    image = plots.gray(image)
    body = anatomy.of(image)
    reasons = body.reasons(contrast, edge, margin)
    drawn, legend = plots.color(image) // 2 + 100, []
    for reason in ("contrast", "edge", "border", "lost", "kept"):
        chosen = np.flatnonzero(reasons == anatomy.REASONS.index(reason))
        color = COLORS[reason]
        legend.append((f"{reason}: {chosen.size}", color))
        if dropped or reason == "kept":
            radii = np.maximum(1.6 * body.sigmas[chosen], 2)
            plots.circles(drawn, body.positions[chosen], radii, color)
    return {"picture": drawn, "how many": plots.legend(legend[::-1])}


def orientation(image=None):
    """The histogram of directions around a keypoint, while the picture turns."""
    return Figure(
        trace.orientation,
        {
            "turn": Slider(0, 270, 0, 10, label="picture turned by", unit="degrees"),
            "at": Point((77, 149), label="the keypoint nearest to"),
        },
        image=small(samples.camera()) if image is None else image,
        title="Which way does it look?",
        alt="A patch that turns, and its histogram of gradient directions that moves round",
    )


def descriptor(image=None):
    """A descriptor before and after a change of the picture."""
    return Figure(
        trace.descriptor,
        {
            "turn": Slider(0, 180, 30, 10, label="picture turned by", unit="degrees"),
            "size": Slider(0.5, 2, 1, 0.1, label="scaled by"),
            "gamma": Slider(0.4, 2.5, 1, 0.1, label="gamma of the light"),
            "at": Point((77, 149), label="the keypoint nearest to"),
        },
        image=small(samples.camera()) if image is None else image,
        title="What stays the same",
        alt="A patch before and after a change, both with 16 stars, and both rows of 128 numbers",
    )


def life_story(image=None):
    """One keypoint from its first difference to its last number."""
    return Figure(
        trace.life,
        {
            "kind": Choice(
                ("kept", "dropped: contrast", "dropped: edge"), "kept", label="look among those"
            ),
            "at": Point((148, 156), label="the one nearest to"),
        },
        image=small(samples.camera()) if image is None else image,
        title="A keypoint's life story",
        alt="A keypoint's three differences, refinement, edge test, directions and descriptor",
    )


def matches(first=None, second=None):
    """Two pictures and what was matched; without a second one, the first one is altered."""
    return Figure(
        lambda image, ratio, inliers, at: _matches(image, second, ratio, inliers, at),
        {
            "ratio": Slider(0.5, 1, 0.8, 0.05, label="largest ratio"),
            "inliers": Toggle(False, label="only those that agree"),
            "at": Point((77, 149), label="the match nearest to", hover=True),
        },
        image=small(samples.camera()) if first is None else first,
        title="Who is who?",
        alt="Two pictures and lines between matched keypoints, green where they agree",
    )


def _matches(image, second, ratio, inliers, at):
    image = plots.gray(image)
    other = anatomy.altered(image, 30, 0.7, 1.8)[0] if second is None else plots.gray(second)
    one, two, pairs, agree = anatomy.matched(image, other, ratio)
    if inliers:
        pairs, agree = pairs[agree], agree[agree]
    ends = one.positions[pairs[:, 0]], two.positions[pairs[:, 1]]
    chosen = trace.nearest_of(ends[0], at)
    first = _marked(image, ends[0], agree, chosen)
    right = _marked(other, ends[1], agree, chosen)
    lines = _lines(first, right, ends, agree, chosen)
    words = (
        f"{len(pairs)} matches at a ratio below {ratio:.2f}",
        (f"{agree.sum()} agree with one homography", plots.GREEN),
    )
    close = trace.two_patches(image, other, one, two, pairs[chosen : chosen + 1])
    return {
        "picture": first,
        "both": plots.titled(lines, *words),
        "this match": close,
    }


def _marked(image, places, agree, chosen):
    drawn = plots.color(image)
    for fits, color in ((False, plots.ORANGE), (True, plots.GREEN)):
        here = places[agree == fits]
        plots.circles(drawn, here, np.full(len(here), 3.0), color, 1)
    here = places[chosen : chosen + 1]
    return plots.circles(drawn, here, np.full(len(here), 9.0), plots.PURPLE, 3)


def _lines(first, second, ends, agree, chosen, scale=0.65):
    canvas = plots.beside(plots.panel(first, scale), plots.panel(second, scale))
    moved = scale * ends[0], scale * ends[1] + [0, scale * first.shape[1] + plots.GAP]
    order = np.argsort(agree, kind="stable")
    for number in [*order, *order[order == chosen]]:
        ink, width = (plots.GREEN if agree[number] else plots.ORANGE), 1
        if number == chosen:
            ink, width = plots.PURPLE, 3
        plots.line(canvas, [places[number] for places in moved], ink, width)
    return canvas


FIGURES = (
    seen_again,
    scale_space,
    differences,
    neighbors,
    thresholds,
    orientation,
    descriptor,
    life_story,
    matches,
)
