"""The Markdown page."""

from __future__ import annotations

from monitor.formats.model import Example, Field, FormatsReport, Trigger, TypeFormat
from monitor.formats.page import code, page

TRIGGER = Trigger(
    what="A POST /turn_x", kind="request", share=0.92, lift=14, median_s=1.1, window_s=2.4, count=11, of=12
)


def made(**fields: object) -> str:
    base = TypeFormat(site="chatgpt", channel="socket", dir="in", protocol="celsius", type="done", count=3)
    one = TypeFormat(**{name: getattr(base, name) for name in base.__struct_fields__} | fields)
    return "\n".join(page(FormatsReport(types=(one,)), "x.syncmon"))


def test_a_site_a_table_a_type_its_fields_and_a_sentence() -> None:
    field = Field(path="payload.id", name="id", types=("string",), presence=0.5, count=3, format="uuid", example="8f")
    text = made(fields=(field,), preceded_by=(TRIGGER,), examples=(Example(seq=1, value={"id": "8f"}),))
    for line in (
        "# Message formats in x.syncmon", "## chatgpt", "| socket | ◀ | celsius | `done` | 3 |  | 0 B |",
        "### ◀ `done` · socket · celsius", "| `payload.id` | string | 50 % | uuid | `8f` |",
        "- 92 % come within 2.4 s after A POST /turn\\_x (median 1.1 s, 14 × the base rate).", '  "id": "8f"',
    ):  # fmt: skip
        assert line in text.split("\n")


def test_hostile_names_stay_within_their_cell() -> None:
    assert code("a|b`c\nd") == "``a\\|b`c d``"
    text = made(type="x` | <b>\n# evil", examples=(Example(seq=1, value="```\n# evil"),))
    assert not [line for line in text.split("\n") if line.startswith("# evil")]


def test_nothing_is_said_to_be_nothing() -> None:
    assert "No messages were recorded." in "\n".join(page(FormatsReport(), "x"))
