# %% [markdown]
# Defines helpers in cells of their own, a class among them.

# %%
import numpy as np


# %%
class Saturating:
    low, high = 0, 255

    def __call__(self, values):
        return np.clip(values, self.low, self.high).astype(np.uint8)


saturate = Saturating()


# %%
def widened(image):
    return image.astype(int)


# %%
def brighten(image, amount):
    return saturate(widened(image) + amount)
