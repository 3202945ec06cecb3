"""Pictures of any size, a bite of pixels at a time: each step finds in the cache what one wrote.

No copy of a photo in double precision is made: that of 12 megapixels would take 288 MB.
"""

from coursekit.core.torch.chunks import CACHE, MEMORY


def bites(stack, numbers):
    """Cut a stack (B, C, P) into parts small enough for so many numbers a pixel.

    Yields which pictures a part is of, and its index in the stack.
    """
    most = CACHE // 16 if stack.device.type == "cpu" else MEMORY
    count, _, size = stack.shape
    pixels = max(1, most // numbers)
    pictures = max(1, pixels // size)
    for first in range(0, count, pictures):
        some = slice(first, first + pictures)
        for start in range(0, size, pixels):
            yield some, (some, slice(None), slice(start, start + pixels))


def as_stack(image):
    """A batch (..., C, H, W) as pictures (B, C, P)."""
    return image.reshape(-1, image.shape[-3], image.shape[-2:].numel())
