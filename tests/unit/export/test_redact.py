from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.export.redact import Redactor
from monitor.model import (
    FOLDED,
    Action,
    Block,
    Body,
    CookieChange,
    DatabaseChange,
    Decoded,
    Frame,
    Message,
    Request,
    Response,
    Shown,
    SocketOpened,
    Storage,
)

SECRET = "hunter2Xq81ZZtop"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"
REDACTOR = Redactor(b"k" * 32)


def nested(levels: int) -> str:
    """A JSON document in a string of a JSON document in a string …, with the secret in the innermost."""
    text = json.dumps({"auth_token": SECRET, "n": 1})
    for _ in range(levels):
        text = json.dumps({"payload": text})
    return text


@pytest.mark.parametrize(
    "text",
    [
        f'{{"access_token":"{SECRET}"}}',
        f'{{"x":[{{"clientSecret":{{"a":["{SECRET}"]}}}}]}}',
        f'{{"\\u0070assword":"{SECRET}"}}',
        *(nested(levels) for levels in range(6)),
        nested(3)[:-4],
        nested(1)[: nested(1).index(SECRET) + len(SECRET)],
        f'data: {{"conduit_token":"{SECRET}"}}\n\nevent: x\ndata: {{"password": "{SECRET}"}}\n\n',
        f'42["auth",{{"token":"{SECRET}"}}]',
        f'{{"a":1}}\n{{"api_key":"{SECRET}"}}\n',
        f"a=1&refresh_token={SECRET}&b=2",
        f"https://x.example/cb?x=1&access_token={SECRET}#id_token={SECRET}",
        f"wss://ws.chatgpt.com/p24/ws/user/u-1?verify={SECRET}",
        f'{{"websocket_url":"wss://ws.chatgpt.com/p24/ws/user/{SECRET}?verify=1700-{SECRET}"}}',
        f"https://user:{SECRET}@x.example/",
        f"https://fcm.googleapis.com/fcm/send/{SECRET}:APA91b",
        f"https:\\/\\/updates.push.services.mozilla.com\\/wpush\\/v2\\/{SECRET}".replace("\\/", "/"),
        f'{{"endpoint":"https://push.example/{SECRET}","keys":{{"p256dh":"{SECRET}","auth":"{SECRET}"}}}}',
        f"Authorization: Bearer {SECRET}\r\nCookie: sid={SECRET}; b={SECRET}\r\n",
        f"GET / with Bearer {SECRET} inside",
        f'--b\r\nContent-Disposition: form-data; name="password"\r\n\r\n{SECRET}\r\n--b--',
        f'{{"headers":[["Cookie","a={SECRET}"],{{"name":"X-Api-Key","value":"{SECRET}"}}]}}',
        f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----",
    ],
)
def test_a_secret_is_hidden_wherever_it_is(text: str) -> None:
    clean = REDACTOR.text(text)
    assert SECRET not in clean
    assert "[redacted:" in clean


@pytest.mark.parametrize("text", [JWT, f'{{"t":"{JWT}"}}', f"x {JWT} y", f"?t={JWT}&b", f'["{JWT}"]', f"a\\n{JWT}"])
def test_a_jwt_is_hidden_by_its_shape(text: str) -> None:
    clean = REDACTOR.text(text)
    assert JWT.rsplit(".", 1)[1] not in clean
    assert REDACTOR.pseudonym(JWT) in clean


@pytest.mark.parametrize(
    "text",
    [
        '{ "usage": {"total_tokens": 5, "max_tokens": null},\n "token_type": "Bearer", "session": {"id": "x"} }',
        "basic training, a token amount and the key question",
        "https://x.example/a?page=2&q=tokens",
        "data: [DONE]\n\n",
        "{not json, [at all",
        '{"pin": 5, "verify": true}',
        "",
    ],
)
def test_what_is_no_secret_stays_to_the_letter(text: str) -> None:
    assert REDACTOR.text(text) == text


def test_equal_secrets_stay_equal_within_a_capture_only() -> None:
    token = REDACTOR.pseudonym(SECRET)
    request = Request(time=0.0, connection="r", method="GET", url=f"https://x/?token={SECRET}", headers={
        "Authorization": f"Bearer {SECRET}", "cookie": f"a={SECRET}; b=other", "Accept": "x"})  # fmt: skip
    clean = REDACTOR.event(request)
    assert isinstance(clean, Request)
    assert clean.url == f"https://x/?token={token}"
    assert clean.headers["Authorization"] == f"Bearer {token}"
    assert clean.headers["cookie"].startswith(f"a={token}; b=[redacted:")
    assert clean.headers["Accept"] == "x"
    assert REDACTOR.text(f'{{"token":"{SECRET}"}}') == f'{{"token":"{token}"}}'
    assert Redactor(b"other").pseudonym(SECRET) != token
    assert REDACTOR.pseudonym(token) == token


def test_set_cookie_keeps_its_attributes() -> None:
    head = Response(
        time=0.0, connection="r", url="u", status=200, headers={"Set-Cookie": f"a={SECRET}; Path=/; Secure\nb=x"}
    )
    clean = REDACTOR.event(head)
    assert isinstance(clean, Response)
    assert clean.headers["Set-Cookie"].endswith(f"b={REDACTOR.pseudonym('x')}")
    assert "; Path=/; Secure\n" in clean.headers["Set-Cookie"]
    assert SECRET not in clean.headers["Set-Cookie"]


def test_every_kind_of_event_is_searched() -> None:
    events = [
        Frame(time=0.0, connection="w", dir="in", data=b"\xff\x00token=" + SECRET.encode() + b"\xfe"),
        Frame(time=0.0, connection="w", dir="in", data=json.dumps({"token": SECRET}).encode()),
        Body(time=0.0, connection="w", text=nested(2)),
        SocketOpened(time=0.0, connection="w", url=f"wss://x/ws?token={SECRET}"),
        Storage(time=0.0, origin="o", area="local", op="set", key="auth-token", text=SECRET, old=SECRET),
        Storage(time=0.0, origin="o", area="local", op="set", key="k", text=nested(1)),
        Action(time=0.0, do="open", args={"headers": {"Authorization": SECRET}}),
        Shown(time=0.0, document="d", blocks=(Block(slot=1, text=f"your token={SECRET}"), Block(slot=2, text="plain"))),
        Shown(time=0.0, document="d", rule=FOLDED, blocks=(Block(slot=1, text=f"your token={SECRET}"),)),
    ]
    for event in events:
        assert SECRET not in repr(REDACTOR.event(event))
    plain = Frame(time=0.0, connection="w", dir="in", text='{"a": 1}')
    assert REDACTOR.event(plain) is plain


def test_decoded_values_are_searched_too() -> None:
    decoded = Decoded(
        messages=(Message(protocol="p", type="t", value={"a": [{"token": SECRET}, nested(1), b"jwt=" + JWT.encode()]}),)
    )
    assert SECRET not in repr(clean := REDACTOR.decoded(decoded))
    assert JWT not in repr(clean)
    assert clean.type == "t"


def test_a_secret_cut_in_two_is_hidden_in_both_halves() -> None:
    first, second = f'{{"token":"{SECRET[:5]}', f'{SECRET[5:]}","a":"b"}}'
    assert SECRET[:5] not in REDACTOR.text(first)
    clean = REDACTOR.across(first, second)
    assert clean.endswith('","a":"b"}')
    assert SECRET[5:] not in clean
    assert REDACTOR.across("nothing ", "here") == "here"


HOSTILE = ["a-", "%41", "eyJ", '{"[', '"token":"', "bearer ", "wss://", "[", 'x="\\', 'name=\\"auth']


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.slow
def test_hostile_texts_take_linear_time(piece: str) -> None:
    text = piece * (400_000 // len(piece))
    started = time.process_time()
    REDACTOR.text(text)
    assert time.process_time() - started < 5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


NAMES = st.sampled_from(["token", "X-Api-Key", "userPassword", "SECRET_2", "Authorization"])


@settings(deadline=None)
@given(JSON, NAMES, st.integers(0, 4))
def test_planted_secrets_never_survive(tree: object, name: str, levels: int) -> None:
    value: object = {"tree": tree, "x": [{name: SECRET}]}
    for level in range(levels):
        value = {"s": json.dumps(value)} if level % 2 == 0 else [value, json.dumps(value)]
    text = json.dumps(value)
    clean = REDACTOR.text(text)
    assert SECRET not in clean
    assert json.loads(clean) is not None
    assert SECRET.encode() not in REDACTOR.data(text.encode())


JWT_ALONE = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbG9uZSJ9.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"


@pytest.mark.parametrize("before", [b"\xff\x00", b"\xffP", b"\x00\xc3", b"\x12\x4e"], ids=repr)
@pytest.mark.parametrize("after", [b"\xff", b"\xe9\x00", b"\x1a\x02hi\xfe"], ids=repr)
def test_a_jwt_in_bytes_ends_where_it_ends_whatever_is_around_it(before: bytes, after: bytes) -> None:
    redactor = Redactor(b"k")
    clean = redactor.data(before + JWT_ALONE.encode() + after)
    assert clean.startswith(before)
    assert clean.endswith(after)
    assert JWT_ALONE not in redactor.text(f"it said {JWT_ALONE}, whole")
    assert redactor.pseudonym(JWT_ALONE).encode() in clean


def test_a_key_behind_its_length_in_bytes_is_hidden() -> None:
    key = "sk-ant-" + "a8Kd93jf" * 12 + "Xq3Ls"
    assert key.encode() not in Redactor(b"k").data(b"\xff\x01" + bytes([len(key)]) + key.encode() + b"\xff")


def test_the_code_of_a_sign_in_is_hidden_in_addresses_and_an_error_code_is_not() -> None:
    redactor = Redactor(b"k")
    address = "https://x.example/back?code=0Auth2C0de-7781-xyzAB&state=s"
    assert redactor.text(address).startswith("https://x.example/back?code=[redacted:")
    assert redactor.text('{"sent":"0Auth2C0de-7781-xyzAB"}').startswith('{"sent":"[redacted:')
    assert redactor.text("https://x.example/error?code=not_found") == "https://x.example/error?code=not_found"


def test_the_names_of_cookies_and_databases_hide_what_is_known_to_be_secret() -> None:
    redactor = Redactor(b"k")
    secret = "kN0wnS3cretElsewhere77"
    redactor.value({"token": secret})
    cookie = redactor.event(CookieChange(time=0.0, how="heard", names=(f"sess_{secret}", "theme")))
    assert isinstance(cookie, CookieChange)
    assert cookie.names == (f"sess_{redactor.pseudonym(secret)}", "theme")
    change = DatabaseChange(time=0.0, origin="https://x.example", database=f"auth:{JWT_ALONE}", store=f"of-{secret}")
    assert JWT_ALONE not in str(redactor.event(change))
    assert secret not in str(redactor.event(change))
