# %% [markdown]
# Claims a head of 4 GiB, and sends it.

# %%
import gc
import json
import struct

server = next(thing for thing in gc.get_objects() if type(thing).__name__ == "Server")


def frame(head, *parts):
    text = head if isinstance(head, bytes) else json.dumps(head).encode()
    return struct.pack("<I", len(text)) + text + b"".join(parts)


def do_call(head, buffers):
    server.stream.sendall(struct.pack("<I", 2**32 - 1))
    while True:
        server.stream.sendall(b"[" * 2**24)


server.do_call = do_call


# %%
def brighten(image, amount):
    return image
