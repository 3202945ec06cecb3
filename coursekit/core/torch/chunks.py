"""A batch is worked on a bite at a time: what is written is read again before it leaves the cache.

On a processor this halves the time of a chain of simple steps. An accelerator wants large bites,
and gets them.
"""

CACHE, MEMORY = 2**21, 2**27  # numbers in one bite, on a processor and on an accelerator


def in_bites(work, stack, numbers, *rows):
    """Apply work to a stack (B, ...), as many at once as fit, each of so many numbers.

    Each bite's result is laid in its place at once, and its memory serves the next bite.

    rows : more tensors (B, ...), cut alike: what work needs for each of the stack
    """
    most = CACHE if stack.device.type == "cpu" else MEMORY
    size = max(1, most // numbers)
    bites = zip(*(each.split(size) for each in (stack, *rows)), strict=True)
    first = work(*next(bites))
    if size >= len(stack):
        return first
    whole = first.new_empty((len(stack), *first.shape[1:]))
    places = iter(whole.split(size))
    next(places).copy_(first)
    for place, bite in zip(places, bites, strict=True):
        place.copy_(work(*bite))
    return whole
