"""What requests and messages say of a list, as its rules read it."""

from __future__ import annotations

import pytest

from monitor.errors import SettingsError
from monitor.model import Message
from monitor.sites.listing import Entry, entries
from monitor.sites.profile import observer_plan, parse_profile
from monitor.sites.reader import Carrier, account_of, read_listed, write_listed

TOML = """
name = "rooms"
hosts = ["rooms.example"]
routes = ["/r/{subject}"]
[[account]]
request = "GET /users/{account}/rooms"
[[account]]
request = "GET /me"
id = "user.id"
[[list]]
name = "rooms"
selector = "nav a"
text = ".title"
[[list.read]]
request = "GET /users/*/rooms"
items = "rooms[].{id: id, text: name, at: updated}"
[[list.read]]
channel = "socket"
type = "room-*"
items = "[room.{id: id, text: name, removed: closed}]"
[[list.write]]
request = "PATCH /rooms/{item}"
items = "[{text: name}]"
[[list.write]]
request = "DELETE /rooms/{item}"
removed = true
"""
PROFILE = parse_profile(TOML, "rooms.toml")
[LIST] = PROFILE.lists


def carrier(method: str, path: str) -> Carrier:
    return Carrier(channel="fetch", url=f"https://rooms.example{path}", method=method)


def message(value: object, type_: str | None = None) -> Message:
    return Message(protocol="json", type=type_, value=value)


def test_an_answer_names_entries_and_when_they_changed() -> None:
    value = {"rooms": [{"id": 7, "name": "Kitchen", "updated": "2026-01-04T10:00:00Z"}, {"name": "no id"}, None]}
    assert read_listed(LIST, carrier("GET", "/users/u1/rooms?page=2"), message(value)) == (
        Entry(id="7", text="Kitchen", letters="kitchen", at=1767520800.0),
    )
    assert read_listed(LIST, carrier("GET", "/users/u1/doors"), message(value)) == ()


def test_a_message_names_one_or_says_that_it_is_gone() -> None:
    told = Carrier(channel="socket")
    value = {"room": {"id": "7", "name": "Kitchen", "closed": True}}
    assert read_listed(LIST, told, message(value, "room-closed"))[0].removed
    assert read_listed(LIST, told, message(value, "door-closed")) == ()


def test_a_request_changes_the_entry_that_its_address_names() -> None:
    changed = write_listed(LIST, carrier("PATCH", "/rooms/7"), (message({"name": "Cellar"}),))
    assert changed == (Entry(id="7", text="Cellar", letters="cellar"),)
    assert write_listed(LIST, carrier("DELETE", "/rooms/7"), ()) == (Entry(id="7", removed=True),)
    assert write_listed(LIST, carrier("POST", "/rooms/7"), ()) is None


def test_the_account_is_in_an_address_or_an_answer() -> None:
    assert account_of(PROFILE, carrier("GET", "/users/u1/rooms")) == "u1"
    assert account_of(PROFILE, carrier("GET", "/me"), {"user": {"id": "u2"}}) == "u2"
    assert account_of(PROFILE, carrier("GET", "/me")) is None


def test_the_observer_looks_for_entries_and_where_they_lead() -> None:
    [plan] = observer_plan([PROFILE])
    [rule] = plan.rules
    assert (rule.name, rule.selector, rule.id, rule.text) == ("list:rooms", "nav a", "href", ".title")


@pytest.mark.parametrize(
    ("at", "epoch"),
    [(1767520800, 1767520800.0), (1767520800123, 1767520800.123), ("2026-01-04T11:00:00+01:00", 1767520800.0),
     ("2026-01-04T10:00:00", 1767520800.0), ("yesterday", None), (7, None), (True, None), (None, None)],
)  # fmt: skip
def test_times_are_read_as_sites_write_them(at: object, epoch: float | None) -> None:
    [entry] = entries([{"id": "x", "at": at}], None)
    assert entry.at == epoch


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('items = "[{text: name}]"', 'items = "[{text:"', "list.rooms.write[1].items"),
        ('request = "DELETE /rooms/{item}"', 'request = "rooms"', "list.rooms.write[2].request"),
        ('channel = "socket"\n', "", "list.rooms.read[2]"),
        ('id = "user.id"\n', "", "account[2]"),
    ],
)
def test_a_bad_rule_is_told_with_its_place(old: str, new: str, key: str) -> None:
    assert old in TOML
    with pytest.raises(SettingsError) as told:
        parse_profile(TOML.replace(old, new), "rooms.toml")
    assert key in str(told.value)


def test_what_is_no_list_of_objects_has_no_entries() -> None:
    for found in (None, "x", 7, ["x"], [{"id": True}], [{"text": "x"}]):
        assert list(entries(found, None)) == []
