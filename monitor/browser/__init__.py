"""The recorder: the only part that talks to a browser, and it turns what the browser says into events."""
