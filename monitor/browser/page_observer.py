"""The script that runs beside every page, and the messages it sends; what it looks for comes from the site plans."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from monitor.browser.output import decode
from monitor.model import EXCERPT, FOLDED, LINKS, Block, SitePlan

# The world's name is this and a word of the recording's own, so that two recorders do not meet in one world.
WORLD = "syncmon"
MAX_BLOCKS = 2000
MAX_LINES = 500  # of one textarea; the last one holds the rest
MAX_LINKS = 500
MAX_FOLDED = 300  # texts that are there and not displayed
FIELDS_MS = 250  # how often it is looked at what scripts made of fields
LANDMARKS = "nav, aside, [role=navigation], [role=complementary]"
SIDEBARS = "[class*=sidebar i], [id*=sidebar i], [class*=side-bar i], [id*=side-bar i]"
LISTS = "[role=tree], [role=listbox], [role=list], [role=menu]"
# On pages that no plan knows: the links to other pages of the site that stand in its landmarks, sidebars and lists.
ASIDE = {"name": LINKS, "selector": f":is({LANDMARKS}, {SIDEBARS}, {LISTS}) a[href]",
         "region": f"{LANDMARKS}, {SIDEBARS}, {LISTS}"}  # fmt: skip
ATTRIBUTES = (
    "class", "style", "hidden", "open", "disabled", "contenteditable", "aria-busy", "aria-checked", "aria-pressed",
    "href",
)  # fmt: skip


class Said(msgspec.Struct, frozen=True, tag_field="k"):
    """What every message has, in epoch milliseconds by the page's own clock: `t` of the fact, `n` of the saying."""

    t: float
    n: float


class Hello(Said, frozen=True, tag="hello"):
    """The script runs in a document."""

    document: str
    url: str
    origin: str = ""
    main: bool = True


class ShownNow(Said, frozen=True, tag="shown"):
    """What the document displays: see `model.Shown`."""

    rule: str
    document: str
    url: str
    main: bool = True
    full: bool = False
    blocks: tuple[Block, ...] = ()
    gone: tuple[int, ...] = ()
    order: tuple[int, ...] | None = None
    dropped: int = 0


class VisibleNow(Said, frozen=True, tag="visible"):
    """Visibility and focus of the tab."""

    visible: bool
    focused: bool | None = None


class InputSeen(Said, frozen=True, tag="input"):
    """The user did something; only what kind of thing."""

    input: Literal["key", "click", "paste", "drop", "submit", "other"]


class StorageHeard(Said, frozen=True, tag="storage"):
    """A `storage` event: another document changed a key."""

    local: bool
    origin: str
    key: str | None = None
    value: str | None = None
    old: str | None = None


class CookiesHeard(Said, frozen=True, tag="cookie"):
    """A `change` event of the CookieStore: names only."""

    changed: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()


class BroadcastHeard(Said, frozen=True, tag="broadcast"):
    """A message on a BroadcastChannel."""

    name: str
    text: str


class WorkerHeard(Said, frozen=True, tag="worker"):
    """A message of a service worker to its client."""

    worker: str
    text: str


class Subscription(msgspec.Struct, frozen=True):
    """Where a site's pushes go to: of the address only its host and a digest are told."""

    host: str
    endpoint: str
    scope: str = ""
    worker: str = ""
    sender: str | None = None
    app: str | None = None
    since: float | None = None


class PushNow(Said, frozen=True, tag="push"):
    """Whether the site may push, and its subscriptions."""

    origin: str
    permission: str
    found: tuple[Subscription, ...] = ()


Spoken = (
    Hello | ShownNow | VisibleNow | InputSeen | StorageHeard | CookiesHeard | BroadcastHeard | WorkerHeard | PushNow
)


def understand(payload: str) -> Spoken:
    """A message of the script. Raises ValueError for anything else: the binding's name can be guessed by a page."""
    return decode(payload, Spoken)  # type: ignore[arg-type]


def binding(world: str) -> str:
    """The function by which a world's script speaks: Chrome tells of a call to all who know a function of that name."""
    return f"{world.replace('-', '_')}_emit"


def script(plan: tuple[SitePlan, ...], world: str = WORLD, push: bool = True) -> str:
    """The source to inject, with the plan and the limits written into it. push: whether to look for subscriptions."""
    named = {name for site in plan for rule in site.rules for name in (rule.id, rule.role) if name}
    limits = {
        "binding": binding(world), "excerpt": EXCERPT, "blocks": MAX_BLOCKS, "nodes": 100_000, "window": 80,
        "first": 20, "push": push, "message": 1 << 20,
        "lines": MAX_LINES, "fields": FIELDS_MS, "links": MAX_LINKS, "folded": FOLDED, "hidden": MAX_FOLDED,
        "landmarks": LANDMARKS, "sidebars": SIDEBARS, "lists": LISTS, "aside": ASIDE,
        "attributes": sorted({*ATTRIBUTES, *named}),
    }  # fmt: skip
    return f"{_source()}({_json(plan)}, {_json(limits)});"


def listening(names: tuple[str, ...]) -> str:
    """The expression that makes the script listen on BroadcastChannels."""
    return f"globalThis.syncmonObserver?.listen({_json(names)})"


REPEAT = "globalThis.syncmonObserver?.full()"
STOP = "globalThis.syncmonObserver?.stop()"


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


@cache
def _source() -> str:
    text = resources.files("monitor.browser").joinpath("page_observer.js").read_text("utf-8")
    return text[text.index("((plan") :].rstrip()
