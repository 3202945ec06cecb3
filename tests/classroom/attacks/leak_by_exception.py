# %% [markdown]
# Carries a hidden input out by an exception: its message, its notes, its class.

# %%
import sys


# %%
def brighten(image, amount):
    if abs(amount) > 255:
        error = type(f"Seen{amount}", (Exception,), {})(f"seen {amount}")
        error.add_note(f"seen {amount}")
        sys.exit(f"seen {amount}") if image.sum() < 0 else None
        raise error
    return image
