"""What ``gpu`` engines share: chunks, padding, accumulator dtypes, union-find."""
