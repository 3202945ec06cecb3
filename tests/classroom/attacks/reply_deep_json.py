# %% [markdown]
# Sends JSON that is a hundred thousand lists deep.

# %%
import gc
import json
import struct

server = next(thing for thing in gc.get_objects() if type(thing).__name__ == "Server")


def frame(head, *parts):
    text = head if isinstance(head, bytes) else json.dumps(head).encode()
    return struct.pack("<I", len(text)) + text + b"".join(parts)


def do_call(head, buffers):
    deep = b"[" * 10**5 + b"]" * 10**5
    text = b'{"nonce": "%s", "sizes": [], "value": %s}' % (head["nonce"].encode(), deep)
    server.stream.sendall(frame(text))
    server.stream.recv(1)


server.do_call = do_call


# %%
def brighten(image, amount):
    return image
