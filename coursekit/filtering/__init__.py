"""Chapter 04: each pixel from its neighbours."""
