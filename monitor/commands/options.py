"""Options that several commands take, and what they mean."""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
import platformdirs

from monitor.commands.console import complain
from monitor.errors import FilterError, SyncmonError, UsageError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from monitor.browser.discover import Where
    from monitor.capture.filter import Query

_UNITS = {"ms": 0.001, "": 1.0, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?) ?(ms|s|min|m|h|d|)")


class Duration(click.ParamType):  # type: ignore[type-arg]
    """A stretch of time, such as 500ms, 30s, 5m or 1h; a bare number is seconds."""

    name = "duration"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> float:
        found = _DURATION.fullmatch(str(value).strip())
        if isinstance(value, float):
            return value
        if found is None:
            self.fail(f"{value} is no duration: write 500ms, 30s, 5m, 1h or 7d.", parameter, context)
        return float(found[1]) * _UNITS[found[2]]


class Size(click.ParamType):  # type: ignore[type-arg]
    """A number of bytes, such as 500M or 2G."""

    name = "size"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> int:
        from monitor.capture.rotation import bytes_of

        try:
            return value if isinstance(value, int) else bytes_of(str(value))
        except UsageError as error:
            self.fail(str(error), parameter, context)


class Keep(click.ParamType):  # type: ignore[type-arg]
    """A number of segments, or with a unit their size in bytes."""

    name = "keep"

    def convert(
        self, value: Any, parameter: click.Parameter | None, context: click.Context | None
    ) -> tuple[int | None, int | None]:
        if isinstance(value, tuple):
            return value
        text = str(value).strip()
        if not text.isdecimal():
            return None, Size().convert(text, parameter, context)
        if int(text) < 2:
            self.fail("At least 2 segments are kept: the one being written and the one before.", parameter, context)
        return int(text), None


class Attach(msgspec.Struct, frozen=True, kw_only=True):
    """Which browsers are meant. address: host and port, None where others were named instead of them."""

    address: tuple[str, int] | None
    endpoints: tuple[str, ...] = ()
    profile_dirs: tuple[str, ...] = ()
    launch: tuple[str, ...] = ()
    headless: bool = False
    reattach_s: float | None = None
    push: bool = True
    deep: tuple[str, ...] = ()
    wire: bool = False

    def wheres(self) -> tuple[Where, ...]:
        """Each browser that runs already, as the recorder takes it."""
        from monitor.browser.discover import Where

        found = [Where(endpoint=endpoint) for endpoint in self.endpoints]
        found += [Where(profile_dir=Path(folder).expanduser()) for folder in self.profile_dirs]
        if self.address is not None:
            found.append(Where(host=self.address[0], port=self.address[1]))
        return tuple(found)

    def arguments(self) -> list[str]:
        """The same as command-line arguments, for a child process."""
        words: list[str] = []
        if self.address is not None:
            words += ["--host", self.address[0], "--port", str(self.address[1])]
        for name, values in (
            ("--endpoint", self.endpoints),
            ("--profile-dir", self.profile_dirs),
            ("--launch", self.launch),
            ("--deep", self.deep),
        ):
            words += [word for value in values for word in (name, value)]
        words += ["--headless"] if self.headless else []
        words += [] if self.push else ["--no-push"]
        words += ["--wire"] if self.wire else []
        return words + ([] if self.reattach_s is None else ["--reattach", f"{self.reattach_s}s"])


def attach_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The attach options, the same everywhere; the command gets them as `attach`."""

    @functools.wraps(command)
    def called(
        host: str | None, port: int | None, endpoint: tuple[str, ...], profile_dir: tuple[str, ...],
        launch: tuple[str, ...], headless: bool, reattach: float | None, no_push: bool,
        deep: tuple[str, ...], wire: bool, **others: Any,
    ) -> Any:  # fmt: skip
        if headless and not launch:
            raise UsageError("--headless says how to start a browser: give it together with --launch URL.")
        if wire and not launch:
            raise UsageError("--wire needs a browser that writes a NetLog: give it together with --launch URL.")
        others_named = bool(endpoint or profile_dir or launch)
        named = host is not None or port is not None or not others_named
        attach = Attach(
            address=(host or "127.0.0.1", port or 9222) if named else None, endpoints=endpoint,
            profile_dirs=profile_dir, launch=launch, headless=headless, reattach_s=reattach, push=not no_push,
            deep=deep, wire=wire,
        )  # fmt: skip
        return command(attach=attach, **others)

    for option in reversed(_ATTACH):
        called = option(called)
    return called


_ATTACH = (
    click.option("--host", metavar="NAME", help="Host of the browser's DevTools port.  [default: 127.0.0.1]"),
    click.option("--port", type=click.IntRange(1, 65535), help="The browser's DevTools port.  [default: 9222]"),
    click.option(
        "--endpoint", multiple=True, metavar="ws://…|http://…", help="A browser's address; repeat for several."
    ),
    click.option(
        "--profile-dir", multiple=True, metavar="DIR", help="Profile of a browser that runs (DevToolsActivePort)."
    ),
    click.option("--launch", multiple=True, metavar="URL", help="Start a browser of our own on URL; repeat for tabs."),
    click.option("--headless", is_flag=True, help="With --launch: without a window."),
    click.option(
        "--deep", multiple=True, metavar="ORIGIN", help="Record this origin's service workers from inside; repeatable."
    ),
    click.option("--no-push", is_flag=True, help="Leave out push messages: nothing of them is logged in the profile."),
    click.option(
        "--wire",
        is_flag=True,
        help="With --launch: close codes, pings and the push server's stream too, all some 5 s behind.",
    ),
    click.option("--reattach", type=Duration(), metavar="2m", help="How long to try again when a browser was lost."),
)


def rotate_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that cut a long capture into segments; the command gets them as `rotation`."""

    @functools.wraps(command)
    def called(
        max_size: int | None, max_age: float | None, keep: tuple[int | None, int | None] | None, **others: Any
    ) -> Any:
        from monitor.capture.rotation import Rotation

        count, size = keep or (None, None)
        rotation = Rotation(size=max_size, age=max_age, keep=count, keep_size=size)
        if keep is not None and not rotation:
            raise UsageError("--keep says how many segments stay: give it together with --max-size or --max-age.")
        return command(rotation=rotation, **others)

    for option in reversed(_ROTATE):
        called = option(called)
    return called


_ROTATE = (
    click.option("--max-size", type=Size(), metavar="500M", help="Go on in a new file when this one is that large."),
    click.option("--max-age", type=Duration(), metavar="1h", help="Go on in a new file when this one is that old."),
    click.option("--keep", type=Keep(), metavar="N|5G", help="Keep the last N files, or that many bytes of them."),
)
output_option = click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="The capture; else in the state folder."
)
for_option = click.option("--for", "duration", type=Duration(), metavar="30s", help="Stop after this long.")


def _complete_filter(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """What the shell offers for a filter: whole lines, as it knows nothing of the words within."""
    from click.shell_completion import CompletionItem

    from monitor.capture.complete import apply, complete, known_values

    known: dict[str, tuple[str, ...]] = {}
    # An option that still lacks its value ends the parsing: then the file is among what is left.
    words = (context.params.get("file"), *context.args)
    if (file := next((str(word) for word in words if word and Path(str(word)).is_file()), None)) is not None:
        from monitor.capture.reader import Capture

        with contextlib.suppress(SyncmonError), Capture(Path(file)) as capture:
            known = known_values(capture)
    return [
        CompletionItem(apply(begun, choice)[0].rstrip(), help=choice.about or None)
        for choice in complete(begun, len(begun), known)
    ]


filter_option = click.option(
    "--filter", "text", default="", metavar="QUERY", help="Such as: tab:A kind:frame size:>1k since:mark",
    shell_complete=_complete_filter,
)  # fmt: skip
redact_option = click.option(
    "--redact/--no-redact", default=True, help="Hide secrets (default), or leave tokens, cookies and keys readable."
)
json_option = click.option("--json", "as_json", is_flag=True, help="As JSON.")
file_argument = click.argument("file", type=click.Path(path_type=Path))


def query(text: str) -> Query | None:
    """The filter, None where it is empty; its FilterError shows the text."""
    if not text.strip():
        return None
    from monitor.capture.filter import parse

    try:
        found = parse(text)
    except FilterError as error:
        error.text = text
        raise
    if found.hint:
        complain(f"--filter: {found.hint}")
    return found


def state_folder() -> Path:
    """Where captures go that were given no name."""
    return platformdirs.user_state_path("syncmon")


def sites_folder() -> Path:
    """Where the user's own site profiles are."""
    return platformdirs.user_config_path("syncmon") / "sites"


def decoders_folder() -> Path:
    """Where the user's own decoders are."""
    return platformdirs.user_config_path("syncmon") / "decoders"


def new_capture(output: Path | None) -> Path:
    """The capture to make: the one named, else a time-stamped one in the state folder, which is made."""
    if output is not None:
        return output.expanduser().absolute()
    folder = state_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UsageError(f"{folder} cannot be made ({error.strerror}): name a capture with -o FILE.") from error
    stamp = datetime.now().strftime("%Y-%m-%dT%H-%M-%S")
    names = [f"{stamp}.syncmon", *(f"{stamp}-{number}.syncmon" for number in range(2, 100))]
    return next((path for name in names if not (path := folder / name).exists()), folder / names[0])
