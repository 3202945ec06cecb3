"""Pairs of pictures, all methods, and what was measured on them: for lesson and figures alike."""

import functools
import time

import numpy as np

from coursekit.color_transfer import reference
from coursekit.lab import plots, samples

PAIRS = (  # target, reference
    ("coffee", "rocket"),
    ("rocket", "astronaut"),
    ("chelsea", "coffee"),
    ("astronaut", "chelsea"),
    ("motorcycle", "coffee"),
    ("coffee", "motorcycle"),
)


def idt_and_regrain(target, other, **options):
    """Give a picture the distribution of another one, and its own gradients back."""
    moved = reference.iterative_distribution_transfer(target, other, **options)
    return reference.regrain(moved, target)


def in_superpixels(target, other):
    """Fuse colours superpixel by superpixel; 200 of them are enough for a small picture."""
    return reference.superpixel_color_fusion(target, other, superpixels=200)


METHODS = {
    "moments (Reinhard)": reference.reinhard,
    "linear (Monge-Kantorovitch)": reference.monge_kantorovitch,
    "distribution (IDT)": reference.iterative_distribution_transfer,
    "distribution, regrained": idt_and_regrain,
    "light and gamut": reference.gamut_transfer,
    "superpixels": in_superpixels,
    "super-features": reference.superfeature_transfer,
    "small network": reference.histogram_analogy,
}
NOTHING = "nothing at all"


def small(picture, side):
    """A colour picture whose longer side has so many pixels."""
    return plots.resized(plots.color(picture), side)


@functools.cache
def picture(name, side):
    """One of the pictures of PAIRS, small."""
    if name == "motorcycle":
        return small(samples.stereo_motorcycle()[0], side)
    return small(getattr(samples, name)(), side)


def measured(result, target, other):
    """How near the colours have come, and how much of the structure is kept, both ways."""
    return {
        "distance": reference.sliced_wasserstein(result, other),
        "structure": reference.structural_similarity(result, target),
        "gradients": reference.gradient_correlation(result, target),
    }


def compare(pairs=PAIRS, methods=METHODS, side=144):
    """Measure every method on every pair: a dict (method, target, reference) -> measures."""
    results = {}
    for names in pairs:
        target, other = (picture(name, side) for name in names)
        results[NOTHING, *names] = measured(target, target, other) | {"seconds": 0.0}
        for method, transfer in methods.items():
            start = time.perf_counter()
            result = transfer(target, other)
            seconds = time.perf_counter() - start
            results[method, *names] = measured(result, target, other) | {"seconds": seconds}
    return results


def mean_over_pairs(results):
    """The mean of each measure over the pairs: method -> measures."""
    methods = dict.fromkeys(method for method, *_ in results)
    return {
        method: {
            measure: float(
                np.mean([row[measure] for key, row in results.items() if key[0] == method])
            )
            for measure in ("distance", "structure", "gradients", "seconds")
        }
        for method in methods
    }
