from __future__ import annotations

import pytest

from monitor.browser.mcs import Stanzas, is_mcs, varint, without_secret
from tests.mcs import field, login, stanza

PING = stanza(0, field(1, 1))
SECRET = "3222222222222222222"


def test_a_login_begins_it() -> None:
    assert is_mcs(login())
    assert not is_mcs(b"GET / HTTP/1.1\r\nhost: mcs.android.com\r\n\r\n")
    assert not is_mcs(b"\x29\x02")


@pytest.mark.parametrize("step", [1, 2, 7, 1000])
def test_messages_are_cut_wherever_the_bytes_are(step: int) -> None:
    stream, side = login() + PING + stanza(4) + stanza(8, b"x" * 300), Stanzas()
    pieces = [stream[at : at + step] for at in range(0, len(stream), step)]
    found = [one for piece in pieces for one in side.feed(piece)]
    assert [len(one) for one in found] == [len(login()), len(PING), 2, 303]
    assert found[1:] == [PING, stanza(4), stanza(8, b"x" * 300)]


def test_the_secret_of_a_login_is_struck_out() -> None:
    (clean,) = Stanzas().feed(login(SECRET))
    assert clean == login("*" * len(SECRET))


@pytest.mark.parametrize("cut", range(3, 40))
def test_of_a_login_that_cannot_be_read_all_is(cut: int) -> None:
    odd = stanza(2, field(1, "x")[:-1] + b"\x0b" * cut + SECRET.encode())
    assert SECRET.encode() not in without_secret(odd, 1)


def test_what_is_no_mcs() -> None:
    with pytest.raises(ValueError, match="no length"):
        Stanzas().feed(b"\x29\x08" + b"\xff" * 12)
    with pytest.raises(ValueError, match="268435455 bytes"):
        Stanzas().feed(b"\x29\x08\xff\xff\xff\x7f")


def test_numbers() -> None:
    assert varint(b"\x00\xac\x02", 1) == (300, 3)
    assert varint(b"\xac", 0) is None
