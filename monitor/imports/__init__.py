"""Other programs' logs as captures: one module a format, found by itself."""
