"""One subject as it stands: the matrix of its items and tabs, and who is stale in it now."""

from __future__ import annotations

from monitor.sync.conflicts import conflicts
from monitor.sync.departed import EXCERPT
from monitor.sync.disorders import former, lasting
from monitor.sync.explain import explain, spell_of
from monitor.sync.guarantees import Guarantees
from monitor.sync.items import Item, Wait
from monitor.sync.replicas import Subject
from monitor.sync.snapshot import Cell, ItemView, StaleView, SubjectView, Via
from monitor.sync.state import State
from monitor.sync.tab_view import site_of, stale_waits, viewed
from monitor.sync.write_view import WriteReader

GROWING_S = 1.5  # an item that grew this lately is still streaming
_ITEMS = 200


class SubjectReader:
    """The views of one subject."""

    def __init__(self, state: State, subject: Subject, guarantees: Guarantees) -> None:
        self.state = state
        self.guarantees = guarantees
        self.subject = subject
        self.active = [replica.tab for replica in subject.active() if not state.tabs[replica.tab].gone]
        self.disorders = tuple(lasting(state, subject, self.active))
        self.moved = {(one.tab, i): one.for_s for one in self.disorders if one.what == "reordered" for i in one.items}
        self._elsewhere = {item_id for _, item_id in self.moved}

    def view(self) -> SubjectView:
        reader = WriteReader(self.state, self.subject, self.active)
        writes = reader.views()
        (verdict, losses), known = reader.verdict(writes), self.subject.items.values()
        items = [item for item in known if (item.accepted or item.id in self._elsewhere) and not item.hidden]
        return SubjectView(
            site=site_of(self.subject.site, self.subject.key), subject=self.subject.key, title=self._title(),
            tabs=tuple(self.subject.replicas), verdict=verdict, losses=losses,
            items=tuple(self._item(item) for item in items[-_ITEMS:] if not self._gone_everywhere(item)),
            writes=writes, stale_now=self._stale(), violations=self.guarantees.of(self.subject),
            conflicts=conflicts(self.state, self.subject), last=self.subject.last, list=self.subject.list,
            disorders=self.disorders, past_disorders=tuple(former(self.state, self.subject)),
        )  # fmt: skip

    def _title(self) -> str:
        if self.subject.list:
            return self.subject.list
        return next((self.state.tabs[label].title for label in self.active if self.state.tabs[label].title), "")

    def _gone_everywhere(self, item: Item) -> bool:
        if item.removed is not None:
            return not any(item.id in self.subject.replicas[label].shown for label in self.active)
        return item.withdrawn and item.write is None

    # ── the matrix ──

    def _item(self, item: Item) -> ItemView:
        cells = {label: self._cell(item, label) for label in self.active}
        return ItemView(id=item.id, author=item.author, excerpt=item.text[:EXCERPT], at=item.at, cells=cells)

    def _cell(self, item: Item, label: str) -> Cell:
        showing = self.subject.replicas[label].shown.get(item.id)
        wait = self.subject.waits.newest.get((label, item.id))
        if showing is not None and item.removed is not None:
            return Cell(state="extra", for_s=self.state.now - item.removed)
        if showing is not None and showing.version >= item.version and (label, item.id) in self.moved:
            return Cell(state="reordered", for_s=self.moved[label, item.id])
        if showing is not None and showing.version >= item.version:
            return self._shown_cell(item, label, showing.letters, wait)
        if not item.accepted:
            return Cell(state="absent")
        if wait is not None and wait.open and not item.withdrawn:
            age = self.state.age(self.subject, wait)
            if showing is not None:
                return Cell(state="outdated", for_s=age)
            return Cell(state="received" if wait.receipt else "missing", for_s=age)
        return Cell(state="received" if item.id in self.subject.replicas[label].received else "absent")

    def _shown_cell(self, item: Item, label: str, form: str, wait: Wait | None) -> Cell:
        write = self.state.writes.all[item.write] if item.write is not None else None
        growing = self.state.now - item.grown < GROWING_S and item.grown > item.at and not item.done
        if write is not None and write.tab == label and write.items and write.items[0] == item.id:
            return Cell(state="wrote")
        if growing:
            return Cell(state="streaming")
        via: Via | None = None
        if wait is not None and wait.until is not None and label != item.tab:
            via = self.state.cause(self.subject, wait).via
        elif write is None and self._came_by_reload(item, label):
            via = "reload"
        return Cell(state="shown", via=via)

    def _came_by_reload(self, item: Item, label: str) -> bool:
        """Whether a tab that was loaded again was the first to show an item, as it loaded."""
        tab = self.state.tabs[label]
        return label == item.tab and tab.how == "reload" and tab.began <= item.at <= tab.settled

    def _stale(self) -> tuple[StaleView, ...]:
        found = []
        for label in self.active:
            tab = self.state.tabs[label]
            waits = stale_waits(self.state, tab, self.subject)
            if waits and (self.subject.list or self.subject is viewed(self.state, tab)):
                found.append(
                    StaleView(
                        tab=label,
                        missing=tuple(w.item for w in waits),
                        received=all(w.receipt for w in waits),
                        for_s=max(self.state.age(self.subject, w) for w in waits),
                        hidden=not tab.visible,
                        why=explain(self.state, self.subject, spell_of(self.state, self.subject, waits)),
                    )
                )
        return tuple(found)
