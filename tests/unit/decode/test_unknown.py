from __future__ import annotations

import random

from monitor.decode import unknown
from monitor.decode.peel import peel
from monitor.decode.unknown import GUESSED, Frames
from tests.unit.decode.streams_of import frame, opened, run

NOISE = random.Random(7).randbytes


def hints(*frames: bytes) -> tuple[str, ...]:
    """What is said of the last of some frames."""
    seen = Frames()
    return [seen.hints(one) for one in frames][-1]


def test_protobuf_without_a_schema_says_that_it_is_a_guess() -> None:
    (message,) = run(opened("wss://x/y"), frame(b"\x08\x01\x12\x05hello\xff\x01\x00"[:9]))
    assert (message.protocol, message.value, message.notes) == ("protobuf", {"1": 1, "2": "hello"}, (GUESSED,))


def test_noise_is_raw_and_said_to_be_random() -> None:
    decoded = unknown.read(peel(NOISE(2000)), Frames())
    assert decoded.layers == ("raw",)
    (note,) = decoded.messages[0].notes
    assert note.startswith("hint: 7.9 bits of entropy")
    assert "compressed, encrypted" in note


def test_few_bytes_tell_nothing() -> None:
    assert hints(b"\xff\x00") == ()
    assert unknown.read(peel(b"")).messages == ()


def test_lengths_are_found() -> None:
    bodies = [NOISE(size) for size in (5, 9, 30)]
    big = [len(one).to_bytes(4, "big") + one for one in bodies]
    assert "hint: the length of the rest seems to stand in bytes 0–3, big-endian" in hints(*big)
    little = [b"\x07" + len(one).to_bytes(2, "little") + one for one in bodies]
    assert "hint: the length of the rest seems to stand in bytes 1–2, little-endian" in hints(*little)
    varints = [NOISE(0x80) for _ in range(3)]
    framed = [b"\x80\x01" + varints[0], b"\x03\xff\xfe\xfd", b"\x01\xff"]
    assert "hint: the length of the rest seems to stand at the start, as a varint" in hints(*framed)


def test_frames_of_one_size_tell_no_length() -> None:
    assert not any("length" in one for one in hints(*[b"\x00\x02\xff\xfe"] * 5))


def test_a_type_byte_and_a_common_start_are_found() -> None:
    frames = [bytes([number % 2 + 1]) + NOISE(number + 3) for number in range(12)]
    assert "hint: the first byte seems to be a type: 01, 02" in hints(*frames)
    assert any("begin with ca fe" in one for one in hints(*[b"\xca\xfe" + NOISE(6) for _ in range(4)]))


def test_a_message_that_could_be_text_is_protobuf_where_it_comes_out_even() -> None:
    text = "x" * 0x40
    (message,) = run(opened("wss://x/y"), frame(b"\x0a\x40" + text.encode()))
    assert (message.protocol, message.value, message.also) == ("protobuf", {"1": text}, ("text",))
    (message,) = run(opened("wss://x/y"), frame(b"\n@ a text that only begins so"))
    assert message.protocol == "text"
