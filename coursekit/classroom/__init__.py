"""What a teacher runs: render and release notebooks."""
