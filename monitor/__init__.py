"""syncmon: a flight recorder and sync monitor for the tabs of a browser."""

__version__ = "0.1.0"
