"""The drawings are well-formed, escape what they are given, and draw as much as there is."""

from __future__ import annotations

from xml.etree import ElementTree

from monitor.report import svg
from monitor.report.model import Lane, Outage, Step, Visibility

HOSTILE = "</text><script>alert(1)</script>"


def parsed(drawing: str) -> ElementTree.Element:
    """The drawing's tree; raises where it is no XML."""
    return ElementTree.fromstring(drawing)


def texts(drawing: str) -> list[str]:
    return ["".join(node.itertext()) for node in parsed(drawing).iter() if node.text]


def test_a_sequence_has_a_life_line_a_party_and_an_arrow_a_step() -> None:
    steps = [Step(at=1.0, source="tab", to="server", label=HOSTILE, seq=3, what="request")] * 3
    tree = parsed(svg.sequence(steps))
    assert len(tree.findall("line")) == 2
    assert len(tree.findall("g")) == 3
    assert "script" not in {node.tag for node in tree.iter()}


def test_no_steps_are_no_drawing() -> None:
    assert svg.sequence(()) == ""
    assert svg.curves(()) == ""
    assert svg.ladder(()) == ""


def test_lanes_are_drawn_in_seconds() -> None:
    lane = Lane(tab="B", title=HOSTILE, spans=((1.0, 3.5, "stale"),), moments=((2.0, "frame"),))
    tree = parsed(svg.lanes((lane, lane), 60.0))
    assert tree.get("viewBox") == "0 0 60.000 68"
    rects = tree.findall("rect")
    assert [(rect.get("x"), rect.get("width")) for rect in rects] == [("1.000", "2.500")] * 2
    assert (rects[0].get("data-told") or "").startswith("B: stale for 2.5 s")


def test_that_a_tab_was_away_is_seen_also_where_it_was_behind() -> None:
    lane = Lane(tab="B", title="", spans=((1.0, 9.0, "stale"), (2.0, 4.0, "offline"), (5.0, 6.0, "hidden")))
    rects = parsed(svg.lanes((lane,), 60.0)).findall("rect")
    assert [(rect.get("class") or "").split()[-1] for rect in rects] == ["offline", "hidden", "stale"]
    away, _, stale = [(int(rect.get("y") or 0), int(rect.get("height") or 0)) for rect in rects]
    assert away[0] < stale[0]
    assert sum(away) > sum(stale)


def test_a_span_beyond_the_end_is_cut() -> None:
    lane = Lane(tab="B", title="", spans=((50.0, 99.0, "stale"),))
    (rect,) = parsed(svg.lanes((lane,), 60.0)).findall("rect")
    assert rect.get("width") == "10.000"


def test_a_curve_a_channel() -> None:
    found = [Visibility(channel=HOSTILE, count=3, censored=0, median_s=1.0, p90_s=2.0, steps=((1.0, 0.5), (2.0, 0.0)))]
    assert f"{HOSTILE} (3)" in texts(svg.curves(found))


def test_a_bar_an_attempt() -> None:
    one = Outage(tab="A", what="connection", channel="socket", at=3.0, ended_s=7.0, waits=(1.0, 2.0, 4.0))
    tree = parsed(svg.ladder([one]))
    widths = [float(rect.get("width") or 0) + 1 for rect in tree.findall("rect")]
    assert widths[1] / widths[0] > 1.9
    assert len(widths) == 3


def test_a_step_leads_to_its_event_where_the_page_has_it() -> None:
    steps = [Step(at=0.1, source="tab", to="server", label="GET /x", seq=3, what="request")]
    assert '<a href="#e0-3"><text class="at"' in svg.sequence(steps, "e0-")
    assert "<a " not in svg.sequence(steps)
