"""The ground floor for tensors: chunks, padding, accumulator dtypes, union-find."""
