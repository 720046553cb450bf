"""One thing in the words of each tab: `You: hello` is another shows `Ann: hello`; or `5 s ago` and `6 s ago`."""

from __future__ import annotations

from itertools import islice

from monitor.sites.text import letters, skeleton
from monitor.sync.items import Item
from monitor.sync.network import Network
from monitor.sync.replicas import Subject

_TOGETHER_S = 3.0  # within which two tabs show what both were told at once
_PREFIX = 24  # letters of a name before what is said
_WORDS = 4  # letters by which two texts are known to be akin
_AKIN = 60  # how many texts are looked at for that


class Wording:
    """Finds what a tab says in words of its own, by the payload that told it."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def lacked(self, subject: Subject, tab: str, text: str, time: float) -> Item | None:
        """The item that this tab waited for, or shows in other words than another tab does.

        What a payload says of one, it says of both: only the age differs, or one says `You: hello` and `Visitor (you)`
        where the other has `Ann: hello` and `Visitor`.
        """
        shape, reduced = skeleton(text), letters(text)
        waited = [subject.items[item_id] for label, item_id in reversed(subject.waits.open) if label == tab]
        alike = [item for item in waited if skeleton(item.text) == shape]
        akin = [item for item in waited[:_AKIN] if not item.hidden and _akin(item.letters, reduced)]
        others = [r for r in subject.active() if r.tab != tab]
        mine = subject.replicas[tab].shown
        for replica in others:
            for item_id in islice(reversed(replica.shown), _AKIN):
                item = subject.items.get(item_id)
                fresh = item is not None and not item.hidden and item_id not in mine and item not in akin
                if item is not None and fresh and _akin(item.letters, reduced):
                    akin.append(item)
        for packet in self._network.logs[tab].between(time - 2.0, time + 0.05) if alike or akin else ():
            if packet.dir == "out":
                continue
            told = [part for part in packet.haystack.parts if len(part) > 1 and part in reduced]
            for item in alike:
                if told and all(part in item.letters for part in told):
                    return item
            for item in akin:
                together = abs(time - item.at) <= _TOGETHER_S or (tab, item.id) in subject.waits.open
                if any(_both_say(part, item.letters, reduced, together=together) for part in told):
                    return item
        return None


def _akin(one: str, other: str) -> bool:
    """Whether two texts may be one thing in different words: they begin or end alike."""
    return one != other and (one[:_WORDS] == other[:_WORDS] or one[-2:] == other[-2:])


def _both_say(part: str, one: str, other: str, *, together: bool) -> bool:
    """Whether a payload's text is what two texts say, each with words of its own around it.

    It is all of the one and half of the other, or ends both: it is half of each, or news to both. What merely begins
    both is the name of who says two things.
    """
    if one.endswith(part) and other.endswith(part):
        rest = max(len(one), len(other)) - len(part)
        return rest <= len(part) >= _WORDS or (together and len(part) > 1 and rest <= _PREFIX)
    whole = part in (one, other) and len(part) >= _WORDS
    return whole and all(
        len(part) * 2 >= len(text) and (text.startswith(part) or text.endswith(part)) for text in (one, other)
    )
