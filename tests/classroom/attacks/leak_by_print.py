# %% [markdown]
# Carries a hidden input out by all that prints, warns and logs.

# %%
import logging
import os
import sys
import warnings


# %%
def brighten(image, amount):
    told = f"seen {amount}\n"
    print(told, flush=True)
    sys.__stderr__.write(told)
    os.write(1, told.encode())
    warnings.warn(told, stacklevel=1)
    logging.error(told)
    return image
