"""The exceptions of syncmon, and the exit code each one ends a command with.

    SyncmonError
    ├── UsageError            2   what was asked makes no sense; says what would
    │   ├── FilterError           a filter that does not parse; knows the character
    │   └── SettingsError         a site profile, theme or settings file that is wrong; knows file and key
    ├── AttachError           3   no browser, or not one we can speak to
    │   ├── ApprovalError         the browser waits for a person to click Allow
    │   └── ConnectionLost        the browser went away
    ├── CommandError          –   the browser refused one command, or never answered it
    └── CaptureError          4   a capture file that cannot be opened, read or written
        ├── NotACapture           the file is something else
        └── NewerCapture          a later syncmon wrote it

Every message is one or two sentences: what happened, where, and what to do next.
"""


class SyncmonError(Exception):
    """Anything syncmon can explain to its user."""

    exit_code = 1


class UsageError(SyncmonError):
    """What was asked makes no sense."""

    exit_code = 2


class FilterError(UsageError):
    """A filter that does not parse; `position` is the 0-based character of `text` where it went wrong."""

    def __init__(self, message: str, position: int = 0, text: str = "") -> None:
        super().__init__(message)
        self.position = position
        self.text = text


class SettingsError(UsageError):
    """A profile, theme or settings file that is wrong; names the file and the key."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}" if key else f"{file}: {reason}")
        self.file = file
        self.key = key
        self.reason = reason


class AttachError(SyncmonError):
    """No browser at the address, or something there that does not speak the DevTools protocol."""

    exit_code = 3


class ApprovalError(AttachError):
    """The browser asked a person to allow the connection and nobody did."""


class ConnectionLost(AttachError):
    """The browser's socket ended while we were attached."""


class CommandError(SyncmonError):
    """The browser refused one command, or did not answer it in time."""


class CaptureError(SyncmonError):
    """A capture file that cannot be opened, read or written."""

    exit_code = 4


class NotACapture(CaptureError):
    """The file is not a capture."""


class NewerCapture(CaptureError):
    """The capture was written by a later version of syncmon."""
