"""Chapter 09: captioning."""
