from __future__ import annotations

from monitor.capture.addresses import Addresses
from monitor.model import Body, Chunk, Finished, Frame, Mark, Navigation, Request, SocketOpened


def test_an_event_has_its_own_address_or_the_latest_of_its_connection() -> None:
    addresses = Addresses()
    assert addresses.feed(Frame(time=0.0, connection="w", dir="in")) is None
    assert addresses.feed(SocketOpened(time=0.0, connection="w", url="wss://guess", url_is="guess")) == "wss://guess"
    assert addresses.feed(SocketOpened(time=0.0, connection="w", url="wss://sure")) == "wss://sure"
    assert addresses.feed(SocketOpened(time=0.0, connection="w")) == "wss://sure"
    assert addresses.feed(Frame(time=0.0, connection="w", dir="in")) == "wss://sure"
    assert addresses.feed(Frame(time=0.0, connection="v", dir="in")) is None
    assert addresses.feed(Navigation(time=0.0, url="https://x")) == "https://x"
    assert addresses.feed(Mark(time=0.0)) is None


def test_what_follows_an_end_still_has_an_address_but_not_for_ever() -> None:
    addresses = Addresses()
    for number in range(Addresses.KEPT + 5):
        name = f"r{number}"
        addresses.feed(Request(time=0.0, connection=name, method="GET", url=f"https://x/{number}"))
        addresses.feed(Finished(time=0.0, connection=name))
        assert addresses.feed(Body(time=0.0, connection=name)) == f"https://x/{number}"
    assert addresses.feed(Chunk(time=0.0, connection="r0")) is None
    assert addresses.feed(Chunk(time=0.0, connection="r9")) == "https://x/9"
