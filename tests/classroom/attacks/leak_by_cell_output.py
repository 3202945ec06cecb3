# %% [markdown]
# Carries a hidden input out by the output of cells, those before and those after.

# %%
import atexit
import sys

from IPython import get_ipython
from IPython.display import display

handle = display("nothing yet", display_id=True)
seen = []
atexit.register(lambda: print(seen))
get_ipython().events.register("post_run_cell", lambda *_: print(seen))


# %%
def brighten(image, amount):
    seen.append(amount)
    if handle is not None:
        handle.update(f"seen {amount}")
    sys.displayhook(amount)
    get_ipython().user_ns["Out"][1] = amount
    return image
