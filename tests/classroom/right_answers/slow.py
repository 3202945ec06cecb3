# %% [markdown]
# Takes its time, within the limit.

# %%
import time

import numpy as np


# %%
def brighten(image, amount):
    time.sleep(0.5)
    return np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)
