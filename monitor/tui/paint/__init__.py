"""Painters: pure functions from a picture to lines of rich text, and nothing else."""
