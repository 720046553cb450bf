"""Widgets: each shows lines that a painter made, and says what was picked in it."""
