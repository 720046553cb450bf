"""A site profile: one TOML file that says where an application's subjects, items, writes and reads are.

    name = "example"                       what the site is called on screen
    hosts = ["example.org", "*.example.org"]
    routes = ["/room/{subject}"]           page addresses that name the subject

    [[write]]                              a request that changes state, once it is answered with 2xx
    request = "POST /api/rooms/{subject}/messages"
    items = "[{id: id, text: text, author: 'user'}]"     JMESPath over the decoded request body

    [[write]]
    request = "DELETE /api/rooms/{subject}/messages/{item}"   `{item}` is the item, where the body does not name it
    removed = true                         what it names is gone by it; likewise in a [[read]] of `message/room-gone`

    [[read]]                               a response that brings state, or a message of a stream, socket or push
    request = "GET /api/rooms/{subject}"   the response's body (or its streamed messages, with `type`)
    items = "messages[].{id: id, text: text, author: author, parent: parent}"
    whole = true                           it names all items there are: one that is left out is gone

    [[read]]
    channel = "socket"                     socket | sse | push: messages by their decoded type
    type = "message/room-*"
    subject = "payload.room"               JMESPath, where the address does not name the subject
    items = "[payload.message.{id: id, text: text}]"

    [[signal]]                             a message that says that something changed, without the content
    channel = "socket"
    type = "message/room-changed"
    subject = "payload.room"

    [[show]]                               what the page displays: one element an item
    name = "message"
    selector = "[data-message-id]"
    id = "data-message-id"
    virtual = true                         long lists are mounted in part: unmounted is not missing

    [[list]]                               a list beside every page: see `listing.py`

    [[account]]                            whose the pages are
    request = "GET /api/users/{account}/rooms"
                                           the account in a request's or socket's address, or with `id` (JMESPath) in
                                           the answer

    [[endpoint]]                           what an address is for
    role = "init"                          init | recovery | push-registration
    request = "GET /api/socket-address"

`signal` and `endpoint` are read and checked, but the analysis does not use them: it finds prompts by timing.

An item expression yields a list of objects with `id` and, where known, `text` (a string or a list of them), `author`,
`parent`, `hidden` (true: never displayed) and `done` (false: still growing).
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import jmespath
import jmespath.exceptions
import msgspec

from monitor.errors import SettingsError
from monitor.model import ShowRule, SitePlan
from monitor.settings import read_toml
from monitor.sites.address import host_of, path_of
from monitor.sites.listing import ListRule

LISTED = "list:"  # what the rules of lists are called begins so
_PLACE = re.compile(r"\\\{(\w+)\\\}")


class ReadRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Traffic that brings items of a subject.

    whole: all there are, so that one which it does not name is gone. removed: what it names is gone.
    """

    request: str | None = None
    channel: Literal["socket", "sse", "push", "storage", "broadcast", "worker", "fetch-stream"] | None = None
    type: str | None = None
    subject: str | None = None
    items: str
    whole: bool = False
    removed: bool = False


class WriteRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request that changes state. removed: what it names is gone by it."""

    request: str
    subject: str | None = None
    items: str | None = None
    removed: bool = False


class SignalRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message that only gives the word."""

    channel: Literal["socket", "sse", "push", "storage", "broadcast", "worker", "fetch-stream"]
    type: str
    subject: str | None = None


class EndpointRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an address is for."""

    role: Literal["init", "recovery", "push-registration"]
    request: str


class AccountRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where it is seen whose the pages are: `{account}` in an address, or `id` in its answer."""

    request: str
    id: str | None = None


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One application. See the module's docstring for the file's form."""

    name: str
    hosts: tuple[str, ...]
    title: str = ""
    routes: tuple[str, ...] = ()
    write: tuple[WriteRule, ...] = ()
    read: tuple[ReadRule, ...] = ()
    signal: tuple[SignalRule, ...] = ()
    show: tuple[ShowRule, ...] = ()
    lists: tuple[ListRule, ...] = msgspec.field(name="list", default=())
    account: tuple[AccountRule, ...] = ()
    endpoint: tuple[EndpointRule, ...] = ()

    def covers(self, url: str) -> bool:
        """Whether an address belongs to this application."""
        return _covers(self.hosts, host_of(url))

    def subject(self, url: str) -> str | None:
        """The subject that a page of this application is about, or None."""
        path = path_of(url)
        return next((found["subject"] for route in self.routes if (found := match_path(route, path))), None)


@lru_cache(maxsize=512)
def _covers(patterns: tuple[str, ...], host: str) -> bool:
    return any(host == pattern or fnmatch.fnmatchcase(host, pattern) for pattern in patterns)


@lru_cache(maxsize=512)
def _path_pattern(pattern: str) -> re.Pattern[str]:
    body = _PLACE.sub(lambda m: f"(?P<{m.group(1)}>[^/]+)", re.escape(pattern).replace(r"\*", "[^/]*"))
    return re.compile(f"^{body}/?$")


def match_path(pattern: str, path: str) -> dict[str, str] | None:
    """The `{named}` parts of a path that fits the pattern, or None. `*` stands for anything within one part."""
    found = _path_pattern(pattern).match(path)
    return found.groupdict() if found else None


def match_request(pattern: str, method: str, url: str) -> dict[str, str] | None:
    """The named parts of a request that fits `METHOD /path/{name}`, or None."""
    wanted, _, path = pattern.partition(" ")
    return match_path(path, path_of(url)) if wanted == method else None


@lru_cache(maxsize=512)
def _expression(expression: str) -> Any:
    return jmespath.compile(expression)


def look_up(expression: str | None, value: Any) -> Any:
    """What a JMESPath expression finds in decoded data; None where it finds nothing or does not fit the data."""
    if expression is None or value is None:
        return None
    try:
        return _expression(expression).search(value)
    except (jmespath.exceptions.JMESPathError, TypeError, ValueError):
        return None


# ── loading ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def parse_profile(text: str, file: str) -> Profile:
    """A profile from TOML. Raises SettingsError with file, key and reason."""
    profile = read_toml(text, file, Profile)
    _check(profile, file)
    return profile


def _check(profile: Profile, file: str) -> None:
    if not profile.hosts:
        raise SettingsError(file, "hosts", "needs at least one host name")
    for route in profile.routes:
        if "{subject}" not in route:
            raise SettingsError(file, "routes", f"{route!r} has no {{subject}}")
    for table, rules in (("read", profile.read), ("write", profile.write), ("signal", profile.signal)):
        for number, rule in enumerate(rules, 1):
            _check_rule(rule, f"{table}[{number}]", file)
    for number, write in enumerate(profile.write, 1):
        if write.items is None and not (write.removed and "{item}" in write.request):
            raise SettingsError(file, f"write[{number}]", "needs `items`, or `removed` and `{item}` in its request")
    for listing in profile.lists:
        for table, some in (("read", listing.read), ("write", listing.write)):
            for number, one in enumerate(some, 1):
                _check_rule(one, f"list.{listing.name}.{table}[{number}]", file)
    for number, account in enumerate(profile.account, 1):
        _check_rule(account, f"account[{number}]", file)
        if "{account}" not in account.request and account.id is None:
            raise SettingsError(file, f"account[{number}]", "needs `{account}` in its request, or `id`")
    for number, endpoint in enumerate(profile.endpoint, 1):
        _check_request(endpoint.request, f"endpoint[{number}].request", file)


def _check_rule(rule: msgspec.Struct, key: str, file: str) -> None:
    request = getattr(rule, "request", None)
    if request is not None:
        _check_request(request, f"{key}.request", file)
    elif not getattr(rule, "channel", None):
        raise SettingsError(file, key, "needs `request` or `channel`")
    for field in ("items", "subject", "id"):
        expression = getattr(rule, field, None)
        if expression is None:
            continue
        try:
            _expression(expression)
        except jmespath.exceptions.JMESPathError as error:
            raise SettingsError(file, f"{key}.{field}", f"not JMESPath: {str(error).splitlines()[0]}") from None


def _check_request(request: str, key: str, file: str) -> None:
    if not re.match(r"^[A-Z]+ /", request):
        raise SettingsError(file, key, f"{request!r} is not `METHOD /path`")


def load_profiles(user_dir: Path | None = None) -> tuple[tuple[Profile, ...], tuple[SettingsError, ...]]:
    """The profiles shipped with syncmon and the user's, and what was wrong with those left out.

    A user's profile of the same name replaces the shipped one.
    """
    found: dict[str, Profile] = {}
    problems: list[SettingsError] = []
    for file, text in [*_shipped(), *_users(user_dir, problems)]:
        try:
            profile = parse_profile(text, file)
        except SettingsError as error:
            problems.append(error)
        else:
            found[profile.name] = profile
    return tuple(found.values()), tuple(problems)


def _shipped() -> Iterable[tuple[str, str]]:
    for entry in sorted(resources.files("monitor.sites").iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".toml"):
            yield entry.name, entry.read_text("utf-8")


def _users(user_dir: Path | None, problems: list[SettingsError]) -> Iterable[tuple[str, str]]:
    for path in sorted(user_dir.glob("*.toml")) if user_dir and user_dir.is_dir() else ():
        try:
            yield str(path), path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(SettingsError(str(path), "", f"cannot be read: {error}"))


def observer_plan(profiles: Sequence[Profile]) -> tuple[SitePlan, ...]:
    """What the page observer shall look for, as plain data for the recorder."""
    plans = ((p, (*p.show, *(_shows(one) for one in p.lists))) for p in profiles)
    return tuple(SitePlan(name=p.name, hosts=p.hosts, rules=rules) for p, rules in plans if rules)


def _shows(listing: ListRule) -> ShowRule:
    """How a list is displayed: an entry is known by the address it leads to."""
    return ShowRule(name=LISTED + listing.name, selector=listing.selector, id="href", text=listing.text)
