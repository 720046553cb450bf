"""Screens: which widgets stand where, and which keys they answer to."""
