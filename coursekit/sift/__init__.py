"""Chapter 07: the same thing, seen again."""
