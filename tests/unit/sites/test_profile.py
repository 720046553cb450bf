"""Profiles: a good file is read, a bad one is reported with its file, key and reason, and skipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import SettingsError
from monitor.sites.profile import load_profiles, look_up, match_path, match_request, observer_plan, parse_profile

GOOD = """
name = "example"
hosts = ["example.org", "*.example.org"]
routes = ["/room/{subject}"]

[[write]]
request = "POST /api/rooms/{subject}/messages"
items = "[{id: id, text: text}]"

[[read]]
channel = "socket"
type = "room-*"
items = "[message]"

[[show]]
name = "message"
selector = "[data-id]"
id = "data-id"
"""


def test_a_good_profile_names_hosts_and_subjects() -> None:
    profile = parse_profile(GOOD, "example.toml")
    assert profile.covers("https://example.org/room/7")
    assert profile.covers("https://a.b.example.org/")
    assert not profile.covers("https://notexample.org/room/7")
    assert profile.subject("https://example.org/room/7?x=1#y") == "7"
    assert profile.subject("https://example.org/lobby") is None
    [plan] = observer_plan([profile])
    assert (plan.name, plan.rules[0].selector) == ("example", "[data-id]")


@pytest.mark.parametrize(
    ("change", "key", "reason"),
    [
        (("[[write]]", "[[write"), "", "not TOML"),
        (('hosts = ["example.org", "*.example.org"]', ""), "hosts", "missing"),
        (('hosts = ["example.org", "*.example.org"]', "hosts = []"), "hosts", "at least one"),
        (('hosts = ["example.org", "*.example.org"]', 'hosts = "x"'), "hosts", "array"),
        (("/room/{subject}", "/room/{id}"), "routes", "no {subject}"),
        (
            ("[[write]]", "[[write]]\nrequest = 'DELETE /api/{subject}'\nremoved=true\n[[write]]"),
            "write[1]",
            "{item}",
        ),
        (("POST /api", "/api"), "write[1].request", "METHOD /path"),
        (('items = "[message]"', 'items = "[message"'), "read[1].items", "not JMESPath"),
        (('channel = "socket"\n', ""), "read[1]", "needs `request` or `channel`"),
        (('channel = "socket"', 'channel = "pigeon"'), "read[", "pigeon"),
        (('selector = "[data-id]"', 'selektor = "x"'), "show[", "selector"),
    ],
)
def test_a_bad_profile_is_reported_by_file_key_and_reason(change: tuple[str, str], key: str, reason: str) -> None:
    assert change[0] in GOOD
    with pytest.raises(SettingsError) as caught:
        parse_profile(GOOD.replace(*change), "mine.toml")
    assert caught.value.file == "mine.toml"
    assert key in caught.value.key
    assert reason in caught.value.reason


def test_a_users_profile_replaces_the_shipped_one_and_a_bad_one_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "chatgpt.toml").write_text(GOOD.replace('"example"', '"chatgpt"'))
    (tmp_path / "bad.toml").write_text("name = 3")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    profiles, problems = load_profiles(tmp_path)
    assert [p.hosts for p in profiles if p.name == "chatgpt"] == [("example.org", "*.example.org")]
    assert {p.name for p in profiles} >= {"chatgpt", "claude"}
    assert sorted(Path(p.file).name for p in problems) == ["bad.toml", "binary.toml"]


def test_no_folder_is_no_problem(tmp_path: Path) -> None:
    assert load_profiles(tmp_path / "none")[1] == ()


def test_paths_and_requests() -> None:
    assert match_path("/g/*/c/{subject}", "/g/g-1/c/7") == {"subject": "7"}
    assert match_path("/c/{subject}", "/c/7/8") is None
    assert match_path("/a.b", "/aXb") is None
    assert match_request("GET /c/{id}", "GET", "https://x.org/c/7?y=1") == {"id": "7"}
    assert match_request("GET /c/{id}", "POST", "https://x.org/c/7") is None


def test_an_expression_that_does_not_fit_the_data_finds_nothing() -> None:
    assert look_up("a.b", {"a": {"b": 1}}) == 1
    assert look_up("values(a)", {"a": 3}) is None
    assert look_up(None, {"a": 3}) is None
