"""Tabs that edit a text together: a page with an editor, and what is typed in it going out on a socket."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.model import Block, Shown
from monitor.sync.lines import REST_S
from monitor.sync.snapshot import SubjectView
from tests.story import PAGE, Story

PAD = "body/div#pad"
TEXT = ("Minutes of the meeting", "Present: Ann and Bob", "Apologies from Cara")


class Pad(Story):
    """Tabs on one page with an editor, each with a socket."""

    def __init__(self, editor: str = PAD) -> None:
        super().__init__()
        self.editor = editor
        self.open(0, "A", "B")
        self.sockets = {tab: self.socket(1.0, tab) for tab in "AB"}
        self._lines: dict[str, list[str]] = {}

    def holds(self, at: float, tab: str, lines: Sequence[str]) -> None:
        """The editor in a tab has these lines now; its elements are used again, from the top."""
        old = self._lines.get(tab, [])
        blocks = tuple(
            Block(
                slot=900 + n,
                text=line,
                length=len(line),
                path=f"{self.editor}/p:{n}",
                editable=True,
                editor=self.editor,
            )
            for n, line in enumerate(lines)
            if old[n : n + 1] != [line]
        )
        gone = tuple(range(900 + len(lines), 900 + len(old)))
        self._lines[tab] = list(lines)
        self.add(
            Shown(time=at, tab=tab, target=f"page-{tab}", frame=f"page-{tab}", document=self.document_of(tab), url=PAGE,
                  blocks=blocks, gone=gone)
        )  # fmt: skip

    def types(self, at: float, tab: str, lines: Sequence[str], *others: str) -> float:
        """A tab types its last line letter by letter and sends each; the others follow. When that is over."""
        *head, last = lines
        for n in range(1, len(last) + 1):
            now = at + n * 0.1
            self.frame(now, tab, self.sockets[tab], bytes([0, 2, n, 200, 1, 132]) + last[n - 1].encode(), "out")
            self.holds(now + 0.01, tab, [*head, last[:n]])
            for other in others:
                self.frame(now + 0.03, other, self.sockets[other], bytes([0, 2, n, 200]) + last[n - 1].encode())
                self.holds(now + 0.05, other, [*head, last[:n]])
        return at + len(last) * 0.1 + 0.1


def shared(editor: str = PAD) -> tuple[Pad, float]:
    """Two tabs that type a text together; when they have."""
    pad = Pad(editor)
    at = 5.0
    for n in range(len(TEXT)):
        at = pad.types(at, "A", TEXT[: n + 1], "B")
    return pad, at + 2 * REST_S


def lacked(view: SubjectView) -> list[tuple[str, list[str]]]:
    """Who lacks which lines."""
    texts = {item.id: item.excerpt for item in view.items}
    return [(one.tab, [texts[item] for item in one.missing]) for one in view.stale_now]
