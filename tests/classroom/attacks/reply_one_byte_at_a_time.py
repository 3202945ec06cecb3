# %% [markdown]
# Sends its answer too slowly for any patience.

# %%
import gc
import json
import struct
import time

server = next(thing for thing in gc.get_objects() if type(thing).__name__ == "Server")


def frame(head, *parts):
    text = head if isinstance(head, bytes) else json.dumps(head).encode()
    return struct.pack("<I", len(text)) + text + b"".join(parts)


def do_call(head, buffers):
    server.stream.sendall(struct.pack("<I", 2**20))
    while True:
        server.stream.sendall(b" ")
        time.sleep(0.01)


server.do_call = do_call


# %%
def brighten(image, amount):
    return image
