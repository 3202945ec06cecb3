"""Chapter 06: regions."""
