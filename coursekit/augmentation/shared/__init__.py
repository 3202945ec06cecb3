"""What both engines need: the recipe and its parameters, matrices, positions, checks."""
