"""A file that is imported: read in pieces, with errors that name the place, and an end that may be missing.

Logs are often of a program that was killed while it wrote. So a file that ends in the middle of a line or a document is
no error: what is whole is given, and `cut` says that the rest is missing. What is broken in the middle is an error.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from io import BufferedIOBase
from pathlib import Path
from typing import Any

import msgspec

from monitor.errors import CaptureError
from monitor.imports.document import Bad, Cut, picked

HEAD = 1 << 16
LINE = 512 << 20
GZIP = b"\x1f\x8b"

_decode = msgspec.json.Decoder().decode


def parse(line: bytes) -> Any:
    """A JSON value; ValueError where it is none. Lone surrogates, which some logs have, are read too."""
    try:
        return _decode(line)
    except (msgspec.DecodeError, RecursionError) as error:
        try:
            return json.loads(line)
        except (ValueError, RecursionError):
            raise ValueError(str(error)) from error


class Source:
    """One file to import; compressed by gzip or not.

    profile: the profile folder of the browser that wrote it, where the user named one.
    notes: what the user should know of it, told at the end. facts: what goes into the capture's head.
    cut: why the end is missing, None while nothing is.
    """

    def __init__(self, path: Path, profile: Path | None = None) -> None:
        self.path = path
        self.profile = profile
        self.notes: list[str] = []
        self.facts: dict[str, str] = {}
        self.cut: str | None = None
        self.head = self._head()

    def note(self, sentence: str) -> None:
        """Have the user told something, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def error(self, place: str, reason: object) -> CaptureError:
        """The error for something wrong in the middle, such as `error("line 3", "no event")`."""
        return CaptureError(f"{self.path}: {place}: {reason}")

    def open(self) -> BufferedIOBase:
        """The content from its beginning; CaptureError where the file cannot be opened."""
        try:
            file: BufferedIOBase = self.path.open("rb")
            if file.read(2) == GZIP:
                file.close()
                return gzip.open(self.path, "rb")
            file.seek(0)
        except OSError as error:
            raise CaptureError(f"{self.path} cannot be read: {error.strerror or error}.") from error
        return file

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """The lines that are not empty, with their numbers from 1, without their ends."""
        with self.open() as file:
            number = 0
            while line := self._line(file, number + 1):
                number += 1
                if content := line.strip(b" \t\r\n"):
                    yield number, content

    def values(self, read: Callable[[bytes], Any] = parse) -> Iterator[tuple[int, Any]]:
        """The value of each line, with its number; a last line that is none makes the file `cut`.

        read: makes the value; its ValueError says that the line is none. JSON of any kind, where none is given.
        """
        broken: tuple[int, str] | None = None
        for number, line in self.lines():
            if broken is not None:
                raise self.error(f"line {broken[0]}", f"it is no JSON: {broken[1]}.")
            try:
                value = read(line)
            except ValueError as error:
                broken = number, str(error)
                continue
            yield number, value
        if broken is not None:
            self.cut = f"line {broken[0]} ends in the middle"

    def items(self, *places: str) -> Iterator[tuple[str, Any]]:
        """(place, value) for the values at some places of one great JSON document, such as `log.entries.item`."""
        with self.open() as file:
            try:
                yield from picked(file, places)
            except Cut:
                self.cut = "the document ends in the middle"
            except Bad as error:
                raise CaptureError(f"{self.path}: {error}.") from error
            except (OSError, EOFError, zlib.error) as error:
                self._broken_off(error)

    def _broken_off(self, error: Exception) -> None:
        if isinstance(error, EOFError | gzip.BadGzipFile | zlib.error):
            self.cut = "the compressed file ends in the middle"
            return
        raise CaptureError(f"{self.path} cannot be read: {error}.") from error

    def _line(self, file: BufferedIOBase, number: int) -> bytes:
        try:
            line = file.readline(LINE)
        except (OSError, EOFError, zlib.error) as error:
            self._broken_off(error)
            return b""
        if len(line) >= LINE:
            raise self.error(f"line {number}", f"it is longer than {LINE >> 20} MB.")
        return line

    def _head(self) -> bytes:
        try:
            with self.open() as file:
                head = file.read1(HEAD)
        except (OSError, EOFError, zlib.error) as error:
            self._broken_off(error)
            head = b""
        if not head.strip():
            raise CaptureError(f"{self.path} is empty.")
        return head
