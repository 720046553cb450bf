"""A profile applied to decoded traffic: the subject of a message, and the items it writes, brings or announces."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from monitor.model import Channel, Message
from monitor.sites.listing import Entry, ListReadRule, ListRule, entries
from monitor.sites.profile import Profile, ReadRule, SignalRule, look_up, match_request
from monitor.sites.text import letters

_MAX_ITEMS = 5_000


class ItemFact(msgspec.Struct, frozen=True, kw_only=True):
    """One item as some traffic states it. letters: its text reduced by `sites.text.letters`. done: it grows no more."""

    id: str
    text: str = ""
    letters: str = ""
    author: str = ""
    parent: str | None = None
    hidden: bool = False
    done: bool = True


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """What one message says. subject: None where neither the message nor its address names one.

    whole: it names all there are. removed: what it names is gone.
    """

    kind: Literal["write", "read", "signal"]
    subject: str | None
    items: tuple[ItemFact, ...] = ()
    what: str = ""
    whole: bool = False
    removed: bool = False


class Carrier(msgspec.Struct, frozen=True, kw_only=True):
    """What a message came on: a request's method and address, or a socket's."""

    channel: Channel
    url: str = ""
    method: str | None = None


def read_write(profile: Profile, carrier: Carrier, messages: tuple[Message, ...]) -> Fact | None:
    """The write that a request makes, if the profile knows the request as one."""
    for rule in profile.write:
        parts = match_request(rule.request, carrier.method or "", carrier.url)
        if parts is None:
            continue
        value = messages[0].value if messages else None
        subject = _text(look_up(rule.subject, value)) or parts.get("subject")
        items = _items([{}] if rule.items is None else look_up(rule.items, value), parts.get("item"))
        return Fact(kind="write", subject=subject, items=items, what=rule.request, removed=rule.removed)
    return None


def read_message(profile: Profile, carrier: Carrier, message: Message) -> list[Fact]:
    """What a message that reached a tab brings or announces, by every rule of the profile that fits it."""
    facts = []
    for read in profile.read:
        parts = _fits(read, carrier, message)
        if parts is not None:
            subject = _text(look_up(read.subject, message.value)) or parts.get("subject")
            items = _items(look_up(read.items, message.value), parts.get("item"))
            fact = Fact(kind="read", subject=subject, items=items, what=message.type or "", whole=read.whole)
            if items:
                facts.append(msgspec.structs.replace(fact, removed=read.removed))
    for signal in profile.signal:
        if _fits(signal, carrier, message) is not None:
            subject = _text(look_up(signal.subject, message.value))
            facts.append(Fact(kind="signal", subject=subject, what=message.type or ""))
    return facts


def write_listed(listing: ListRule, carrier: Carrier, messages: tuple[Message, ...]) -> tuple[Entry, ...] | None:
    """The entries that a request changes, if the list's rules know it as one that changes some."""
    for rule in listing.write:
        parts = match_request(rule.request, carrier.method or "", carrier.url)
        if parts is not None:
            value = messages[0].value if messages else None
            found = [{}] if rule.items is None else look_up(rule.items, value)
            return tuple(entries(found, parts.get("item"), removed=rule.removed))
    return None


def read_listed(listing: ListRule, carrier: Carrier, message: Message) -> tuple[Entry, ...]:
    """The entries of a list that a message names which reached a tab, by the first rule that finds something in it."""
    for rule in listing.read:
        parts = _fits(rule, carrier, message)
        if parts is None:
            continue
        if named := tuple(entries(look_up(rule.items, message.value), parts.get("item"))):
            return named
    return ()


def account_of(profile: Profile, carrier: Carrier, value: Any = None) -> str | None:
    """Whose pages they are, as a request's or socket's address tells, or the `value` of its answer."""
    for rule in profile.account:
        parts = match_request(rule.request, carrier.method or "GET", carrier.url)
        if parts is not None and (told := _text(look_up(rule.id, value)) if rule.id else parts.get("account")):
            return told
    return None


def _fits(rule: ReadRule | SignalRule | ListReadRule, carrier: Carrier, message: Message) -> dict[str, str] | None:
    """The named parts of the address if the rule is about this message, else None."""
    if rule.type is not None and not _type_fits(rule.type, message.type):
        return None
    request = getattr(rule, "request", None)
    if request is not None:
        return match_request(request, carrier.method or "", carrier.url)
    return {} if rule.channel == carrier.channel else None


def _type_fits(pattern: str, type_: str | None) -> bool:
    if type_ is None:
        return False
    head, star, tail = pattern.partition("*")
    return type_ == pattern if not star else type_.startswith(head) and type_.endswith(tail)


def _items(found: Any, named: str | None = None) -> tuple[ItemFact, ...]:
    """The items of an expression's result; named: by the address, for the one that does not name itself."""
    if isinstance(found, dict):
        found = [found]
    if not isinstance(found, list):
        return ()
    items = (_item(entry, named) for entry in found[:_MAX_ITEMS] if isinstance(entry, dict))
    return tuple(item for item in items if item)


def _item(entry: dict[str, Any], named: str | None) -> ItemFact | None:
    text = _text(entry.get("text")) or ""
    reduced = letters(text)
    id_ = _text(entry.get("id")) or named or (f"text:{reduced[:48]}" if reduced else None)
    if id_ is None:
        return None
    return ItemFact(
        id=id_,
        text=text,
        letters=reduced,
        author=_text(entry.get("author")) or "",
        parent=_text(entry.get("parent")),
        hidden=entry.get("hidden") is True,
        done=entry.get("done") is not False,
    )


def _text(found: Any) -> str | None:
    """A text, the texts of a list joined, or None."""
    if isinstance(found, str):
        return found or None
    if isinstance(found, list):
        return "\n".join(part for part in found if isinstance(part, str)) or None
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else None
