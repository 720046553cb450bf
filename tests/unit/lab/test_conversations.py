from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.lab.conversations import answer_to, pieces, start


def test_the_thread_is_the_walk_of_parents_from_the_leaf() -> None:
    made = start()
    first = made.add("user", "a")
    left = made.add("assistant", "b", first.id)
    right = made.add("assistant", "c", first.id)
    assert made.thread() == [first, right]
    assert made.children(first.id) == [left.id, right.id]
    assert made.children(None) == [first.id]


def test_an_unknown_parent_is_the_leaf() -> None:
    made = start(seeded=True)
    leaf = made.leaf
    assert made.add("user", "x", "no such").parent == leaf


def test_answers_of_one_conversation_differ() -> None:
    made = start()
    texts = []
    for _ in range(20):
        made.add("user", "again")
        texts.append(answer_to(made))
        made.add("assistant", texts[-1])
    assert len(set(texts)) == 20


@given(st.text())
def test_pieces_lose_nothing(text: str) -> None:
    assert "".join(pieces(text)) == text
