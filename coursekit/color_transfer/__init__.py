"""Chapter 10: the colours of another picture."""
