"""Chapter 01: an image is an array."""
