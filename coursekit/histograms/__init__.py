"""Chapter 03: how often each level occurs, and what can be done with the answer."""
