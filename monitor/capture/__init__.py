"""The capture file: append to it (`writer`), read it while it grows (`reader`), search it (`filter`)."""
