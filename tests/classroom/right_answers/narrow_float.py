# %% [markdown]
# Gives 32-bit floats, where the task speaks of floats.

# %%
import numpy as np


# %%
def scaled(image):
    return image.astype(np.float32) / np.float32(255)
