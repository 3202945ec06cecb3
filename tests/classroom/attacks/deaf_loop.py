# %% [markdown]
# Never comes back, and hears no signal.

# %%
import signal
import time


# %%
def brighten(image, amount):
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while True:
        try:
            time.sleep(1000)
        except BaseException:
            pass
