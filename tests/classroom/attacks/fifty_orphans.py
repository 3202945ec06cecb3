# %% [markdown]
# Leaves processes behind that belong to nobody.

# %%
import subprocess


# %%
def brighten(image, amount):
    for _ in range(50):
        subprocess.Popen(["setsid", "sleep", "31415"], start_new_session=True)
    return image
