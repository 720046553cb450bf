from __future__ import annotations

import pytest
from firebase_messaging.proto import mcs_pb2 as mcs

from monitor.lab.push.stanzas import LIMIT, BadStream, Reader, Stanza, pack, varint

STANZAS: list[Stanza] = [mcs.HeartbeatPing(stream_id=3), mcs.Close(), mcs.IqStanza(type=mcs.IqStanza.SET, id="x" * 200)]
WIRE = bytes([41]) + b"".join(pack(stanza) for stanza in STANZAS)


def test_a_stanza_goes_out_as_tag_length_and_body() -> None:
    assert pack(mcs.Close()) == b"\x04\x00"
    assert pack(mcs.HeartbeatPing(stream_id=3)) == b"\x00\x02\x08\x03"
    assert varint(300) == b"\xac\x02"


@pytest.mark.parametrize("step", [1, 2, 7, len(WIRE)])
def test_stanzas_come_back_however_they_were_cut(step: int) -> None:
    reader = Reader()
    found = [s for at in range(0, len(WIRE), step) for s in reader.feed(WIRE[at : at + step])]
    assert found == STANZAS
    assert reader.version == 41


@pytest.mark.parametrize(
    "wire",
    [
        b"\x05",
        b"\x29\x06\x00",
        b"\x29\x02\x01\xff",
        b"\x29\x08" + varint(LIMIT + 1),
        b"\x29\x08" + b"\xff" * 10,
    ],
)
def test_what_is_no_mcs_is_refused(wire: bytes) -> None:
    with pytest.raises(BadStream):
        Reader().feed(wire)
