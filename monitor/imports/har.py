"""HAR 1.2 of browsers, proxies and test tools (DevTools, Firefox, Playwright, mitmproxy, Charles) and of ours.

Sockets, EventSource messages and streamed bodies come back where the file has them. A HAR knows nothing of pushes,
storage or what pages show. Pages are loads of one tab, but for Playwright's, which are tabs. Bodies that Playwright
wrote beside the HAR are read from there. The long lists of an entry go by way of the disk, as what says whose they are
may stand behind them.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from monitor.imports import har_entry
from monitor.imports.har_entry import Place
from monitor.imports.har_values import moment, number, part, resource, text
from monitor.imports.held import Held
from monitor.imports.in_time import in_time
from monitor.imports.source import Source
from monitor.model import Event, Gap, Lifecycle, Navigation, Recording, Request, TargetAttached, label

KEEPS_ORDER = True

_PLACES = ("log.creator", "log.browser", "log.pages.item", "log.entries.item", "log._gaps.item", "log.comment")
_LONG = {f"log.entries.item.{name}.item": name for name in ("_webSocketMessages", "_eventSourceMessages", "_chunks")}
_BODY_LIMIT = 256 << 20


def sniff(head: bytes) -> int:
    """By the first words of a log."""
    start = head[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not re.match(rb'\{\s*"log"\s*:\s*\{', start):
        return 0
    return 95 if re.search(rb'"(?:creator|entries|version|pages)"\s*:', start) else 60


def read(source: Source) -> Iterator[Event]:
    """The events of a HAR by their time."""
    reader = _Reader(source)
    try:
        yield from in_time(reader.events())
    finally:
        reader.forget()


class _Reader:
    """Goes through one HAR."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._tabs: dict[str, str] = {}
        self._pages: dict[str, dict[str, Any]] = {}
        self._shown: set[str] = set()
        self._loads: list[tuple[str, str, str, str | None]] = []
        self._connections: set[str] = set()
        self._held: dict[str, Held] = {}
        self._by_page = self._ours = False
        self._browser: str | None = None
        self._count = 0
        self._bad = 0
        self._first: float | None = None

    def events(self) -> Iterator[Event]:
        """All of them, in the order of the file."""
        for place, value in self._source.items(*_PLACES, *_LONG):
            if place in _LONG:
                self._hold(_LONG[place], value)
            elif place == "log.entries.item":
                yield from self._entry(value)
                self.forget()
            elif place == "log.pages.item" and isinstance(value, dict):
                self._pages[text(value.get("id"))] = value
            elif place == "log._gaps.item" and isinstance(value, dict):
                yield from self._gap(value)
            elif place == "log.comment":
                self._remark(text(value))
            else:
                self._program(place, value)
        with contextlib.suppress(ValueError):
            yield from self._milestones()
        if self._first is not None:
            yield Recording(time=self._first, state="started", browser=self._browser, detail="imported from a HAR")
        if self._bad:
            told = "1 entry of the HAR makes" if self._bad == 1 else f"{self._bad} entries of the HAR make"
            self._source.note(f"{told} no sense: left out; gaps say where.")

    def _program(self, place: str, value: Any) -> None:
        name, version = text(part({"x": value}, "x").get("name")), text(part({"x": value}, "x").get("version"))
        if place == "log.creator":
            self._by_page, self._ours = "playwright" in name.lower(), name == "syncmon"
        elif name:
            self._browser = f"{name}/{version}" if version else name

    def _remark(self, said: str) -> None:
        if "replaced by pseudonyms" in said:
            self._source.facts["redacted"] = "yes"
            self._source.note("The file was redacted when it was exported: what it hides, the capture hides too.")

    def _gap(self, value: dict[str, Any]) -> Iterator[Event]:
        at, count = number(value.get("time")), number(value.get("count"))
        if at is not None:
            yield Gap(time=at, tab=text(value.get("tab")) or None, reason=text(value.get("reason")) or "not told",
                      count=None if count is None else int(count))  # fmt: skip

    # ── entries ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _hold(self, name: str, one: Any) -> None:
        """Keep one of a long list of the entry that is being read."""
        if isinstance(one, dict):
            if name not in self._held:
                self._held[name] = Held()
            self._held[name].add(one)

    def forget(self) -> None:
        """Let go of the long lists of the last entry."""
        for held in self._held.values():
            held.close()
        self._held.clear()

    def _entry(self, value: Any) -> Iterator[Event]:
        """The events of an entry: all of them, or none where one makes no sense."""
        self._count += 1
        entry = value if isinstance(value, dict) else {}
        entry |= {name: held for name, held in self._held.items() if isinstance(entry.get(name), list)}
        try:
            tab = self._tab(entry)
            name, again = self._name(entry)
            place = Place(name, tab, again, self._attached(entry))
            first = min(event.time for event in har_entry.events(entry, place))
        except (ValueError, TypeError, OverflowError) as error:
            self._bad += 1
            yield Gap(time=self._first or 0.0, reason=f"entry {self._count} of the HAR: {error}", count=1)
            return
        self._first = first if self._first is None else min(first, self._first)
        yield from self._told(entry, place)

    def _told(self, entry: dict[str, Any], place: Place) -> Iterator[Event]:
        events = har_entry.events(entry, place)
        first = next(events)
        if place.tab is not None:
            yield from self._page(place.tab, entry, first)
        yield first
        yield from events

    def _tab(self, entry: dict[str, Any]) -> str | None:
        """The tab of an entry: told, or that of its page."""
        if told := text(entry.get("_tab")):
            return self._tabs.setdefault(f"tab {told}", told)
        page = text(entry.get("pageref"))
        if not page:
            return None
        key = page if self._by_page else ""
        return self._tabs.setdefault(key, label(len(self._tabs)))

    def _name(self, entry: dict[str, Any]) -> tuple[str, bool]:
        """A name for its connection, and whether that was redirected here; ours tells both."""
        told = text(entry.get("_connectionId")) if self._ours else ""
        name = told or f"{'w' if har_entry.is_socket(entry) else 'r'}{self._count}"
        again = name in self._connections
        self._connections.add(name)
        return name, again and not har_entry.is_socket(entry)

    def _page(self, tab: str, entry: dict[str, Any], first: Event) -> Iterator[Event]:
        """The tab, where it is new, and the load of the entry's page, if it is the page's document."""
        page = text(entry.get("pageref"))
        known, target = self._pages.get(page, {}), first.target or f"har-{tab}"
        if tab not in self._shown:
            self._shown.add(tab)
            url = text(part(entry, "request").get("url")) if _is_document(entry) else ""
            yield TargetAttached(time=first.time, tab=tab, target=target, type="page", url=url,
                                 title=text(known.get("title")))  # fmt: skip
        if page in self._shown or not _is_document(entry) or not isinstance(first, Request):
            return
        self._shown.add(page)
        loader = first.loader
        yield Navigation(time=first.time, tab=tab, target=target, url=first.url, loader=loader)
        self._loads.append((page, tab, target, loader))

    def _milestones(self) -> Iterator[Event]:
        """When documents were there; pages may stand behind the entries."""
        for page, tab, target, loader in self._loads:
            known = self._pages.get(page, {})
            times = part(known, "pageTimings")
            for name, key in (("dom", "onContentLoad"), ("load", "onLoad")):
                after = number(times.get(key))
                if after is not None and after >= 0:
                    at = moment(known.get("startedDateTime")) + after / 1000
                    kind: Literal["dom", "load"] = "dom" if name == "dom" else "load"
                    yield Lifecycle(time=at, tab=tab, target=target, name=kind, loader=loader)

    def _attached(self, entry: dict[str, Any]) -> bytes | None:
        """The content that an entry has in a file of its own, in the folder of the HAR."""
        name = text(part(part(entry, "response"), "content").get("_file"))
        if not name or name != Path(name).name or name.startswith("."):
            return None
        path = self._source.path.parent / name
        try:
            if path.stat().st_size > _BODY_LIMIT or not path.is_file():
                return None
            return path.read_bytes()
        except OSError:
            self._source.note(f"{name}, the content of an entry, is not beside the HAR: such bodies are absent.")
            return None


def _is_document(entry: dict[str, Any]) -> bool:
    return resource(entry) == "document" and not har_entry.is_socket(entry)
