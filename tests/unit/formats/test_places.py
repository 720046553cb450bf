"""Where messages belong."""

from __future__ import annotations

import pytest

from monitor.formats.places import Places, key_of_storage, pattern_of
from monitor.model import (
    Body,
    Broadcast,
    Event,
    Frame,
    Navigation,
    Push,
    Request,
    SocketOpened,
    SseMessage,
    Storage,
    TargetAttached,
    WorkerMessage,
)
from monitor.sites.profile import load_profiles

ID = "8fa8db6f-8899-48b5-bf77-a95d4f55dac4"


def noted(*events: Event) -> Places:
    places = Places(load_profiles()[0])
    for event in events:
        places.note(event)
    return places


@pytest.mark.parametrize(
    ("url", "pattern"),
    [
        (f"https://x.test/a/{ID}/b?c=1#d", "https://x.test/a/{id}/b"),
        ("wss://ws.chatgpt.com/p24/ws/user/user-Lab0Syncmon1?verify=1", "wss://ws.chatgpt.com/p24/ws/user/{id}"),
        ("https://u:p@x.test/7", "https://x.test/{id}"),
        ("https://[broken/", "?"),
    ],
)
def test_addresses_lose_what_identifies(url: str, pattern: str) -> None:
    assert pattern_of(url) == pattern


def test_the_host_is_told_where_it_is_another() -> None:
    places = noted(
        Navigation(time=1, tab="A", url="https://x.test/room"),
        Request(time=2, tab="A", connection="r", method="GET", url="https://api.test:8080/a", resource="fetch"),
    )
    assert places.locate(Body(time=3, tab="A", connection="r"), streamed=False).name == "GET api.test:8080/a"


@pytest.mark.parametrize(
    ("key", "pattern"),
    [
        ("theme", "theme"),
        (f"LSS-{ID}:draft", "LSS-{id}:draft"),
        (ID, "{id}"),
        ("cache/v1/68f1a2b3", "cache/v1/{id}"),
        ("", "(no key)"),
    ],
)
def test_storage_keys_lose_what_identifies(key: str, pattern: str) -> None:
    assert key_of_storage(key) == pattern


def test_the_site_is_that_of_the_page() -> None:
    places = noted(
        TargetAttached(time=1, tab="A", target="T", type="page", url="https://chatgpt.com/"),
        SocketOpened(time=2, tab="A", target="T", connection="w", url="wss://ws.chatgpt.com/ws/user/user-Ab12Cd34"),
    )
    found = places.locate(Frame(time=3, tab="A", target="T", connection="w", dir="in"), streamed=False)
    assert (found.site, found.channel, found.series, found.speaks) == ("chatgpt", "socket", "w", True)
    assert found.name == "/ws/user/{id}"


def test_a_site_without_a_profile_is_named_as_the_analysis_names_it() -> None:
    places = noted(Navigation(time=1, tab="A", url="http://localhost:3000/room"))
    assert places.site_of_tab(Navigation(time=1, tab="A", url="http://localhost:3000/room")) == "localhost:3000"


def test_a_body_is_named_by_its_request() -> None:
    request = Request(
        time=2, tab="A", connection="r", method="POST", url=f"https://x.test/rooms/{ID}", resource="fetch"
    )
    places = noted(Navigation(time=1, tab="A", url="https://x.test/room"), request)
    found = places.locate(Body(time=3, tab="A", connection="r"), streamed=False)
    assert (found.site, found.channel, found.name) == ("x.test", "fetch", "POST /rooms/{id}")
    assert places.locate(Body(time=3, tab="A", connection="r"), streamed=True).channel == "fetch-stream"


@pytest.mark.parametrize(
    ("event", "channel", "name"),
    [
        (Storage(time=2, tab="A", origin="https://x.test", area="local", op="set", key="theme"), "storage", "theme"),
        (Broadcast(time=2, tab="A", name="room"), "broadcast", "room"),
        (WorkerMessage(time=2, tab="A", worker="https://x.test/w.js"), "worker", "/w.js"),
        (Push(time=2, stage="received", origin="https://x.test"), "push", "push"),
        (SseMessage(time=2, tab="A", connection="unknown"), "sse", "(unknown address)"),
    ],
)
def test_what_comes_on_no_connection(event: Event, channel: str, name: str) -> None:
    places = noted(Navigation(time=1, tab="A", url="https://x.test/room"))
    found = places.locate(event, streamed=False)
    assert (found.site, found.channel, found.name) == ("x.test", channel, name)
