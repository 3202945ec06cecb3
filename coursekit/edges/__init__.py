"""Chapter 05: where the levels change, the first and second derivative, and Canny."""
