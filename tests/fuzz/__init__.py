"""Any bytes decode or fall back, in bounded time and memory: `python -m tests.fuzz.decode --inputs 5000000`."""
