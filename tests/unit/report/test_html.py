"""The report as one HTML file: nothing is fetched, nothing of a frame takes effect, every part is in it."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from importlib.resources import files

import msgspec

from monitor.report.build import build
from monitor.report.html import html, inline
from monitor.report.model import Cited, Claim, Report
from tests.chats import PROFILES
from tests.unit.report.stories import numbered, told_chatgpt, told_claude

HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


class Page(HTMLParser):
    """The tags, attributes and texts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.inside: dict[str, str] = {}
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self._open = tag

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open in ("style", "script"):
            self.inside[self._open] = self.inside.get(self._open, "") + data


def report() -> Report:
    return build([("a.syncmon", numbered(told_chatgpt())), ("b.syncmon", numbered(told_claude()))], PROFILES)


def test_it_refers_to_nothing_outside_itself() -> None:
    page = Page(html(report()))
    addresses = [value for name, value in page.attributes if name in ("src", "href", "action", "data", "srcset")]
    assert all(value.startswith("#") for value in addresses)
    assert not {"link", "iframe", "object", "embed", "img", "base", "form"} & set(page.tags)
    assert "url(" not in page.inside["style"]
    assert "@import" not in page.inside["style"]


def test_its_dark_colours_are_for_the_screen_and_not_for_paper() -> None:
    style = (files("monitor.report") / "assets" / "page.css").read_text("utf-8")
    assert re.findall(r"@media ([^{]*dark[^{]*)\{", style) == ["screen and (prefers-color-scheme: dark) "]


def test_its_policy_allows_its_own_script_and_style_alone() -> None:
    page = Page(html(report()))
    policy = next(value for name, value in page.attributes if name == "content" and "default-src" in value)
    assert policy.startswith("default-src 'none'")
    for tag in ("style", "script"):
        digest = b64encode(sha256(page.inside[tag].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "style"]


def test_hostile_texts_are_inert_wherever_they_stand() -> None:
    plain = report()
    (first, *others) = plain.sites
    bad = Claim(text=HOSTILE, events=(1,))
    rows = tuple(
        msgspec.structs.replace(row, type=HOSTILE, example=HOSTILE, fields=(HOSTILE,)) for row in first.formats
    )
    steps = tuple(msgspec.structs.replace(step, label=HOSTILE) for step in first.diagram)
    lanes = tuple(msgspec.structs.replace(lane, title=HOSTILE) for lane in first.lanes)
    hostile = msgspec.structs.replace(
        first, title=HOSTILE, label=HOSTILE, capture=HOSTILE, behaviour=(bad,), evidence=(bad,), consistency=(bad,),
        summary=dict.fromkeys(first.summary, bad), formats=rows, diagram=steps, lanes=lanes,
    )  # fmt: skip
    page = Page(html(msgspec.structs.replace(plain, title=HOSTILE, sites=(hostile, *others), notes=(HOSTILE,))))
    assert page.tags.count("script") == 1
    assert "img" not in page.tags


def test_code_and_weight_are_the_only_markup_of_a_claim() -> None:
    assert inline("**a** `b<i>` <b>") == "<strong>a</strong> <code>b&lt;i&gt;</code> &lt;b&gt;"


def test_an_event_leads_to_its_line_where_the_page_has_it() -> None:
    plain = report()
    (first, *others) = plain.sites
    events = first.summary["init"].events
    lines = (Cited(seq=events[0], at=1.0, tab="A", way="▶", kind="fetch", text=HOSTILE),)
    page = html(msgspec.structs.replace(plain, sites=(msgspec.structs.replace(first, cited=lines), *others)))
    assert f'<a href="#e0-{events[0]}">#{events[0]}</a>' in page
    assert page.count(f'<tr id="e0-{events[0]}">') == 1
    assert '<section id="events">' in page
    assert "<img" not in page
    assert 'href="#e' not in html(plain)


def test_timelines_can_be_reached_by_keys() -> None:
    text = html(report())
    assert text.count('<div class="stage" tabindex="0">') == 2
    for key in ("ArrowLeft", "ArrowRight", "Escape"):
        assert key in text


def test_every_part_is_there() -> None:
    text = html(report())
    ids = re.findall(r'<section id="(\w+)"', text)
    parts = ("summary", "architecture", "timeline", "tabs", "consistency", "recovery", "tradeoffs", "formats")
    assert ids == [*parts, "questions", "tests"]
    assert text.count('<svg class="sequence"') == 2
    assert text.count('<svg class="lanes"') == 2


def test_a_report_of_nothing_is_a_page_too() -> None:
    assert "nothing here" in html(Report(title="Empty", notes=("nothing here",)))
