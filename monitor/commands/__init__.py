"""The commands, one module each with a `command`; they share options, the console and the recorder's child process."""
