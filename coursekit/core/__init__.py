"""What the engines of several chapters share and none teaches.

NumPy only; ``core.torch`` is the same for tensors.
"""
