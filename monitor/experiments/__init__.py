"""Experiments: scripts that say what is done to which tab, in which order; one TOML file each."""
