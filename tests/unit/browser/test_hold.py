"""What is held back: every socket, and addresses as patterns that Chrome takes."""

from __future__ import annotations

from monitor.browser.hold import SOCKETS, conditions


def patterns(*urls: object) -> list[str]:
    return [rule["urlPattern"] for rule in conditions(urls)["matchedNetworkConditions"]]


def test_sockets_are_held_and_each_address_once_with_every_query() -> None:
    found = patterns("https://a.example/poll?since=1", "https://a.example/poll?since=2", "http://b.example:81")
    assert found == [*SOCKETS, "https://a.example/poll", "http://b.example:81/"]


def test_signs_of_an_address_stand_for_themselves() -> None:
    assert patterns("https://a.example/a(b)*:c+d") == [*SOCKETS, r"https://a.example/a\(b\)\*\:c\+d"]


def test_what_is_no_address_of_a_server_is_left_out() -> None:
    assert patterns("data:text/plain,x", "", None, 5, "http://[bad") == list(SOCKETS)


def test_to_let_go_is_to_have_no_rules() -> None:
    assert conditions(None) == {"offline": False, "matchedNetworkConditions": []}
