"""A query finds the same events through SQL as by asking it about each one; no text makes the parser crash."""

from __future__ import annotations

import tempfile

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.capture.addresses import Addresses
from monitor.capture.filter import parse
from monitor.capture.reader import Capture
from monitor.errors import FilterError
from monitor.model import Decoded, Event, Message, payload
from tests.laws import examples
from tests.property.events import RELATED
from tests.property.test_capture_roundtrip import recorded

WORDS = st.sampled_from(
    """tab:A tab:b tab:* dir:in dir:out kind:frame kind:s* channel:socket channel:fetch* connection:w1 connection:w*
    url:celsius url:WS* url:"/api/" url:/X\\?y/i size:>1k size:..100 size:5..2kB seq:2..5 seq:1 opcode:1 opcode:binary
    after:10:00 before:12:00:30 before:1970-01-02T00:00:00Z status:>=400 status:200 method:* late:true how:reload
    headers:x hello WORLD k "a*b" a*b l*o /wor/ /WOR/i /^$/ /[hw]o/i /^.$/ é ÉXAMPLE type:turn type:* layer:json
    value.n:5 value.n:>4 value:turn value.*:turn text:hello reason:* """.split()  # noqa: SIM905
    + ['"o w"']
) | st.text(max_size=6).map(lambda text: '"' + text.replace("\\", "").replace('"', "") + '"')
QUERIES = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(" ".join),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} OR {two[1]})"),
        inner.map(lambda one: f"-({one})"),
        inner.map(lambda one: f"NOT ({one})"),
    ),
    max_leaves=5,
)


class FakeDecoder:
    """Takes a payload that looks like JSON for one message of the type `x/turn`."""

    def feed(self, event: Event) -> Decoded | None:
        text = payload(event)
        if not isinstance(text, str):
            return None
        if not text.startswith("{"):
            return Decoded(layers=("text",))
        message = Message(protocol="json", type="x/turn", value={"type": "turn", "n": 5, "l": [{"n": True}, None, "s"]})
        return Decoded(layers=("json",), messages=(message,))

    def alone(self) -> list[str]:
        return []


@examples(200)
@given(RELATED, QUERIES)
def test_sql_and_python_agree(events: list[Event], text: str) -> None:
    query = parse(text)
    decoder, addresses = FakeDecoder(), Addresses()
    with tempfile.TemporaryDirectory() as folder, Capture(recorded(folder, events), FakeDecoder) as capture:
        expected = [
            event.seq for event in capture.events() if query.matches(event, decoder.feed(event), addresses.feed(event))
        ]
        assert list(capture.seqs(query)) == expected
        assert capture.count(query) == len(expected)
        search = capture.search(query)
        assert search.read() == expected
        assert search.read() == []


@settings(deadline=None)
@given(RELATED, QUERIES)
def test_sql_never_excludes_a_match(events: list[Event], text: str) -> None:
    query = parse(text)
    where, values = query.sql()
    decoder, addresses = FakeDecoder(), Addresses()
    with tempfile.TemporaryDirectory() as folder, Capture(recorded(folder, events)) as capture:
        capture.search(parse(""))  # defines the functions
        sql, last = f"SELECT seq FROM events WHERE {where}", capture.last_seq()
        kept = {row[0] for part in capture.parts for row in part.rows(sql, values, query.talks, last)}
        for event in capture.events():
            if query.matches(event, decoder.feed(event), addresses.feed(event)):
                assert event.seq in kept


FRAGMENTS = WORDS | st.sampled_from(["(", ")", "OR", "-", '"', "/"])


@examples(300)
@given(st.text(max_size=40) | st.lists(FRAGMENTS, max_size=6).map(" ".join))
def test_any_text_is_a_query_or_a_filter_error(text: str) -> None:
    problem: FilterError | None = None
    try:
        parse(text)
    except FilterError as error:
        problem = error
    if problem is not None:
        assert 0 <= problem.position <= max(len(text), 1)
        assert str(problem).endswith((".", "?"))
