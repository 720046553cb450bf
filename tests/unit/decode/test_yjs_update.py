from __future__ import annotations

from typing import Any

import pytest

from monitor.decode import yjs_update as module
from monitor.decode.lib0 import Broken
from monitor.decode.yjs_update import read_state_vector, read_update
from tests.unit.decode.streams_of import recorded


def updates() -> list[dict[str, Any]]:
    """The updates of the recording, empty ones left out."""
    data = [one.data or b"" for one in recorded("yjs") if (one.data or b"")[:2] == b"\x00\x02"]
    return [read_update(one[3:]) for one in data]


def structs() -> list[dict[str, Any]]:
    return [struct for one in updates() for client in one["clients"] for struct in client["structs"]]


def test_who_wrote_what_from_which_clock_on() -> None:
    first = updates()[0]["clients"][0]
    assert (first["clock"], first["length"]) == (0, 5)
    assert first["structs"] == [{"kind": "string", "clock": 0, "parent": "note", "content": "Hello"}]


def test_every_kind_of_content_that_was_recorded() -> None:
    found = {struct["kind"]: struct for struct in structs()}
    assert {"string", "any", "format", "type", "binary"} <= set(found)
    assert found["format"]["content"] in ({"bold": True}, {"bold": None})
    assert found["binary"] == {**found["binary"], "parent": "files", "key": "bytes", "content": {"base64": "AQL/"}}
    contents = [struct.get("content") for struct in structs()]
    assert " world ünïverse" in contents
    assert ["A note"] in contents
    assert [1, True, {"deep": [None, "x"]}] in contents
    assert {"type": "xml-element", "name": "p"} in contents


def test_what_is_deleted() -> None:
    deleted = [one["deleted"] for one in updates() if one["deleted"]]
    assert deleted[0][0]["ranges"] == [[0, 1]]


def test_a_state_vector() -> None:
    assert read_state_vector(b"\x00") == {}
    assert read_state_vector(b"\x01\xd4\x8d\xd5\xdc\x0c\x05") == {"3415557844": 5}
    with pytest.raises(Broken):
        read_state_vector(b"\x00\x00")


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"\x00\x00\x00", b"\x01\x01\x01\x00\x1f\x01\x01a\x00", b"\x7f", b"\x00\x7f"]
)
def test_what_is_no_update(data: bytes) -> None:
    with pytest.raises(Broken):
        read_update(data)


def test_what_is_listed_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    many = b"\x01\x05\x07\x00" + b"\x00\x02" * 5 + b"\x00"
    monkeypatch.setattr(module, "_MAX_LISTED", 2)
    (client,) = read_update(many)["clients"]
    assert (client["length"], len(client["structs"]), client["more"]) == (10, 2, 3)
    monkeypatch.setattr(module, "_MAX_STRUCTS", 4)
    with pytest.raises(Broken):
        read_update(many)
