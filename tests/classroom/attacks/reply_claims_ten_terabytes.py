# %% [markdown]
# Sends an array that claims to hold 10 TB.

# %%
import gc
import json
import struct

server = next(thing for thing in gc.get_objects() if type(thing).__name__ == "Server")


def frame(head, *parts):
    text = head if isinstance(head, bytes) else json.dumps(head).encode()
    return struct.pack("<I", len(text)) + text + b"".join(parts)


def do_call(head, buffers):
    array = {"array": ["|u1", [10**6, 10**6, 10]]}
    server.stream.sendall(frame({"nonce": head["nonce"], "value": array, "sizes": [8]}, bytes(8)))
    return do_nothing()


def do_nothing():
    while True:
        server.wire.receive(server.stream, 2**30)


server.do_call = do_call


# %%
def brighten(image, amount):
    return image
