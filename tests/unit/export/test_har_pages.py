from __future__ import annotations

from monitor.export.har_pages import Pages
from monitor.model import Frame, Lifecycle, Navigation, Request, TargetAttached, TargetChanged


def test_every_load_is_a_page_and_a_change_of_address_is_none() -> None:
    pages = Pages(
        [
            TargetAttached(time=0.0, tab="A", type="page", url="u"),
            TargetAttached(time=0.0, tab="A", type="iframe", url="inner"),
            Navigation(time=5.0, tab="A", url="v", loader="L"),
            Navigation(time=6.0, tab="A", url="v#x", how="same-document", loader="L"),
            Navigation(time=6.0, tab="A", url="inner2", main=False, loader="I"),
            Lifecycle(time=7.0, tab="A", name="dom", loader="L"),
            Lifecycle(time=8.0, tab="A", name="load", loader="other"),
            TargetChanged(time=9.0, tab="A", title="Title"),
        ]
    )
    frame = Frame(time=4.0, tab="A", connection="w", dir="in")
    document = Request(time=4.5, tab="A", connection="r", method="GET", url="v", loader="L")
    assert pages.of(frame) == "A1"
    assert pages.of(document) == "A2"
    assert pages.of(Frame(time=4.9, tab="A", connection="w", dir="in")) == "A2"
    assert pages.of(Frame(time=4.9, connection="w", dir="in")) is None
    first, second = pages.written()
    assert (first["title"], second["title"]) == ("u", "Title")
    assert second["pageTimings"] == {"onContentLoad": 2500, "onLoad": -1}


def test_a_tab_of_which_nothing_is_known_has_a_page_and_one_without_entries_is_not_written() -> None:
    pages = Pages([TargetAttached(time=0.0, tab="B", type="page", url="u")])
    assert pages.of(Frame(time=4.0, tab="A", connection="w", dir="in")) == "A1"
    assert [page["id"] for page in pages.written()] == ["A1"]
