"""The prompt at the foot of the screen: one line of input, what it wants, and where it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from monitor.errors import FilterError
from monitor.tui.clean import clean
from monitor.tui.keys import PROMPT_KEYS
from monitor.tui.theme import Palette, ink

if TYPE_CHECKING:
    from monitor.capture.complete import Completion, Known

Check = Callable[[str], str]


class Prompt(Vertical):
    """Asks for one line.

    `check` raises FilterError where the text is wrong; the place is pointed at. What it answers is a hint.
    """

    DEFAULT_CSS = """
    Prompt { height: auto; display: none; background: $panel; }
    Prompt.-open { display: block; }
    Prompt Horizontal { height: 1; }
    Prompt #prompt-label { width: auto; padding: 0 1; color: $accent; text-style: bold; }
    Prompt Input { border: none; height: 1; padding: 0; background: $panel; width: 1fr; }
    Prompt Input:focus { border: none; background: $panel; }
    Prompt #prompt-note { height: auto; max-height: 2; padding: 0 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [*PROMPT_KEYS, Binding("tab", "complete", "complete", show=False)]

    class Answered(Message):
        """The user gave an answer; `answer` is None where the prompt was left."""

        def __init__(self, what: str, answer: str | None) -> None:
            super().__init__()
            self.what = what
            self.answer = answer

    def __init__(self) -> None:
        super().__init__()
        self.what = ""
        self.hint = ""
        self.check: Check | None = None
        self.known: Known | None = None
        self._choices: list[Completion] = []
        self._before = ""
        self.palette = Palette(None)

    def compose(self) -> ComposeResult:
        """The note above, label and input below."""
        yield Static(id="prompt-note", markup=False)
        with Horizontal():
            yield Static(id="prompt-label", markup=False)
            yield Input(id="prompt-input", select_on_focus=False)

    def ask(self, what: str, hint: str, text: str, palette: Palette, check: Check | None = None) -> None:
        """Open the prompt; `known`, set then, is what Tab completes a filter with."""
        self.known, self._choices = None, []
        self.what, self.hint, self.check, self.palette = what, hint, check, palette
        self.query_one("#prompt-label", Static).update(Text(f"{what} ›"))
        field = self.query_one(Input)
        field.value = text
        field.cursor_position = len(text)
        self.add_class("-open")
        self._judge(text)
        field.focus()

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.has_class("-open")

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.is_open:
            self._judge(event.value)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_take()

    def action_take(self) -> None:
        """Take the text, if it is right."""
        text = self.query_one(Input).value
        if self._judge(text):
            self._close(text)

    def action_complete(self) -> None:
        """Put the first choice for the word at the cursor, and with each further Tab the next one."""
        if self.known is None:
            return
        from monitor.capture.complete import complete  # not before the first rows: it loads a grammar

        field = self.query_one(Input)
        if self._choices and field.value == self._after()[0]:
            self._choices = [*self._choices[1:], self._choices[0]]
        else:
            self._before = field.value
            self._choices = complete(field.value, field.cursor_position, self.known)
        if not self._choices:
            return
        with self.prevent(Input.Changed):
            field.value, field.cursor_position = self._after()
        if len(self._choices) == 1:
            self._choices = []
            self._judge(field.value)
        else:
            self._offer()

    def _after(self) -> tuple[str, int]:
        """The text and the cursor with the first choice taken."""
        from monitor.capture.complete import apply

        return apply(self._before, self._choices[0])

    def _offer(self) -> None:
        """Show the choices, the one that is taken first."""
        note = Text(no_wrap=True, overflow="ellipsis")
        for number, choice in enumerate(self._choices[:12]):
            note.append(clean(choice.text), self.palette["bold accent" if number == 0 else "dim"]).append("  ")
        if self._choices[0].about:
            note.append(f"({self._choices[0].about})", self.palette["dim"])
        self.query_one("#prompt-note", Static).update(note)

    def action_leave(self) -> None:
        """Leave the prompt."""
        self._close(None)

    def _close(self, answer: str | None) -> None:
        self.remove_class("-open")
        self.post_message(self.Answered(self.what, answer))

    def _judge(self, text: str) -> bool:
        """Whether the text is right; shows the hint, or what is wrong under the very character."""
        note, right = ink(self.hint, self.palette["dim"]), True
        try:
            hint = self.check(text) if self.check is not None else ""
            note = ink(hint, self.palette["unshown"]) if hint else note
        except FilterError as error:
            right = False
            note = Text(" " * (len(self.what) + 3 + error.position), no_wrap=True)
            note.append("↓ ", self.palette["bold error"]).append(str(error), self.palette["error"])
        self.query_one("#prompt-note", Static).update(note)
        return right
