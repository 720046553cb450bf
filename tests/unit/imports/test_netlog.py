from __future__ import annotations

import base64
import json
import shutil
from pathlib import Path

import pytest

from monitor.imports.netlog import read, sniff
from monitor.imports.source import Source
from monitor.model import Event, Push
from tests.mcs import data_message, login, make_profile, pair
from tests.netlogs import DATA
from tests.unit.imports.test_push_keys import APP, Subscription

SENT, RECEIVED = 85, 87


def imported(path: Path, profile: Path | None = None) -> tuple[list[Event], Source]:
    source = Source(path, profile)
    return list(read(source)), source


def as_document(path: Path, folder: Path, indent: int | None = None) -> Path:
    """The same log in Chrome's other form: one JSON document."""
    values = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    head, *events = values
    whole = {"constants": head["constants"], "events": [value["event"] for value in events], "polledData": {}}
    out = folder / "netlog.json"
    out.write_text(json.dumps(whole, indent=indent), "utf-8")
    return out


def with_push(folder: Path, raw: bytes, subtype: str = APP) -> Path:
    """A log of a browser that is sent one push."""
    stream = data_message(raw, subtype, pair("content-encoding", "aes128gcm"))
    names = {"SSL_SOCKET_BYTES_SENT": SENT, "SSL_SOCKET_BYTES_RECEIVED": RECEIVED}
    lines = [{"type": "constants", "constants": {"logEventTypes": names, "timeTickOffset": 0}}] + [
        {"type": "event", "event": {"type": kind, "phase": 0, "time": "5", "source": {"id": 1, "type": 1},
                                    "params": {"byte_count": len(data), "bytes": base64.b64encode(data).decode()}}}
        for kind, data in ((SENT, login()), (RECEIVED, b"\x29" + stream))
    ]  # fmt: skip
    path = folder / "log"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("name", ["sockets.ndjson", "pushes.ndjson"])
def test_both_forms_of_a_log_are_the_same(tmp_path: Path, name: str, indent: int | None) -> None:
    lines, _ = imported(DATA / name)
    document, source = imported(as_document(DATA / name, tmp_path, indent))
    assert document == lines
    assert len(lines) > 20
    assert source.cut is None


def test_a_cut_log_gives_its_beginning(tmp_path: Path) -> None:
    whole, _ = imported(DATA / "sockets.ndjson")
    path = as_document(DATA / "sockets.ndjson", tmp_path)
    path.write_bytes(path.read_bytes()[:-3000])
    part, source = imported(path)
    assert source.cut == "the document ends in the middle"
    assert 20 < len(part) < len(whole)
    assert part == whole[: len(part)]


def test_pushes_are_told_without_keys_too(tmp_path: Path) -> None:
    events, source = imported(DATA / "pushes.ndjson")
    pushes = [event for event in events if isinstance(event, Push)]
    assert [push.instance for push in pushes] == [f"0:179532785024181{n}%00000001" for n in range(3)]
    assert {push.origin for push in pushes} == {"http://localhost:8124"}
    assert [push.text for push in pushes] == [None] * 3
    assert pushes[0].meta["ttl"] == "2419200"
    assert (pushes[0].state, pushes[0].reason) == ("partial", "it is encrypted, and the keys were not given")
    assert source.notes == [
        "Pushes are in it, encrypted: name the browser's profile with --profile-dir DIR to read them."
    ]


def test_with_the_profile_they_are_decrypted(tmp_path: Path) -> None:
    subscription = Subscription()
    profile = make_profile(tmp_path / "profile", {APP: subscription.entry})
    path = with_push(tmp_path, subscription.message("héllo".encode()).raw_data)
    events, source = imported(path, profile)
    (push,) = (event for event in events if isinstance(event, Push))
    assert (push.stage, push.origin, push.instance) == ("received", "https://x.example", "0:17%01")
    assert (push.text, push.size, push.state, push.reason) == ("héllo", 6, "whole", None)
    assert push.meta == {"from": "SENDER", "category": "org.chromium.linux", "ttl": "60", "sent": "1795352988956"}
    assert source.notes == []


def test_a_push_that_is_no_text_or_of_another_says_so(tmp_path: Path) -> None:
    subscription = Subscription()
    profile = make_profile(tmp_path / "profile", {APP: subscription.entry})
    for raw, says in ((subscription.message(b"\xff\xfe").raw_data, "utf-8"),
                           (b"short", "could not be decrypted")):  # fmt: skip
        events, _ = imported(with_push(tmp_path, raw), profile)
        (push,) = (event for event in events if isinstance(event, Push))
        assert push.text is None
        assert push.state == "partial"
        assert says in str(push.reason)


def test_what_is_for_no_page_is_no_push(tmp_path: Path) -> None:
    events, _ = imported(with_push(tmp_path, b"x", subtype="com.google.something"))
    assert [event.kind for event in events][-2:] == ["frame", "frame"]


def test_a_compressed_log(tmp_path: Path) -> None:
    import gzip

    path = tmp_path / "log.gz"
    with gzip.open(path, "wb") as out, (DATA / "sockets.ndjson").open("rb") as whole:
        shutil.copyfileobj(whole, out)
    assert imported(path)[0] == imported(DATA / "sockets.ndjson")[0]


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (b'{"constants":{"activeFieldTrialGroups":[]', 80), (b'{"type":"constants","constants":{"a', 80),
        (b'{ "constants": {"logEventTypes": {', 95), (b'{"log":{', 0), (b'{"syncmon":1}', 0),
    ],
)  # fmt: skip
def test_it_is_told_by_its_constants(head: bytes, sure: int) -> None:
    assert sniff(head) == sure
