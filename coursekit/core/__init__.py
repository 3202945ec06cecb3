"""What several chapters compute with and none teaches.

NumPy only; ``core.torch`` does the same for tensors.
"""
