"""What becomes of one keypoint, step by step, as panels for the figures."""

import cv2
import numpy as np

from coursekit.lab import plots
from coursekit.sift import reference, shared
from coursekit.sift.explore import anatomy, drawing, evaluation

SEEN = 5.5  # pixels of the octave from the middle of a small patch to its edge
MARGIN = 6.0 * 1.25  # sigmas from a keypoint to the edge of its descriptor's patch
NOTHING = "there is none in this picture"
UNLIKE = 512 * np.sqrt(2)  # the distance of two descriptors, each 512 long, at a right angle


def value_at(stacks, step, place):
    """A difference of the scale space at a pixel of the picture; three an octave."""
    octave, scale = divmod(step, 3)
    stack = stacks[octave]
    row, column = np.rint(np.array(place) / shared.deltas(len(stacks))[octave]).astype(int)
    return stack[min(row, stack.shape[0] - 1), min(column, stack.shape[1] - 1), scale]


def nearest_of(places, at):
    """The number of the place (N, 2) nearest to a pixel; 0 where there is none."""
    return int(np.linalg.norm(places - at, axis=1).argmin()) if len(places) else 0


def neighbors(image, octave, scale, jump, at):
    """Three grids of nine numbers, and where they are in the picture."""
    image = plots.gray(image)
    body = anatomy.of(image)
    octave = min(octave, len(body.octaves) - 1)
    stack, delta = body.differences[octave], shared.deltas(len(body.octaves))[octave]
    here = np.array([*np.rint(np.array(at) / delta), scale]).astype(int)
    near = body.nearest(at, (body.octave == octave) & (body.start[:, 2] == scale))
    if jump and near is not None:
        here = body.start[near]
    here = np.clip(here, 1, np.array(stack.shape) - 2)
    cube = stack[tuple(np.s_[n - 1 : n + 2] for n in here)]
    middle = here[:2] * delta
    drawn = plots.circles(plots.color(image), [middle], [2 * delta + 3], plots.ORANGE, 2)
    return {"picture": drawn, "27 differences, in thousandths": _cube(cube)}


def _cube(cube):
    """Three slices of nine numbers each, coloured by what the middle one is to them."""
    middle = cube[1, 1, 1]
    heads = ("scale below", "its own", "scale above")
    grids = [
        plots.titled(_nine(cube[..., number], middle), head) for number, head in enumerate(heads)
    ]
    below, above = np.count_nonzero(cube < middle), np.count_nonzero(cube > middle)
    kind = {26: "a maximum"}.get(below) or {26: "a minimum"}.get(above) or "no extremum"
    words = f"larger than {below} and smaller than {above} of 26 neighbours: {kind}"
    return plots.titled(plots.beside(*grids, gap=16), words)


def _nine(values, middle):
    tones = np.where(values < middle, 0.35, np.where(values > middle, -0.35, 0))
    texts = [[f"{1000 * value:.1f}".replace("-", "−") for value in row] for row in values]
    return plots.cells(texts, 52, plots.diverging(tones, 1))


def life(image, kind, at):
    """All panels of one extremum's trace."""
    image = plots.gray(image)
    body = anatomy.of(image)
    reasons = body.reasons()
    among = reasons == anatomy.REASONS.index(kind.rpartition(" ")[2])
    number = body.nearest(at, among)
    picture = _where(image, body, among, number)
    if number is None:
        return {"picture": picture, "1 · three differences": _empty()}
    panels = {
        "picture": picture,
        "1 · three differences": _three_slices(body, number),
        "2 · refinement": _refinement(body, number),
        "3 · edge test": _edge(body, number),
    }
    if kind != "kept":
        return panels
    angles, compass = _directions(body, number)
    return panels | {
        "4 · direction": compass,
        "5 · descriptor": _stars(body, number, angles[0]),
    }


def _where(image, body, among, number):
    drawn = plots.circles(
        plots.color(image), body.positions[among], np.full(among.sum(), 1.5), plots.BLUE
    )
    if number is not None:
        radius = max(1.6 * body.sigmas[number], 5)
        plots.circles(drawn, [body.positions[number]], [radius], plots.ORANGE, 2)
    return drawn


def _empty():
    return plots.titled(plots.Panel(60, 300), NOTHING)


def _three_slices(body, number):
    octave, start = body.octave[number], body.start[number]
    stack = body.differences[octave]
    loupe = drawing.Loupe(start[:2], SEEN, 92)
    reach = np.abs(stack[tuple(start)]) * 1.3
    panels = []
    for scale in range(start[2] - 1, start[2] + 2):
        panel = plots.panel(plots.diverging(loupe.picture(stack[..., scale]), reach))
        square = start[:2] + drawing.corners((0, 0), 1.5 if scale != start[2] else 0.5, 0)
        loupe.line(panel, square, plots.INK, 2, closed=True)
        panels.append(plots.titled(panel, f"{scale}: {stack[(*start[:2], scale)]:+.4f}"))
    kind = "maximum (dark spot)" if stack[tuple(start)] > 0 else "minimum (bright spot)"
    size = f"octave {octave}, {stack.shape[0]} x {stack.shape[1]} pixels"
    return plots.titled(plots.beside(*panels, gap=8), f"a {kind}", f"{size}; scales")


def _refinement(body, number):
    octave, start = body.octave[number], body.start[number]
    stack = body.differences[octave]
    trail = [reference.refine_extrema(stack, start[None], iterations=k) for k in range(1, 6)]
    points = [point[0] for point, *_ in trail]
    steps = 1 + sum(np.any(a != b) for a, b in zip(points, points[1:], strict=False))
    point, offset = points[-1], body.offsets[number]
    loupe = drawing.Loupe(start[:2], SEEN)
    seen = plots.diverging(loupe.picture(stack[..., point[2]]), np.abs(stack[tuple(start)]) * 1.3)
    panel = plots.panel(seen)
    ends = np.array([start[:2], *[p[:2] for p in points], point[:2] + offset[:2]])
    loupe.line(panel, ends, plots.INK, 2)
    for place in ends[:-1]:
        loupe.dot(panel, place, plots.PAPER, 5)
    loupe.dot(panel, ends[-1], plots.INK, 6)
    lines = (
        "from {}, {}, scale {}".format(*start),
        "to {}, {}, scale {}".format(*point),
        f"in {steps} fit{'s' if steps > 1 else ''}, and there",
        "{:+.2f}, {:+.2f}, {:+.2f}".format(*offset),
        f"height {body.values[number]:+.4f}",
        f"of at least {anatomy.C_DOG:.4f}",
    )
    return plots.titled(panel, *lines)


def _edge(body, number):
    octave, point = body.octave[number], body.points[number]
    hessian = body.hessians[number][:2, :2]
    loupe = drawing.Loupe(point[:2], SEEN)
    stack = body.differences[octave]
    seen = plots.diverging(loupe.picture(stack[..., point[2]]), np.abs(body.values[number]) * 1.3)
    panel = plots.panel(seen)
    middle = point[:2] + body.offsets[number][:2]
    drawing.ellipse(loupe, panel, middle, hessian, plots.INK, np.abs(body.values[number]) / 2)
    trace, determinant = np.trace(hessian), np.linalg.det(hessian)
    bends = np.sort(np.abs(np.linalg.eigvalsh(hessian)))
    ratio = bends[1] / max(bends[0], 1e-12)
    limit = (anatomy.C_EDGE + 1) ** 2 / anatomy.C_EDGE
    signs = "peak" if determinant > 0 else "saddle"
    return plots.titled(
        panel,
        "curvatures",
        f"{bends[1]:.4f} and {bends[0]:.4f}",
        f"ratio {ratio:.1f}, a {signs}",
        f"trace² / det {trace**2 / determinant:.1f}",
        f"of at most {limit:.1f}",
    )


def _in_octave(body, number):
    """What orientation and descriptor are told of one keypoint."""
    octave, delta = body.octave[number], body.delta(number)
    slopes = reference.gradients(body.octaves[octave])
    one = slice(number, number + 1)
    return slopes, (body.points[one, 2], body.positions[one] / delta, body.sigmas[one] / delta)


def _directions(body, number):
    slopes, where = _in_octave(body, number)
    raw = reference.orientation_histograms(*slopes, *where)
    smoothed = reference.smooth_histograms(raw)
    _, angles = reference.orientation_peaks(smoothed)
    tops = angles - np.pi / raw.shape[1]  # the half bin of scikit-image is not drawn
    plot = drawing.compass(raw[0], smoothed[0], tops)
    told = ", ".join(f"{np.degrees(top) % 360:.1f}°" for top in tops)
    count = f"{len(angles)} direction{'s' if len(angles) > 1 else ''}: {told}"
    green = ("0.8 of the highest", plots.GREEN)
    return angles, plots.titled(plot, (count, plots.ORANGE), green)


def _stars(body, number, angle):
    slopes, where = _in_octave(body, number)
    histograms = reference.descriptor_histograms(*slopes, *where, np.array([angle]))
    layer = body.octaves[body.octave[number]][..., where[0][0]]
    panel = starred(layer, where[1][0], where[2][0], angle, histograms[0])
    values = reference.quantize_descriptors(histograms)
    drawn = plots.stacked(panel, drawing.bars(values), gap=6)
    return plots.titled(drawn, "4 x 4 x 8 numbers")


def starred(layer, center, sigma, angle, histograms):
    """A layer's patch around a keypoint, its turned grid, and its histograms as stars."""
    loupe = drawing.Loupe(center, MARGIN * sigma * 1.2)
    panel = plots.panel(drawing.layer_levels(loupe.picture(layer, smooth=True) * 0.5 + 0.5))
    half = 6 * sigma
    drawing.grid(loupe, panel, center, half, angle)
    drawing.stars(loupe, panel, center, half, angle, histograms)
    ends = [center, np.asarray(center) + half * drawing.axes(angle)[0]]
    loupe.line(panel, ends, plots.PURPLE, 3)
    return panel


def orientation(image, turn, at):
    """The directions around one keypoint of a picture that is turned."""
    image = plots.gray(image)
    body = anatomy.of(image)
    number = body.nearest(at, body.reasons() == 0)
    if number is None:
        return {"picture": plots.color(image), "patch": _empty()}
    turned, homography = anatomy.altered(image, turn)
    place, sigma = (
        evaluation.transfer(body.positions[number][None], homography),
        body.sigmas[number],
    )
    layer, where = _seen_at(turned, place, sigma)
    raw = reference.orientation_histograms(*reference.gradients(layer), *where)
    smoothed = reference.smooth_histograms(raw)
    _, angles = reference.orientation_peaks(smoothed)
    tops = angles - np.pi / raw.shape[1]
    plot = drawing.compass(raw[0], smoothed[0], tops)
    main = tops[np.argmax([smoothed[0][round(t / 2 / np.pi * 36) % 36] for t in tops])]
    words = (f"highest at {np.degrees(main) % 360:.1f}°", plots.ORANGE)
    drawn = plots.circles(
        plots.color(image), [body.positions[number]], [4.5 * sigma], plots.ORANGE, 2
    )
    return {
        "picture": drawn,
        "patch": _compass_patch(layer[..., 0], where, main),
        "its directions": plots.titled(plot, words),
    }


def _seen_at(image, place, sigma):
    """A picture at the blur of a keypoint, as an octave of one scale, and where the keypoint is."""
    more = np.sqrt(max(sigma**2 - 0.25, 0.01))
    blurred = cv2.GaussianBlur(image.astype(np.float64) / 255, (0, 0), more)
    return blurred[..., None], (np.zeros(1, np.int64), place, np.array([sigma]))


def _compass_patch(layer, where, angle):
    _, place, sigma = where
    loupe = drawing.Loupe(place[0], 5 * sigma[0])
    panel = plots.panel(drawing.layer_levels(loupe.picture(layer, smooth=True)))
    reach = 4.5 * sigma[0]
    loupe.line(panel, drawing.corners(place[0], reach, 0), plots.BLUE, 1, closed=True)
    ends = [place[0], place[0] + reach * drawing.axes(angle)[0]]
    loupe.line(panel, ends, plots.ORANGE, 3)
    loupe.dot(panel, place[0], plots.ORANGE, 5)
    return panel


def descriptor(image, turn, size, gamma, at):
    """The same keypoint's descriptor in a picture and in an altered one."""
    image = plots.gray(image)
    one = anatomy.keypoints(image)
    if not len(one.positions):
        return {"picture": plots.color(image), "stars": _empty()}
    number = nearest_of(one.positions, at)
    other, homography = anatomy.altered(image, turn, size, gamma)
    place, sigma = one.positions[number][None], one.sigmas[number]
    before = _described(image, place, sigma, one.orientations[number])
    angle = one.orientations[number] + np.radians(turn)
    after = _described(other, evaluation.transfer(place, homography), sigma * size, angle)
    apart = np.linalg.norm(before[1][0].astype(float) - after[1][0])
    words = (
        f"distance {apart:.0f} (with nothing in common: {UNLIKE:.0f})",
        ("before", plots.BLUE),
        ("after, drawn over it", plots.ORANGE),
    )
    drawn = plots.circles(plots.color(image), [place[0]], [6 * sigma], plots.ORANGE, 2)
    bars = drawing.bars(np.concatenate([before[1], after[1]]), 2 * drawing.SIDE + 8, 100)
    numbers = plots.titled(bars, *words)
    stars = plots.beside(before[0], after[0], gap=8)
    return {"picture": drawn, "stars": stars, "128 numbers": numbers}


def _described(image, place, sigma, angle):
    """A panel with stars, and the descriptor."""
    layer, where = _seen_at(image, place, sigma)
    slopes = reference.gradients(layer)
    histograms = reference.descriptor_histograms(*slopes, *where, np.array([angle]))
    panel = starred(layer[..., 0], place[0], sigma, angle, histograms[0])
    return panel, reference.quantize_descriptors(histograms)


def two_patches(image, other, one, two, pair):
    """Both ends of a match, turned upright, and how near the nearest two descriptors are."""
    if not len(pair):
        return _empty()
    (first, second), ends = pair[0], []
    for picture, found, number in ((image, one, first), (other, two, second)):
        ends.append(_upright(picture, found, number))
    gaps = np.linalg.norm(two.descriptors - one.descriptors[first].astype(float), axis=1)
    best, next_best = np.partition(gaps, min(1, len(gaps) - 1))[:2] if len(gaps) > 1 else (*gaps, 0)
    words = f"nearest {best:.0f}, second {next_best:.0f}: ratio {best / max(next_best, 1e-9):.2f}"
    return plots.titled(plots.beside(*ends), words, "both patches, rotated upright")


def _upright(picture, found, number, side=150):
    """The patch of a keypoint, turned so that its direction points down."""
    row, column = found.positions[number]
    down, right = drawing.axes(found.orientations[number])
    step = 2 * MARGIN * found.sigmas[number] / side
    matrix = np.float64([[right[1], down[1], 0], [right[0], down[0], 0]]) * step
    matrix[:, 2] = [column, row] - matrix[:, :2] @ [side / 2, side / 2]
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    patch = cv2.warpAffine(
        picture, matrix, (side, side), flags=how, borderMode=cv2.BORDER_REPLICATE
    )
    return plots.color(patch)
