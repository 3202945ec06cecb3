"""What an author runs: render, release, and the chapters as a list that can be edited."""
