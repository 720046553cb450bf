"""The report as one HTML file: it opens from disk, asks no network for anything, and runs no script but its own.

What came from frames is text: Jinja escapes it, the drawings escape it, and the page's content security policy names
the only script and style that may take effect, by their hashes.
"""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from importlib import resources
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from monitor.report import svg
from monitor.report.latency import HEAD
from monitor.report.latency import rows as stamped
from monitor.report.markdown import ASPECTS
from monitor.report.model import Claim, Report, SiteReport, shown
from monitor.report.words import brief, seconds, size

_CODE = re.compile(r"`([^`]{1,2000})`")
_BOLD = re.compile(r"\*\*([^*]{1,400})\*\*")


def html(report: Report) -> str:
    """The document."""
    style, script = _asset("page.css"), _asset("page.js")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {
        "claim": claim, "inline": inline, "seconds": seconds, "brief": brief, "size": size, "day": _day,
        "events": events,
    }  # fmt: skip
    template = environment.from_string(_asset("page.html"))
    columns = [Linked(number, site) for number, site in enumerate(report.sites)]
    return template.render(
        report=report, sites=columns, aspects=ASPECTS, stamped_head=HEAD, stamped=stamped, svg=_Drawings(),
        style=Markup(style), script=Markup(script), style_hash=_hash(style), script_hash=_hash(script),
    )  # fmt: skip


class _Drawings:
    """The drawings as the template calls them; what they return is escaped already."""

    def __getattr__(self, name: str) -> object:
        draw = getattr(svg, name)
        return lambda *values: Markup(draw(*values))


def claim(one: Claim, site: Linked | None = None) -> Markup:
    """A claim with its evidence; what is not known stands out."""
    text = inline(one.text)
    if not one.known:
        text = Markup('<em class="unknown">') + text + Markup("</em>")
    return text + (Markup(" ") + events(one.events, site) if one.events else Markup(""))


def events(numbers: tuple[int, ...], site: Linked | None = None) -> Markup:
    """The numbers of events, small; each leads to the event's line where the column has it."""
    told = " ".join(_event(number, site) for number in shown(numbers))
    return Markup(f'<span class="events" title="syncmon tail FILE --filter seq:{numbers[0]}">{told}</span>')


def _event(number: int, site: Linked | None) -> str:
    there = site is not None and number in site.lines
    return f'<a href="#e{site.number}-{number}">#{number}</a>' if there and site is not None else f"#{number}"


class Linked:
    """A column with the places of its events' lines in the page; all else is the column's own."""

    def __init__(self, number: int, site: SiteReport) -> None:
        self.number, self._site = number, site
        self.lines = {one.seq for one in site.cited}
        self.place = f"e{number}-" if site.cited else ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._site, name)


def inline(text: str) -> Markup:
    """A claim's text, with its `code` and **weight**."""
    safe = escape(text)
    return Markup(_BOLD.sub(r"<strong>\1</strong>", _CODE.sub(r"<code>\1</code>", safe)))


def _day(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _asset(name: str) -> str:
    return resources.files("monitor.report").joinpath("assets", name).read_text("utf-8").strip()


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
