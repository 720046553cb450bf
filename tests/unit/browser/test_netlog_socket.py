from __future__ import annotations

import pytest
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Close, Frame, Opcode

from monitor.browser.netlog_socket import Broken, Message, Side, answer, headers

HEAD = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
ASK = b"GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"


def frame(
    opcode: Opcode, data: bytes, fin: bool = True, mask: bool = False, by: PerMessageDeflate | None = None
) -> bytes:
    return Frame(opcode, data, fin).serialize(mask=mask, extensions=[by] if by else [])


def opened(masked: bool = False) -> Side:
    side = Side(masked)
    assert side.head(ASK if masked else HEAD) is not None
    return side


@pytest.mark.parametrize("step", [1, 5, 10_000])
def test_messages_wherever_the_bytes_are_cut(step: int) -> None:
    stream = (
        frame(Opcode.TEXT, b"one ", fin=False) + frame(Opcode.PING, b"?") + frame(Opcode.CONT, b"two")
        + frame(Opcode.BINARY, b"\0" * 70_000) + frame(Opcode.CLOSE, Close(4001, "bye").serialize())
    )  # fmt: skip
    side = opened()
    found = [one for at in range(0, len(stream), step) for one in side.feed(stream[at : at + step])]
    assert found[0] == Message(9, b"?")
    assert found[1:3] == [Message(1, b"one two"), Message(2, b"\0" * 70_000)]
    assert (found[3].opcode, found[3].code, found[3].reason) == (8, 4001, "bye")


def test_what_the_browser_sends_is_masked() -> None:
    side = opened(masked=True)
    assert side.feed(frame(Opcode.TEXT, b"hello", mask=True)) == [Message(1, b"hello")]
    with pytest.raises(Broken, match="masking"):
        side.feed(frame(Opcode.TEXT, b"hello"))


@pytest.mark.parametrize("takes_over", [True, False])
def test_messages_are_inflated(takes_over: bool) -> None:
    server, side = PerMessageDeflate(True, not takes_over, 15, 12), opened()
    side.deflate(takes_over)
    stream = b"".join(frame(Opcode.TEXT, b"hello " * 50, by=server) for _ in range(3))
    assert len(stream) < 100
    assert side.feed(stream) == [Message(1, b"hello " * 50)] * 3


def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.browser.netlog_socket.LARGEST", 1 << 20)
    side = opened()
    side.deflate(takes_over=True)
    with pytest.raises(Broken, match="larger than 1 MB"):
        side.feed(frame(Opcode.BINARY, b"\0" * (2 << 20), by=PerMessageDeflate(True, False, 15, 15)))
    plain = opened()
    plain.feed(frame(Opcode.BINARY, b"\0" * (1 << 19), fin=False))
    with pytest.raises(Broken, match="larger than 1 MB"):
        plain.feed(frame(Opcode.CONT, b"\0" * (1 << 19), fin=False) + frame(Opcode.CONT, b"\0"))


def test_closes_without_a_code_or_with_a_bad_one() -> None:
    assert opened().feed(frame(Opcode.CLOSE, b"")) == [Message(8, b"")]
    assert opened().feed(b"\x88\x02\x00\x01") == [Message(8, b"\0\x01", 1)]
    assert opened().feed(b"\x88\x01\x00") == [Message(8, b"\0")]


def test_the_handshake_may_be_behind_a_proxys() -> None:
    side, out = Side(masked=False), Side(masked=True)
    assert side.head(b"HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 1") is None
    assert side.opening
    assert side.head(HEAD[10:] + frame(Opcode.TEXT, b"early")) == HEAD[:-4]
    assert side.feed(b"") == [Message(1, b"early")]
    assert out.head(b"CONNECT x:80 HTTP/1.1\r\n\r\n" + ASK) == ASK[:-4]
    with pytest.raises(Broken, match="no end"):
        Side(masked=False).head(b"x" * 70_000)


def test_the_answer() -> None:
    assert answer(HEAD).status == 101
    assert answer(b"nonsense").status == 0
    assert headers(["A: 1", "a", ":path: /x", "A: 2", "Set-Cookie: a=1", "Set-Cookie: b=2"]) == {
        "A": "1, 2", ":path": "/x", "Set-Cookie": "a=1\nb=2",
    }  # fmt: skip
