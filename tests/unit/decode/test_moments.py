from __future__ import annotations

import uuid
from typing import Any

import pytest

from monitor.decode.moments import LEAVES, http_date, moment_of, scan

AT = 1_767_225_600.0  # 2026-01-01T00:00:00Z
SNOWFLAKE = int((AT + 1.5) * 1000 - 1288834974657) << 22 | 77
DISCORD = int((AT + 1.5) * 1000 - 1420070400000) << 22 | 77
UUID7 = f"{int((AT + 1.5) * 1000):012x}"


def ulid(at: float) -> str:
    """An id that begins with ten digits of 32, as they are at a time."""
    number, digits = int(at * 1000), ""
    for _ in range(10):
        number, digit = divmod(number, 32)
        digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[digit] + digits
    return digits + "7ZZZZZZZZZZZZZZZ"


@pytest.mark.parametrize(
    ("value", "at", "step", "form"),
    [
        (1_767_225_601, 1.0, 1.0, "unix seconds"),
        (1_767_225_601.5, 1.5, 1e-3, "unix seconds"),
        (1_767_225_601_500, 1.5, 1e-3, "unix milliseconds"),
        (1_767_225_601_500_250, 1.50025, 1e-6, "unix microseconds"),
        (1_767_225_601_500_250_000, 1.50025, 1e-6, "unix nanoseconds"),
        ("1767225601", 1.0, 1.0, "unix seconds"),
        ("1767225601500", 1.5, 1e-3, "unix milliseconds"),
        ("1767225601.000100", 1.0001, 1e-6, "unix seconds"),
        ("1767225601500-0", 1.5, 1e-3, "stream id"),
        ("2026-01-01T00:00:01.500Z", 1.5, 1e-3, "ISO 8601"),
        ("2026-01-01T02:00:01.500+02:00", 1.5, 1e-3, "ISO 8601"),
        ("2026-01-01 00:00:01", 1.0, 1.0, "ISO 8601 without a zone"),
        ("2026-01-01T00:01Z", 60.0, 60.0, "ISO 8601"),
        ("Thu, 01 Jan 2026 00:00:01 GMT", 1.0, 1.0, "HTTP date"),
        (SNOWFLAKE, 1.5, 1e-3, "Twitter snowflake"),
        (str(DISCORD), 1.5, 1e-3, "Discord snowflake"),
        (f"{UUID7[:8]}-{UUID7[8:]}-7abc-8def-0123456789ab", 1.5, 1e-3, "UUIDv7"),
        (ulid(AT + 1.5), 1.5, 1e-3, "ULID"),
        (f"{int(AT) + 1:08x}aabbccddeeff0011", 1.0, 1.0, "ObjectId"),
    ],
)
def test_each_form_of_a_moment(value: Any, at: float, step: float, form: str) -> None:
    found = moment_of(value, AT)
    assert found is not None
    assert found.at - AT == pytest.approx(at, abs=2e-6)
    assert (found.step, found.form) == (step, form)


def test_uuids_of_version_1_tell_their_moment() -> None:
    made = uuid.uuid1()
    at = (made.time - 0x01B21DD213814000) / 1e7
    found = moment_of(str(made), at + 1)
    assert found is not None
    assert found.at == pytest.approx(at, abs=1e-5)


@pytest.mark.parametrize(
    "value",
    [
        None, True, 12, 3.5, -1_767_225_601, float("nan"), float("inf"), 10**40, "", "hello world", "1767225601x",
        1_600_000_000, "2020-01-01T00:00:00Z", "2026-13-01T00:00:00Z", "²767225601500",
        str(uuid.UUID(int=7, version=4)),
        "G1KDVDQ0XC7ZZZZZZZZZZZZZZZ", "zzzzzzzzaabbccddeeff0011", "Thu, 41 Jan 2026 00:00:01 GMT", b"1767225601", [1],
    ],
)  # fmt: skip
def test_what_holds_no_moment_near_by(value: Any) -> None:
    assert moment_of(value, AT) is None


def test_a_message_gives_its_moments_by_path_and_its_texts() -> None:
    value = {
        "type": "note", "ts": AT + 1, "items": [{"at": AT + 2, "id": "first-item"}, {"at": AT + 3}], "n": 7, "ok": True,
        "by": {"1ab0c0de00004000": {"seen": AT + 4}, "2ab0c0de00004000": {"seen": AT + 5}},
    }  # fmt: skip
    found = scan(value, AT)
    assert {path: moment.at - AT for path, (_, moment) in found.moments.items()} == {
        "ts": 1.0, "items[].at": 3.0, "by.{*}.seen": 5.0,
    }  # fmt: skip
    assert found.texts == ["first-item"]


def test_a_message_that_is_a_value_or_a_list_of_values() -> None:
    assert scan(AT, AT).moments[""][1].at == AT
    assert scan([AT, "some words"], AT) == ({"[]": (AT, moment_of(AT, AT))}, ["some words"])


def test_a_huge_or_deep_message_is_looked_at_in_part() -> None:
    deep: Any = AT
    for _ in range(5_000):
        deep = [deep]
    assert scan(deep, AT).moments == {}
    assert len(scan([f"a text, number {n}" for n in range(10 * LEAVES)], AT).texts) <= LEAVES


def test_numbers_that_python_does_not_print_are_no_trouble() -> None:
    assert scan({10**5000: AT, "n": 10**5000, 7: {"at": AT}}, AT).moments.keys() == {"{*}", "7.at"}


def test_dates_of_headers() -> None:
    assert http_date("Thu, 01 Jan 2026 00:00:01 GMT") == AT + 1
    assert http_date("yesterday") is None
    assert http_date("") is None
