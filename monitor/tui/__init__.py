"""The dashboard: one frozen snapshot in, actions out."""
