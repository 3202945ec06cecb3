"""The ground floor: what engines share and no chapter teaches.

NumPy alone; ``core.torch`` is for tensors.
"""
