"""Fields that hold the ids of others."""

from __future__ import annotations

from monitor.formats.links import links_of
from monitor.formats.model import TypeKey
from monitor.formats.places import Place
from monitor.formats.row import Row, Sample

ID = "8fa8db6f-8899-48b5-bf77-a95d4f55da{:02x}"


def row(type_: str, way: str, *values: object) -> Row:
    key: TypeKey = ("s", "socket", way, "p", type_)  # type: ignore[assignment]
    made, place = Row(key), Place("s", "socket", "x", "wss://x.test/", "w", "w")
    for seq, value in enumerate(values, 1):
        made.add(Sample(seq, float(seq), "A", 10, value, place, type_, "frame"))
    return made


def test_a_field_names_where_its_values_come_from() -> None:
    asked = row("ask", "out", *({"conversation": ID.format(n)} for n in range(10)))
    told = row("done", "in", *({"payload": {"id": ID.format(n)}} for n in range(5)))
    other = row("else", "in", *({"id": ID.format(n + 100)} for n in range(10)))
    found = links_of({one.key: one for one in (asked, told, other)})
    [link] = found[told.key]
    assert (link.path, link.to, link.its, link.share) == ("payload.id", asked.key, "conversation", 1.0)
    [back] = found[asked.key]
    assert back.share == 0.5
    assert other.key not in found


def test_words_are_no_links() -> None:
    rows = [row(name, "in", {"role": "user"}, {"role": "assistant"}) for name in ("a", "b")]
    assert links_of({one.key: one for one in rows}) == {}
