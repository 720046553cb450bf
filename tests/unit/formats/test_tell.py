"""What is known, in words."""

from __future__ import annotations

import pytest

from monitor.formats.model import Field, Link, Reply, Sequence, Trigger, TypeFormat
from monitor.formats.tell import kinds, meaning, percent, remarks, rhythm, seconds, triggered

POST = Trigger(what="A POST /turn", kind="request", share=0.92, lift=14.2, median_s=1.13, window_s=2.4, count=11, of=12)


@pytest.mark.parametrize(
    ("value", "words"), [(0.034, "34 ms"), (0.25, "0.25 s"), (2.41, "2.4 s"), (15.2, "15 s"), (300, "5 min")]
)
def test_lengths_of_time(value: float, words: str) -> None:
    assert seconds(value) == words


def test_a_trigger_is_a_sentence() -> None:
    assert triggered(POST) == "92 % come within 2.4 s after A POST /turn (median 1.1 s, 14 × the base rate)"


@pytest.mark.parametrize(
    ("share", "words"), [(1.0, "100 %"), (0.999, "99 %"), (0.001, "< 1 %"), (0.5, "50 %"), (0.0, "0 %")]
)
def test_only_all_is_a_hundred_percent(share: float, words: str) -> None:
    assert percent(share) == words


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (Field(path="a", name="a", values=("x",)), "always x"),
        (Field(path="a", name="a", values=("x", "y")), "x, y"),
        (Field(path="a", name="a", format="uuid"), "uuid"),
        (Field(path="a", name="a", minimum=1.0, maximum=2.5), "1 … 2.5"),
        (Field(path="a", name="a"), ""),
    ],
)
def test_what_a_field_means(field: Field, words: str) -> None:
    assert meaning(field) == words
    assert kinds(field) == "anything"


def test_all_that_is_known_is_said() -> None:
    key = ("s", "socket", "out", "p", "ask")
    one = TypeFormat(
        site="s", channel="socket", dir="in", protocol="p", type="t", count=9, period_s=15.0, jitter_s=0.2,
        preceded_by=(POST,), inferred_by="w", notes=("a note",),
        replies=(Reply(role="answers", to=key, count=9, by="ref", its="id", median_s=0.1, p95_s=0.3),),  # type: ignore[arg-type]
        sequences=(Sequence(path="n", first=1, last=9, steps=8, gaps=2),),
        links=(Link(path="c", to=key, its="d", share=1.0),),  # type: ignore[arg-type]
    )  # fmt: skip
    told = " ".join(remarks(one))
    for words in ("every 15 s, give or take 0.2 s", "92 %", "answers ▶ ask, by ref = id", "n counts up: 2 passed over",
                  "c holds the same values as d of ▶ ask", "found in w", "a note"):  # fmt: skip
        assert words in told


def test_a_rhythm_or_a_rate() -> None:
    base = TypeFormat(site="s", channel="socket", dir="in", protocol="p", type="t", count=61, first=0.0, last=60.0)
    assert rhythm(base) == "1.0/s"
