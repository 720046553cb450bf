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

from jinja2 import Environment
from markupsafe import Markup

from monitor.report import svg
from monitor.report.latency import HEAD
from monitor.report.latency import rows as stamped
from monitor.report.markdown import ASPECTS
from monitor.report.model import Claim, Report
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
    return template.render(
        report=report, aspects=ASPECTS, stamped_head=HEAD, stamped=stamped, svg=_Drawings(),
        style=Markup(style), script=Markup(script),
        style_hash=_hash(style), script_hash=_hash(script),
    )  # fmt: skip


class _Drawings:
    """The drawings as the template calls them; what they return is escaped already."""

    def __getattr__(self, name: str) -> object:
        draw = getattr(svg, name)
        return lambda *values: Markup(draw(*values))


def claim(one: Claim) -> Markup:
    """A claim with its evidence; what is not known stands out."""
    text = inline(one.text)
    if not one.known:
        text = Markup('<em class="unknown">') + text + Markup("</em>")
    return text + (Markup(" ") + events(one.events) if one.events else Markup(""))


def events(numbers: tuple[int, ...]) -> Markup:
    """The numbers of events, small."""
    told = " ".join(f"#{number}" for number in numbers[:5])
    return Markup(f'<span class="events" title="syncmon open FILE, then search seq:{numbers[0]}">{told}</span>')


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
