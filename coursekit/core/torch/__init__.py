"""What ``gpu`` functions share: chunks, padding, accumulator dtypes, union-find."""
