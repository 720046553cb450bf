"""A capture with secrets planted at every level of nesting, in every kind of event; and the look-out for them."""

from __future__ import annotations

import base64
import gzip
import html
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import msgspec
import pytest

from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter
from monitor.decode import Decoder
from monitor.model import (
    Action,
    Block,
    Body,
    Broadcast,
    Chunk,
    Event,
    Finished,
    Frame,
    Push,
    Recording,
    Request,
    Response,
    Shown,
    SocketHandshake,
    SocketOpened,
    SseMessage,
    Storage,
    TargetAttached,
    WorkerMessage,
)

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwbGFudGVkIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"
# Each is given away once, by a name or a shape; most stand in other places, too.
SECRETS = {
    "jwt": JWT,
    "bearer": "8f14e45fceea167a5a36dedd4bea2543",
    "cookie": "s%3Aq7Hn2kVxPz0bRt.Lm+8/aa==",
    "api-key": "ak_7Yt3Qw9Zx1Lm5Nv2",
    "password": 'Tr0ub4dor&"3\\x',
    "verify": "1700000000-Zk9Qp2Xw7Lr4",
    "user": "user-5VbT1qW8eRty",
    "opaque": "Qm9vZ29vLXJhbmRvbS0xMjM0NTY3ODkw",
    "push endpoint": "dJx3kPq9:APA91bHun4MxP5egoKMwt2KZFBaFUH1RqZ",
    "push auth": "tBHItJI5svbpez7KI4CCXg",
    "push p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
    "private key": "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw\n-----END PRIVATE KEY-----",
    "storage": "st0red-Wq8Er7Ty6Ui5",
    "csrf": "cSrF-9Lk8Jh7Gf6Ds5",
    "cut": "cUt1n2Pieces3Zz4Yy5Xx6",
}
S = SECRETS


def forms(secret: str) -> Iterator[str]:
    """How a secret may be found in an export: made by hand here, not with the code that hides them."""
    raw = secret.encode()
    yield from (secret, json.dumps(secret)[1:-1], json.dumps(json.dumps(secret)[1:-1])[1:-1], html.escape(secret))
    yield from (quote(secret, safe=""), quote_plus(secret), quote(secret), raw.hex(), raw.hex().upper())
    for before in (b"", b"x", b"xy"):
        coded = base64.b64encode(before + raw + b"xyz").decode()[4 if before else 0 : (len(before + raw) // 3) * 4]
        yield from (coded, coded.replace("+", "-").replace("/", "_"))


def found_in(text: str) -> list[str]:
    """The names of the secrets that are in a text, in any form."""
    return sorted({name for name, secret in SECRETS.items() for form in forms(secret) if form in text})


def levels(secret: str) -> Iterator[str]:
    """A document with the secret under a token's name, in more and more layers of text."""
    document = json.dumps({"auth_token": secret, "n": 1})
    yield document
    yield json.dumps({"payload": document})
    yield json.dumps({"payload": json.dumps({"inner": document})})
    yield json.dumps({"data": base64.b64encode(document.encode()).decode()})
    yield json.dumps({"data": base64.urlsafe_b64encode(json.dumps({"x": document}).encode()).decode().rstrip("=")})
    yield json.dumps({"data": base64.b64encode(gzip.compress(document.encode())).decode()})
    yield base64.b64encode(document.encode()).decode()
    yield f"event: x\ndata: {document}\n\n"
    yield json.dumps({"encoded_item": f"data: {document}\n\n"})
    yield f"a=1&payload={quote_plus(document)}&b=2"
    yield f"https://x.example/?q={quote(quote(document))}"
    yield f'42["event",{document}]'
    yield f'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n{document}\r\n--b--'
    yield document[:-5]
    yield f"password={quote(secret)}"


def packed(secret: str) -> Iterator[bytes]:
    """The same in bytes."""
    document = json.dumps({"auth_token": secret}).encode()
    yield gzip.compress(document)
    yield zlib.compress(document)
    yield msgspec.msgpack.encode({"a": [{"auth_token": secret}], "b": document.decode()})
    yield gzip.compress(base64.b64encode(document))
    yield b"\x08\x01\x12" + bytes([len(secret.encode())]) + secret.encode() + b"\xff\xfe"
    yield b"\xff\xfe\x00" + secret.encode("utf-16-le") + b"\xff"


def planted() -> Iterator[Event]:
    """The events."""
    push = {"endpoint": f"https://fcm.googleapis.com/fcm/send/{S['push endpoint']}", "expirationTime": None,
            "keys": {"p256dh": S["push p256dh"], "auth": S["push auth"]}}  # fmt: skip
    page = "https://x.example/room"
    yield Recording(time=1.0, state="attached", browser="Chromium/156")
    yield TargetAttached(time=1.0, tab="A", target="T", type="page", url=f"{page}?access_token={S['opaque']}")
    # Binary first, before any name gives its secrets away.
    yield SocketOpened(time=1.1, tab="A", connection="w1",
                       url=f"wss://ws.chatgpt.com/p1/ws/user/{S['user']}?verify={quote(S['verify'])}")  # fmt: skip
    for secret in S.values():
        for data in packed(secret):
            yield Frame(time=1.2, tab="A", connection="w1", dir="in", opcode=2, size=len(data), data=data)
    yield SocketHandshake(time=1.3, tab="A", connection="w1", request_headers={
        "Cookie": f"sid={S['cookie']}", "Sec-WebSocket-Protocol": f"v1, bearer.{S['jwt']}"})  # fmt: skip
    for secret in S.values():
        for text in levels(secret):
            yield Frame(time=1.4, tab="A", connection="w1", dir="in", size=len(text), text=text)
    yield Request(time=2.0, tab="A", connection="r1", method="POST", url=f"{page}/{S['user']}?sig={S['opaque']}",
                  headers={"Authorization": f"Bearer {S['bearer']}", "Cookie": f"sid={S['cookie']}; a=b",
                           "X-Api-Key": S["api-key"], "X-CSRF": S["csrf"], "Referer": f"{page}?token={S['jwt']}",
                           "content-type": "application/x-www-form-urlencoded"},
                  text=f"user=me&password={quote_plus(S['password'])}", size=40, body_state="whole")  # fmt: skip
    yield Response(time=2.1, tab="A", connection="r1", url=page, status=200, mime="application/json",
                   headers={"Set-Cookie": f"sid={S['cookie']}; Path=/"})  # fmt: skip
    yield Body(time=2.2, tab="A", connection="r1",
               text=json.dumps({"keys": [S["private key"]], "sub": push, S["jwt"]: 1, "csrf": S["csrf"]}))  # fmt: skip
    yield Request(time=3.0, tab="B", connection="r2", method="GET", url=f"{page}/stream", resource="fetch")
    yield Response(time=3.1, tab="B", connection="r2", url=f"{page}/stream", status=200, mime="text/event-stream")
    stream = f'data: {{"session_token":"{S["cut"]}"}}\n\n'
    for start in range(0, len(stream), 24):
        piece = stream[start : start + 24]
        yield Chunk(time=3.2, tab="B", connection="r2", text=piece, size=len(piece), offset=start)
    yield Finished(time=3.3, tab="B", connection="r2", size=len(stream), body="chunks")
    yield Push(time=4.0, tab="A", stage="received", origin="https://x.example", instance=S["push endpoint"],
               text=json.dumps({"secret": S["opaque"], "fcm": push}), meta={"token": S["push endpoint"]})  # fmt: skip
    yield Storage(time=4.1, tab="A", origin="https://x.example", area="local", op="set", key="auth-token",
                  text=S["storage"], old=S["opaque"])  # fmt: skip
    yield Storage(time=4.1, tab="A", origin="https://x.example", area="local", op="set", key="k",
                  text=json.dumps({"a": json.dumps({"refreshToken": S["storage"]})}))  # fmt: skip
    yield Broadcast(time=4.2, tab="A", name="c", text=json.dumps({"type": "login", "token": S["jwt"]}))
    yield WorkerMessage(time=4.3, tab="A", worker="W", text=json.dumps([S["private key"], {"token": S["bearer"]}]))
    yield SseMessage(time=4.4, tab="B", connection="r2", text=f"your code is {S['api-key']}", id=S["verify"])
    yield Action(time=4.5, tab="A", do="open", args={"url": f"{page}?token={S['opaque']}"})
    yield Shown(time=4.6, tab="A", document="d", url=f"{page}?token={S['opaque']}", full=True,
                blocks=(Block(slot=1, text=f"Key {S['api-key']}", length=23, path="body/p"),
                        Block(slot=2, text=f"hex {S['bearer'].encode().hex()}", length=70, path="body/p")))  # fmt: skip


@pytest.fixture
def capture(tmp_path: Path) -> Iterator[Capture]:
    """The events, recorded."""
    writer = CaptureWriter(tmp_path / "planted.syncmon")
    for event in planted():
        writer.append(event)
    writer.close()
    with Capture(writer.path, Decoder) as opened:
        yield opened
