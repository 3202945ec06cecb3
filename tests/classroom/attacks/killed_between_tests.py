# %% [markdown]
# Kills its own process a moment after it has answered.

# %%
import os
import signal
import threading


# %%
def brighten(image, amount):
    threading.Timer(0.01, os.kill, (os.getpid(), signal.SIGKILL)).start()
    return image
