"""Wrong answers to the exercises of chapter 08, each with the stage and diagnosis it must meet."""

import numpy as np


def turned(degrees, row, column):
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    back = np.array([[1, 0, row], [0, 1, column], [0, 0, 1.0]])
    return back @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) @ np.linalg.inv(back)


def turn_clockwise(degrees, height, width):
    return turned(-degrees, (height - 1) / 2, (width - 1) / 2)


def turn_half_a_pixel_off(degrees, height, width):
    return turned(degrees, height / 2, width / 2)


def turn_about_the_corner(degrees, height, width):
    return turned(degrees, 0, 0)


def turn_with_axes_exchanged(degrees, height, width):
    return turned(degrees, (width - 1) / 2, (height - 1) / 2)


def turn_in_radians(degrees, height, width):
    return turned(np.rad2deg(degrees), (height - 1) / 2, (width - 1) / 2)


def turn_in_wrong_order(degrees, height, width):
    return turned(degrees, -(height - 1) / 2, -(width - 1) / 2)


def turn_never_back(degrees, height, width):
    to_origin = np.array([[1, 0, -(height - 1) / 2], [0, 1, -(width - 1) / 2], [0, 0, 1]])
    return turned(degrees, 0, 0) @ to_origin


def turn_without_third_row(degrees, height, width):
    return turned(degrees, (height - 1) / 2, (width - 1) / 2)[:2]


def turn_about_a_whole_pixel(degrees, height, width):
    return turned(degrees, int((height - 1) / 2), int((width - 1) / 2))


def turn_in_x_and_y(degrees, height, width):
    return turned(-degrees, (width - 1) / 2, (height - 1) / 2)


def turn_by_entries(degrees, height, width):
    back = np.array([[1, 0, (height - 1) / 2], [0, 1, (width - 1) / 2], [0, 0, 1]])
    return back * turned(degrees, 0, 0) * np.linalg.inv(back)


def product_inverted(steps):
    product = np.eye(3)
    for step in steps:
        product = step @ product
    return np.linalg.inv(product)


def product_backward(steps):
    product = np.eye(3)
    for step in steps:
        product = product @ step
    return product


def product_of_entries(steps):
    product = np.ones((3, 3)) if len(steps) else np.eye(3)
    for step in steps:
        product = product * step
    return product


def product_added(steps):
    return sum(steps) if len(steps) else np.eye(3)


def product_of_the_last(steps):
    product = np.eye(3)
    for step in steps:
        product = step
    return product


def product_without_empty(steps):
    product = steps[0]
    for step in steps[1:]:
        product = step @ product
    return product


def looked_up(image, matrix, rounded=lambda place: np.floor(place + 0.5)):
    rows, columns = np.indices(image.shape)
    old = np.einsum("ij,jrc->irc", matrix, np.stack([rows, columns, np.ones_like(rows)]))
    r, c = rounded(old[:2]).astype(int)
    return r, c, (r >= 0) & (r < image.shape[0]) & (c >= 0) & (c < image.shape[1])


def filled(image, r, c, inside):
    result = np.zeros_like(image)
    result[inside] = image[r[inside], c[inside]]
    return result


def ask_without_inverse(image, matrix):
    return filled(image, *looked_up(image, matrix))


def ask_forward(image, matrix):
    r, c, inside = looked_up(image, matrix)
    result = np.zeros_like(image)
    result[r[inside], c[inside]] = image[inside]
    return result


def ask_rounding_down(image, matrix):
    return filled(image, *looked_up(image, np.linalg.inv(matrix), np.floor))


def ask_by_int(image, matrix):
    return filled(image, *looked_up(image, np.linalg.inv(matrix), np.trunc))


def ask_rounding_to_even(image, matrix):
    return filled(image, *looked_up(image, np.linalg.inv(matrix), np.rint))


def ask_cutting_off(image, matrix):
    return filled(image, *looked_up(image, np.linalg.inv(matrix), lambda p: (p + 0.5).astype(int)))


def ask_counting_back(image, matrix):
    r, c, _ = looked_up(image, np.linalg.inv(matrix))
    height, width = image.shape
    return filled(image, r, c, (r >= -height) & (r < height) & (c >= -width) & (c < width))


def ask_counting_columns_back(image, matrix):
    r, c, _ = looked_up(image, np.linalg.inv(matrix))
    height, width = image.shape
    return filled(image, r, c, (r >= 0) & (r < height) & (c >= -width) & (c < width))


def ask_counting_rows_back(image, matrix):
    r, c, _ = looked_up(image, np.linalg.inv(matrix))
    height, width = image.shape
    return filled(image, r, c, (r >= -height) & (r < height) & (c >= 0) & (c < width))


def ask_without_the_first(image, matrix):
    r, c, inside = looked_up(image, np.linalg.inv(matrix))
    return filled(image, r, c, inside & (r > 0) & (c > 0))


def ask_without_the_last(image, matrix):
    r, c, inside = looked_up(image, np.linalg.inv(matrix))
    return filled(image, r, c, inside & (r < image.shape[0] - 1) & (c < image.shape[1] - 1))


def ask_by_transposed(image, matrix):
    return filled(image, *looked_up(image, matrix.T))


def ask_with_axes_exchanged(image, matrix):
    exchange = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]])
    return filled(image, *looked_up(image, exchange @ np.linalg.inv(matrix) @ exchange))


def ask_at_the_edge(image, matrix):
    r, c, _ = looked_up(image, np.linalg.inv(matrix))
    return image[np.clip(r, 0, image.shape[0] - 1), np.clip(c, 0, image.shape[1] - 1)]


def ask_around_the_end(image, matrix):
    r, c, _ = looked_up(image, np.linalg.inv(matrix))
    return image[r % image.shape[0], c % image.shape[1]]


def ask_without_a_check(image, matrix):
    r, c, _ = looked_up(image, np.linalg.inv(matrix))
    return image[r, c]


def ask_for_floats(image, matrix):
    r, c, inside = looked_up(image, np.linalg.inv(matrix))
    return np.where(inside, filled(image, r, c, inside), 0.0)


def mirrors_in_the_middle(positions, length):
    there_and_back = positions % (2 * length - 2)
    return np.minimum(there_and_back, 2 * length - 2 - there_and_back)


def mirrors_missing(positions, length):
    return np.clip(positions, 0, length - 1)


def mirrors_that_begin_again(positions, length):
    return positions % length


def mirrors_once(positions, length):
    result = np.where(positions < 0, -1 - positions, positions)
    return np.where(result >= length, 2 * length - 1 - result, result)


def mirrors_once_each(positions, length):
    beyond = np.where(positions >= length, 2 * length - 1 - positions, positions)
    return np.where(positions < 0, -1 - positions, beyond)


def mirrors_by_fmod(positions, length):
    there_and_back = np.fmod(positions, 2 * length)
    return np.where(there_and_back < length, there_and_back, 2 * length - 1 - there_and_back)


def mirrors_too_late(positions, length):
    there_and_back = positions % (2 * length)
    return np.where(there_and_back <= length, there_and_back, 2 * length - 1 - there_and_back)


def mirrors_off_by_one(positions, length):
    return np.minimum(positions % (2 * length), 2 * length - positions % (2 * length))


def mirrors_without_a_sign(positions, length):
    there_and_back = np.abs(positions) % (2 * length)
    return np.minimum(there_and_back, 2 * length - 1 - there_and_back)


def mirrors_in_floats(positions, length):
    there_and_back = positions % (2.0 * length)
    return np.minimum(there_and_back, 2 * length - 1 - there_and_back)


def drawn_by(keys, reach):
    return np.array([np.random.default_rng(key).uniform(-reach, reach) for key in keys])


def angles_from_one_generator(numbers, seed, epoch, reach):
    return np.random.default_rng(seed).uniform(-reach, reach, len(numbers))


def angles_from_one_generator_an_epoch(numbers, seed, epoch, reach):
    generator = np.random.default_rng((seed, epoch))
    return np.array([generator.uniform(-reach, reach) for _ in numbers])


def angles_without_epoch(numbers, seed, epoch, reach):
    return drawn_by([(seed, number) for number in numbers], reach)


def angles_of_sums(numbers, seed, epoch, reach):
    return drawn_by([seed + epoch + number for number in numbers], reach)


def angles_all_the_same(numbers, seed, epoch, reach):
    return drawn_by([(seed, epoch) for _ in numbers], reach)


def angles_by_another_order(numbers, seed, epoch, reach):
    return drawn_by([(seed, number, epoch) for number in numbers], reach)


def angles_by_place(numbers, seed, epoch, reach):
    return drawn_by([(seed, epoch, place) for place in range(len(numbers))], reach)


def angles_above_zero(numbers, seed, epoch, reach):
    keys = [(seed, epoch, number) for number in numbers]
    return np.array([np.random.default_rng(key).uniform(0, reach) for key in keys])


def angles_looked_up(numbers, seed, epoch, reach):
    return np.random.default_rng((seed, epoch)).uniform(-reach, reach, max(numbers) + 1)[numbers]


def angles_without_reach(numbers, seed, epoch, reach):
    return drawn_by([(seed, epoch, number) for number in numbers], 1)


def angles_in_radians(numbers, seed, epoch, reach):
    return np.deg2rad(drawn_by([(seed, epoch, number) for number in numbers], reach))


def angles_normal(numbers, seed, epoch, reach):
    generators = [np.random.default_rng((seed, epoch, number)) for number in numbers]
    return np.array([generator.normal(0, reach) for generator in generators])


def angles_unseeded(numbers, seed, epoch, reach):
    return np.random.default_rng().uniform(-reach, reach, len(numbers))


def corners_of(box):
    top, left, bottom, right = box
    return np.array([(top, left, 1.0), (top, right, 1), (bottom, left, 1), (bottom, right, 1)]).T


def around(points):
    rows, columns = points[:2]
    return np.array([rows.min(), columns.min(), rows.max(), columns.max()])


def box_of_two_corners(box, matrix):
    first, last = matrix @ (box[0], box[1], 1.0), matrix @ (box[2], box[3], 1.0)
    return np.array([*first[:2], *last[:2]])


def box_around_two_corners(box, matrix):
    return around(matrix @ corners_of(box)[:, [0, 3]])


def box_backward(box, matrix):
    return around(np.linalg.inv(matrix) @ corners_of(box))


def box_without_shift(box, matrix):
    return around(matrix[:2, :2] @ corners_of(box)[:2])


def box_with_axes_exchanged(box, matrix):
    exchange = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]])
    return around(exchange @ matrix @ exchange @ corners_of(box))


def box_from_left_to_right(box, matrix):
    return around(matrix @ corners_of(box))[[1, 0, 3, 2]]


def box_with_its_size(box, matrix):
    top, left, bottom, right = around(matrix @ corners_of(box))
    return np.array([top, left, bottom - top, right - left])


def box_from_top_to_bottom(box, matrix):
    return around(matrix @ corners_of(box))[[0, 2, 1, 3]]


def box_of_its_centre(box, matrix):
    top, left, bottom, right = box
    row, column, _ = matrix @ ((top + bottom) / 2, (left + right) / 2, 1)
    high, wide = (bottom - top) / 2, (right - left) / 2
    return np.array([row - high, column - wide, row + high, column + wide])


def box_by_transposed(box, matrix):
    return around((corners_of(box).T @ matrix).T)


def box_rounded(box, matrix):
    return np.rint(around(matrix @ corners_of(box)))


def box_clipped(box, matrix):
    return np.maximum(around(matrix @ corners_of(box)), 0)


def box_as_corners(box, matrix):
    return (matrix @ corners_of(box))[:2].T


def spread_of(images):
    return images.max(axis=(1, 2)).astype(int) - images.min(axis=(1, 2))


def blank_if_dark(images, least):
    return np.flatnonzero(images.max(axis=(1, 2)) < least)


def blank_if_dark_on_average(images, least):
    return np.flatnonzero(images.mean(axis=(1, 2)) < least)


def blank_one_level_more(images, least):
    return np.flatnonzero(spread_of(images) <= least)


def blank_turned_round(images, least):
    return np.flatnonzero(spread_of(images) >= least)


def blank_by_deviation(images, least):
    return np.flatnonzero(images.std(axis=(1, 2)) < least)


def blank_as_truth(images, least):
    return spread_of(images) < least


def blank_by_where(images, least):
    return np.where(spread_of(images) < least)


def blank_by_argwhere(images, least):
    return np.argwhere(spread_of(images) < least)


def blank_if_one_level(images, least):
    return np.flatnonzero(spread_of(images) == 0)


def blank_if_black(images, least):
    return np.flatnonzero(images.max(axis=(1, 2)) == 0)


def blank_over_the_batch(images, least):
    return np.flatnonzero([int(images.max()) - int(images.min()) < least])


def in_batches(items, size):
    for start in range(0, len(items), size):
        yield items[start : start + size].copy()


def iterator_as_handed_in(items, size, count):
    collected = []
    for _ in range(count):
        collected.append(next(batches))
        batches = in_batches(items, size)
    return collected


def iterator_made_anew(items, size, count):
    return [next(in_batches(items, size)) for _ in range(count)]


def iterator_asked_too_often(items, size, count):
    batches = in_batches(items, size)
    return [next(batches) for _ in range(count)]


def iterator_without_the_rest(items, size, count):
    return [batch for batch in in_batches(items, size) if len(batch) == size][:count]


def iterator_to_the_end(items, size, count):
    return list(in_batches(items, size))


def iterator_stopped_early(items, size, count):
    return list(in_batches(items, size))[: count - 1]


def iterator_of_empty_batches(items, size, count):
    return [items[size * k : size * (k + 1)].copy() for k in range(count)]


def iterator_with_an_empty_end(items, size, count):
    return [items[k : k + size].copy() for k in range(0, len(items) + 1, size)][:count]


def iterator_without_a_last_one(items, size, count):
    return [items[k : k + size].copy() for k in range(0, len(items) - 1, size)][:count]


def iterator_exchanged(items, size, count):
    return list(in_batches(items, count))[:size]


def iterator_of_one_batch(items, size, count):
    return next(in_batches(items, size))


def iterator_itself(items, size, count):
    return in_batches(items, size)


def shuffle_as_handed_in(images, labels, seed):
    generator = np.random.default_rng(seed)
    first, second = generator.permutation(len(images)), generator.permutation(len(labels))
    return images[first], labels[second]


def shuffle_with_two_seeds(images, labels, seed):
    first, second = (np.random.default_rng(seed + n).permutation(len(images)) for n in (0, 1))
    return images[first], labels[second]


def shuffle_pictures_only(images, labels, seed):
    return images[np.random.default_rng(seed).permutation(len(images))], labels.copy()


def shuffle_labels_only(images, labels, seed):
    return images.copy(), labels[np.random.default_rng(seed).permutation(len(images))]


def shuffle_nothing(images, labels, seed):
    return images.copy(), labels.copy()


def shuffle_by_the_second_order(images, labels, seed):
    generator = np.random.default_rng(seed)
    generator.permutation(len(images))
    order = generator.permutation(len(images))
    return images[order], labels[order]


def shuffle_turned_round(images, labels, seed):
    order = np.argsort(np.random.default_rng(seed).permutation(len(images)))
    return images[order], labels[order]


def shuffle_by_an_old_generator(images, labels, seed):
    order = np.random.RandomState(seed).permutation(len(images))
    return images[order], labels[order]


def shuffle_gives_pictures(images, labels, seed):
    return images[np.random.default_rng(seed).permutation(len(images))]


def light_as_handed_in(image, shift, factor):
    shifted = np.clip(image.astype(int) + shift, 0, 255).astype(np.uint8)
    return (shifted * float(factor)).astype(np.int64).astype(np.uint8)


def light_clipped_twice(image, shift, factor):
    shifted = np.clip(image.astype(int) + shift, 0, 255)
    return np.clip(np.rint(shifted * factor), 0, 255).astype(np.uint8)


def light_never_clipped(image, shift, factor):
    wide = np.rint(factor * (image.astype(float) + shift))
    return wide.astype(np.int64).astype(np.uint8)


def light_of_a_wrapped_sum(image, shift, factor):
    wrapped = (image.astype(int) + shift).astype(np.uint8)
    return np.clip(np.rint(wrapped * float(factor)), 0, 255).astype(np.uint8)


def light_of_a_wrapped_sum_cut_off(image, shift, factor):
    wrapped = (image.astype(int) + shift).astype(np.uint8)
    return np.clip(wrapped * float(factor), 0, 255).astype(np.uint8)


def light_in_the_other_order(image, shift, factor):
    return np.clip(np.rint(factor * image.astype(float) + shift), 0, 255).astype(np.uint8)


def light_cut_off(image, shift, factor):
    return np.clip(factor * (image.astype(float) + shift), 0, 255).astype(np.uint8)


def light_without_factor(image, shift, factor):
    return np.clip(image.astype(int) + shift, 0, 255).astype(np.uint8)


def light_without_shift(image, shift, factor):
    return np.clip(np.rint(factor * image.astype(float)), 0, 255).astype(np.uint8)


def light_stretched(image, shift, factor):
    wide = factor * (image.astype(float) + shift)
    return ((wide - wide.min()) / (wide.max() - wide.min()) * 255).astype(np.uint8)


def light_without_a_sign(image, shift, factor):
    wide = np.abs(factor * (image.astype(float) + shift))
    return np.clip(np.rint(wide), 0, 255).astype(np.uint8)


def light_in_half_precision(image, shift, factor):
    s = factor * (image.astype(np.float16) + shift)
    return np.clip(np.rint(s), 0, 255).astype(np.uint8)


def light_as_float(image, shift, factor):
    return np.clip(np.rint(factor * (image.astype(float) + shift)), 0, 255)


ONE_GENERATOR = "one generator for all: who comes first, gets the first number"
TWO_ORDERS = "labels apart from their pictures: two orders were drawn"
WRONG = {
    "turn_about_centre": {
        "clockwise": (turn_clockwise, "wrong", "clockwise"),
        "half a pixel off": (
            turn_half_a_pixel_off, "wrong", "about (height / 2, width / 2), half a pixel off"
        ),
        "corner": (turn_about_the_corner, "wrong", "about (0, 0), not about the centre"),
        "axes exchanged": (
            turn_with_axes_exchanged, "wrong", "height and width are exchanged"
        ),
        "radians": (turn_in_radians, "wrong", "degrees taken for radians"),
        "wrong order": (turn_in_wrong_order, "wrong", "the shifts are in the wrong order"),
        "not back": (turn_never_back, "wrong", "not shifted back"),
        "whole pixel": (turn_about_a_whole_pixel, "wrong", "the centre is cut to a whole pixel"),
        "x and y": (turn_in_x_and_y, "wrong", "in (x, y), not in (row, column)"),
        "by entries": (
            turn_by_entries, "wrong", "multiplied entry by entry: `@` multiplies matrices"
        ),
        "two rows": (turn_without_third_row, "shape"),
    },
    "in_one_matrix": {
        "backward": (product_backward, "wrong", "the last step is applied first"),
        "by entries": (
            product_of_entries, "wrong", "multiplied entry by entry: `@` multiplies matrices"
        ),
        "added": (product_added, "wrong", "added"),
        "last one": (product_of_the_last, "wrong", "only the last step is left"),
        "inverted": (product_inverted, "wrong", "the inverse: it leads from new to old"),
        "no empty list": (product_without_empty, "error"),
    },
    "ask_backward": {
        "no inverse": (
            ask_without_inverse, "wrong", "the inverse is missing: the matrix leads from old to new"
        ),
        "forward": (ask_forward, "wrong", "sent forward: there are holes"),
        "rounds down": (
            ask_rounding_down, "wrong", "rounded down, not to the nearest pixel"
        ),
        "int": (ask_by_int, "wrong", "rounded down, not to the nearest pixel"),
        "axes exchanged": (
            ask_with_axes_exchanged, "wrong", "rows and columns are exchanged"
        ),
        "edge goes on": (
            ask_at_the_edge, "wrong", "outside is not black: the edge goes on"
        ),
        "around the end": (
            ask_around_the_end, "wrong",
            "outside is not black: a negative index counts from the end",
        ),
        "counts back": (
            ask_counting_back, "wrong",
            "outside is not black: a negative index counts from the end",
        ),
        "to even": (
            ask_rounding_to_even, "wrong",
            "half-way between two pixels the second one is wanted: `np.floor(position + 0.5)`",
        ),
        "cut off": (
            ask_cutting_off, "wrong",
            "`int` and `.astype(int)` cut towards 0: from -1 to 0 they round up, `np.floor` does "
            "not",
        ),
        "columns count back": (
            ask_counting_columns_back, "wrong",
            "outside is not black: a negative index counts from the end",
        ),
        "rows count back": (
            ask_counting_rows_back, "wrong",
            "outside is not black: a negative index counts from the end",
        ),
        "no first": (
            ask_without_the_first, "wrong", "the first row and column are taken for outside"
        ),
        "no last": (
            ask_without_the_last, "wrong", "the last row and column are taken for outside"
        ),
        "transposed matrix": (
            ask_by_transposed, "wrong",
            "transposed: that is the inverse of a turn about (0, 0) alone",
        ),
        "no check": (ask_without_a_check, "error", "index past the end"),
        "float": (ask_for_floats, "dtype", "still float"),
    },
    "between_mirrors": {
        "middle of the edge": (
            mirrors_in_the_middle, "wrong",
            "the edge pixel is seen once only: the mirror stands in its middle",
        ),
        "edge goes on": (mirrors_missing, "wrong", "the edge goes on"),
        "begins again": (
            mirrors_that_begin_again, "wrong", "begins again instead of going back"
        ),
        "once": (mirrors_once, "wrong", "reflected once only: far away it takes more"),
        "once each": (
            mirrors_once_each, "wrong", "reflected once only: far away it takes more"
        ),
        "fmod": (
            mirrors_by_fmod, "wrong", "`np.fmod` and `math.fmod` keep the sign: take `%`"
        ),
        "too late": (mirrors_too_late, "wrong", "the second half begins one pixel too late"),
        "no sign": (
            mirrors_without_a_sign, "wrong", "without its sign, -1 lies on 1: it has to lie on 0"
        ),
        "off by one": (mirrors_off_by_one, "wrong", "the second half is off by one"),
        "float": (mirrors_in_floats, "dtype"),
    },
    "angles_of": {
        "one generator": (angles_from_one_generator, "wrong", ONE_GENERATOR),
        "one an epoch": (angles_from_one_generator_an_epoch, "wrong", ONE_GENERATOR),
        "no epoch": (angles_without_epoch, "wrong", "the epoch is left out"),
        "sums": (
            angles_of_sums, "wrong", "the numbers are added: other samples have the same sum"
        ),
        "all the same": (angles_all_the_same, "wrong", "the same angle for every sample"),
        "another order": (angles_by_another_order, "wrong", "the key is in another order"),
        "by place": (
            angles_by_place, "wrong", "counted from 0, not by the samples' numbers"
        ),
        "above zero": (
            angles_above_zero, "wrong", "from 0 to reach: angles below 0 are missing"
        ),
        "looked up": (
            angles_looked_up, "wrong",
            "one generator for all: its numbers were looked up by the samples' numbers",
        ),
        "no reach": (angles_without_reach, "wrong", "from -1 to 1: `reach` is left out"),
        "radians": (
            angles_in_radians, "wrong", "in radians: degrees are wanted, as `reach` is"
        ),
        "normal": (angles_normal, "wrong", "`normal` was drawn: evenly is `uniform`"),
        "unseeded": (angles_unseeded, "wrong"),
    },
    "box_around": {
        "two corners": (
            box_of_two_corners, "wrong", "two corners only, in their old order"
        ),
        "around two": (
            box_around_two_corners, "wrong", "two corners only: all four have to be moved"
        ),
        "backward": (box_backward, "wrong", "the inverse: a box asks forward"),
        "no shift": (
            box_without_shift, "wrong", "the shift is left out: the points lack their 1"
        ),
        "axes exchanged": (box_with_axes_exchanged, "wrong", "rows and columns are exchanged"),
        "left first": (
            box_from_left_to_right, "wrong", "the result is (left, top, right, bottom)"
        ),
        "size": (box_with_its_size, "wrong", "the result is (top, left, height, width)"),
        "top, bottom": (
            box_from_top_to_bottom, "wrong", "the result is (top, bottom, left, right)"
        ),
        "centre": (
            box_of_its_centre, "wrong", "only the centre is moved: turned, the box grows"
        ),
        "transposed matrix": (
            box_by_transposed, "wrong",
            "the matrix is transposed: it stands before the points, or `.T` behind them",
        ),
        "rounded": (box_rounded, "wrong", "rounded: places may lie between pixels"),
        "clipped": (box_clipped, "wrong", "clipped at 0: nothing is to be clipped"),
        "corners": (box_as_corners, "shape"),
    },
    "nothing_to_see": {
        "dark": (
            blank_if_dark, "shape", "dark ones: a white wall shows nothing either"
        ),
        "dark on average": (
            blank_if_dark_on_average, "shape", "dark ones: a white wall shows nothing either"
        ),
        "one level more": (
            blank_one_level_more, "shape",
            "one level too many: less than `least`, not equal to it",
        ),
        "turned round": (blank_turned_round, "shape", "those that show something"),
        "deviation": (
            blank_by_deviation, "shape",
            "the standard deviation: one small thing is something, too",
        ),
        "truth": (blank_as_truth, "shape", "truth values: their numbers are wanted"),
        "where": (
            blank_by_where, "shape",
            "`np.where` gives a tuple, a row for each axis: take its first, or `np.flatnonzero`",
        ),
        "argwhere": (
            blank_by_argwhere, "shape",
            "`np.argwhere` gives a table, a row for each find: `np.flatnonzero` gives numbers",
        ),
        "one level": (
            blank_if_one_level, "shape",
            "only those of one level: *nearly* the same shows nothing either",
        ),
        "black": (
            blank_if_black, "shape", "only what is black: a white wall shows nothing either"
        ),
        "whole batch": (blank_over_the_batch, "shape"),
    },
    "mend_the_iterator": {
        "as handed in": (iterator_as_handed_in, "error"),
        "made anew": (
            iterator_made_anew, "wrong", "a new iterator in each round: it begins again"
        ),
        "asked too often": (
            iterator_asked_too_often, "error",
            "`next` is asked once more at the end: a `for` loop just stops",
        ),
        "rest lost": (
            iterator_without_the_rest, "shape", "the last batch, which is smaller, is lost"
        ),
        "to the end": (
            iterator_to_the_end, "shape", "all batches, not the first `count`"
        ),
        "one too few": (iterator_stopped_early, "shape", "one batch too few"),
        "empty ones": (
            iterator_of_empty_batches, "shape", "empty batches: there are no more items"
        ),
        "empty end": (
            iterator_with_an_empty_end, "shape",
            "an empty batch at the end: there are no more items",
        ),
        "last one lost": (
            iterator_without_a_last_one, "shape",
            "the last batch, which is smaller, is lost",
        ),
        "exchanged": (iterator_exchanged, "shape", "`size` and `count` are exchanged"),
        "one batch": (iterator_of_one_batch, "type"),
        "iterator itself": (iterator_itself, "type"),
    },
    "mend_the_shuffle": {
        "as handed in": (shuffle_as_handed_in, "wrong", TWO_ORDERS),
        "two seeds": (shuffle_with_two_seeds, "wrong", TWO_ORDERS),
        "pictures only": (
            shuffle_pictures_only, "wrong",
            "labels apart from their pictures: the labels stayed",
        ),
        "labels only": (
            shuffle_labels_only, "wrong",
            "labels apart from their pictures: the pictures stayed",
        ),
        "nothing": (shuffle_nothing, "wrong", "nothing is shuffled"),
        "second order": (
            shuffle_by_the_second_order, "wrong", "the second order was drawn: take the first"
        ),
        "turned round": (
            shuffle_turned_round, "wrong",
            "the order was turned round: item k is to be number order[k]",
        ),
        "old generator": (
            shuffle_by_an_old_generator, "wrong",
            "`np.random.seed` and `RandomState` draw another order: take `default_rng`",
        ),
        "pictures alone": (shuffle_gives_pictures, "type"),
    },
    "mend_the_light": {
        "as handed in": (light_as_handed_in, "wrong"),
        "clipped twice": (
            light_clipped_twice, "wrong", "clipped between the two steps, and again at the end"
        ),
        "never clipped": (light_never_clipped, "wrong", "uint8 overflow in the product"),
        "wrapped sum": (light_of_a_wrapped_sum, "wrong", "uint8 overflow in the sum"),
        "wrapped sum, cut off": (
            light_of_a_wrapped_sum_cut_off, "wrong", "uint8 overflow in the sum"
        ),
        "other order": (
            light_in_the_other_order, "wrong", "brightness first, then the shift"
        ),
        "cut off": (light_cut_off, "almost", "clipped, and not rounded"),
        "no factor": (light_without_factor, "wrong", "the factor is left out"),
        "no shift": (light_without_shift, "wrong", "the shift is left out"),
        "stretched": (light_stretched, "wrong", "stretched to 0..255, not clipped"),
        "no sign": (
            light_without_a_sign, "wrong", "the sign is dropped: below 0 is black"
        ),
        "half precision": (
            light_in_half_precision, "almost",
            "computed in float16, which has three digits: take float",
        ),
        "float": (light_as_float, "dtype", "still float"),
    },
}  # fmt: skip
