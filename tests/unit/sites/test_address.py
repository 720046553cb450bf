"""Addresses: which two pages are about the same thing, and which two requests are the same poll."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sites.address import endpoint_of, host_of, path_of, place_of, subject_of


@pytest.mark.parametrize(
    ("url", "subject"),
    [
        ("https://a.org/room/7", "https://a.org/room/7"),
        ("https://a.org/room/7/", "https://a.org/room/7"),
        ("https://a.org", "https://a.org/"),
        ("https://me:secret@a.org/x", "https://a.org/x"),
        ("https://a.org/x?b=2&a=1", "https://a.org/x?a=1&b=2"),
        ("https://a.org/x?id=7&utm_source=mail&fbclid=q&_=1", "https://a.org/x?id=7"),
        ("https://a.org/x?v=1800000000123", "https://a.org/x"),
        ("https://a.org/x?v=0.8273645123", "https://a.org/x"),
        ("https://a.org/chat?user=ann", "https://a.org/chat"),
        ("https://a.org/?name=ann&room=7", "https://a.org/?room=7"),
        ("https://a.org/chat.html?name=ann&token=s3cret", "https://a.org/chat.html"),
        ("https://a.org/room?name=lobby", "https://a.org/room?name=lobby"),
        ("https://a.org/profile?user=ann", "https://a.org/profile?user=ann"),
        ("https://a.org/users/?me=1&name=ann", "https://a.org/users?me=1&name=ann"),
        ("https://a.org/x#part-2", "https://a.org/x"),
        ("https://a.org/x#/rooms/7", "https://a.org/x#/rooms/7"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"),
        ("file:///tmp/x.html", "file:///tmp/x.html"),
        ("https://a.org/lab/workspaces/auto-k3/tree/a.ipynb?reset=1", "https://a.org/lab/tree/a.ipynb"),
        ("https://a.org/lab/tree/a.ipynb?workspace=auto-k3", "https://a.org/lab/tree/a.ipynb"),
        ("https://a.org/app/workspaces/acme?workspace=acme", "https://a.org/app/workspaces/acme?workspace=acme"),
        ("about:blank", None),
        ("chrome://newtab/", None),
        ("http://[broken", None),
        ("", None),
    ],
)
def test_the_subject_of_an_address(url: str, subject: str | None) -> None:
    assert subject_of(url) == subject


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error(url: str) -> None:
    subject_of(url)
    host_of(url)
    path_of(url)
    endpoint_of("GET", url)


def test_the_subject_of_a_subject_is_itself() -> None:
    once = subject_of("https://a.org/x?b=2&a=1&utm_medium=m#/y")
    assert once is not None
    assert subject_of(once) == once


def test_polls_are_told_by_method_path_and_parameter_names() -> None:
    poll = endpoint_of("GET", "https://a.org/rooms/7?since=1")
    assert endpoint_of("GET", "https://a.org/rooms/7?since=2") == poll
    assert endpoint_of("POST", "https://a.org/rooms/7?since=1") != poll
    assert endpoint_of("GET", "https://a.org/rooms/8?since=1") != poll


def test_a_site_without_a_profile_is_its_host_and_port() -> None:
    assert place_of("http://User:pw@LocalHost:8443/x") == "localhost:8443"
    assert [place_of(url) for url in ("about:blank", "file:///a", "http://[::1/", "")] == ["", "", "", ""]


def test_hosts_and_paths() -> None:
    assert host_of("https://User@WWW.Example.org:8443/x") == "www.example.org"
    assert path_of("https://a.org/b/c?d=e#f") == "/b/c"
