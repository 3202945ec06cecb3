# %% [markdown]
# Keeps a log, in a file too.

# %%
import logging

import numpy as np

logging.basicConfig(filename="brighten.log", level=logging.DEBUG)


# %%
def brighten(image, amount):
    logging.debug("an image of shape %s", image.shape)
    logging.error("amount %s", amount)
    return np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)
