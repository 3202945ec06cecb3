"""Chapter 02: one pixel at a time, s = T(r)."""
