"""What strings look like."""

from __future__ import annotations

import pytest

from monitor.formats.looks import formats_of, is_identifier, kind_of_key, still


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("8fa8db6f-8899-48b5-bf77-a95d4f55dac4", "uuid"), ("2026-01-04T10:00:00.123Z", "date-time"),
        ("2026-01-04", "date"), ("2026-01-04 10:00", "local-date-time"), ("1767520864", "unix-time"),
        ("1767520864123", "unix-time-ms"), ("1784872208758-0", "stream-id"), ("ann@example.org", "email"),
        ("wss://ws.example.org/a?b=c", "uri"), ("10.0.0.1", "ipv4"), ("fe80::1", "ipv6"),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV", "ulid"), ("12", "digits"), ("9f86d081884c7d659a2feaa0c55ad015", "hex"),
        ("1.12.3", "semver"), ("#a0b1c2", "color"), ('{"a":1}', "json"), ("data: 1\n\n", "event-stream"),
        ("V1StGXR8_Z5jdHi6B-myT", "nanoid"), ("SGVsbG8gd29ybGQhIQ==", "base64"), ("user-9f3aX1", "id"),
        ("PWVto6BZfOtd6Iqic5gg1eqxpst35JZQ", "token"), ("eyJhbGciOi.eyJzdWIiOiIx.c2ln", "jwt"),
    ],
)  # fmt: skip
def test_the_most_telling_format_comes_first(text: str, name: str) -> None:
    assert formats_of(text)[0] == name


@pytest.mark.parametrize(
    "text",
    ["", "hello", "Which tree is this?", "IS_STREAMING", "claude-3-5-sonnet", "finished_successfully", "2026-13-45"],
)
def test_words_have_no_format(text: str) -> None:
    assert formats_of(text) == ()


def test_what_is_left_shrinks_with_every_string() -> None:
    names = formats_of("12345678")
    assert {"digits", "hex"} <= set(names)
    assert still(names, "abcdef12")[0] == "hex"
    assert still(names, "a b") == ()


@pytest.mark.parametrize(("key", "kind"), [("user_id", None), ("17", "digits"), ("x" * 65, "*"), ("a9f3b1c7x2", "id")])
def test_keys_that_are_data(key: str, kind: str | None) -> None:
    assert kind_of_key(key) == kind


@pytest.mark.parametrize("part", ["api", "v1", "p24", "backend-api", "chat_conversations_v2", "ws"])
def test_words_of_an_address(part: str) -> None:
    assert not is_identifier(part)


@pytest.mark.parametrize(
    "part", ["17", "8fa8db6f-8899-48b5-bf77-a95d4f55dac4", "user-Lab0Syncmon1", "a%20b", "68f1a2b3"]
)
def test_identifiers_of_an_address(part: str) -> None:
    assert is_identifier(part)
