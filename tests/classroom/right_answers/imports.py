# %% [markdown]
# Imports what is allowed, within the function too.

# %%
import numpy

from coursekit.lab import check, progress, samples, show

# %%
camera = samples.camera()
show.pictures({"camera": camera})


# %%
def brighten(image, amount):
    import cv2
    from skimage import util

    return util.img_as_ubyte(
        cv2.add(image.astype("f8"), numpy.full(image.shape, float(amount))).clip(0, 255) / 255
    )


# %%
check(brighten)

# %%
progress()
