"""The filter language: words over messages, compiled to SQL as far as SQL can decide.

    tab:A dir:in kind:frame channel:socket connection:w3 target:…   a column, `*` for anything
    url:celsius                      in the address, or that of the event's connection
    size:>1k size:1k..2kB seq:100..200 opcode:1                     numbers; 1 k is 1000
    after:10:00:15 before:2026-01-04T10:00:15Z                      time of day (local), or a moment
    after:-30s before:-5m            counted back from the last event
    since:mark since:"mark text" since:A-write                      from a mark on, from what tab A last changed on
    status:>=400 method:post key:theme …                            any other field of an event
    type:conversation-* layer:sse value.payload.conversation_id:c1  what the payload decodes to
    word "some text" /reg[ue]x/ /regex/i                            in payload, address and other fields
    -tab:B   NOT …   a b   a AND b   a OR b   ( … )

Case is ignored except by regular expressions. A word that does not fit raises FilterError with the character.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from monitor.capture import terms
from monitor.capture.expressions import expression
from monitor.capture.fields import field_term, text_term
from monitor.capture.patterns import clock
from monitor.capture.rows import plain
from monitor.capture.talks import Talk
from monitor.capture.terms import Candidate, Term, Where
from monitor.capture.times import Anchors, Times
from monitor.errors import FilterError
from monitor.model import Decoded, Event

if TYPE_CHECKING:
    from monitor.capture.reader import Capture

LONGEST = 2000
MOST_WORDS = 64  # SQLite allows an expression a depth of 1000, and its parser one of 100
DEEPEST = 20
_JOINING = ("OR", "AND", "NOT")

GRAMMAR = r"""
start: either?
either: every (_OR every)*
every: one (_AND? one)*
?one: _NOT one -> no
    | "(" either ")"
    | FIELD (VALUE | STRING | REGEX) -> field
    | (WORD | STRING | REGEX) -> text
_OR.9: /OR(?![^\s()])/
_AND.9: /AND(?![^\s()])/
_NOT.9: /NOT(?![^\s()])/ | /-(?=[^\s)])/
FIELD.7: /[A-Za-z_][\w.*-]*:(?!\/\/)(?=[^\s()])/
STRING.8: /"(?:[^"\\]|\\.)*"/
REGEX.8: /\/(?:[^\/\\\n]|\\.)+\/i?(?![^\s()])/
VALUE: /[^\s()"][^\s()]*/
WORD: /[^\s()"-][^\s()]*/
%ignore /\s+/
"""


class Query:
    """A filter, ready to be applied.

    anchored: it speaks of moments that only a capture knows, and matches nothing until it is `bound` to one.
    exact: the SQL alone decides. needs_decoding: `matches` needs what a decoder made of the event. hint: what in it may
    not mean what was meant; empty where nothing is doubtful.
    """

    def __init__(self, text: str, term: Term, *, anchored: bool = False) -> None:
        self.text = text
        self.anchored = anchored
        self.hint = ""
        self._term = term
        self._where = term.where()
        self.exact: bool = self._where.exact
        self.needs_decoding: bool = term.decoding

    def bound(self, anchors: Anchors, *, strict: bool = False) -> Query:
        """The query with the moments that only a capture knows (`since:mark`, `after:-30s`).

        Where there is no such moment nothing matches; with `strict`, FilterError says so.
        """
        try:
            return _parsed(self.text, anchors, strict) if self.anchored else self
        except FilterError as error:
            error.text = self.text
            raise

    def sql(self) -> tuple[str, list[Any]]:
        """A WHERE clause over `events`, and its values, that never excludes a match."""
        return self._where.sql, list(self._where.values)

    def as_written(self) -> Where:
        """The same for events whose payload means what is written in it, with what that says of their content."""
        return self._term.as_written()

    @property
    def talks(self) -> tuple[Talk, ...]:
        """What the SQL needs to know of addresses before it is asked."""
        return self._where.talks

    def matches(self, event: Event, decoded: Decoded | None = None, url: str | None = None) -> bool:
        """Whether the event matches. url: its address or that of its connection; its own where that is not given."""
        if url is None:
            url = getattr(event, "url", None)
        return self._term.matches(Candidate(event, decoded, url))


def parse(text: str) -> Query:
    """The query of a filter; an empty one matches everything. FilterError has the character where it went wrong."""
    return _parsed(text, None, False)


def _parsed(text: str, anchors: Anchors | None, strict: bool) -> Query:
    if len(text) > LONGEST:
        raise FilterError(f"The filter is longer than {LONGEST} characters.", LONGEST)
    try:
        tree = _parser().parse(plain(text))
    except UnexpectedInput as error:
        raise _explained(text, error) from error
    if sum(1 for _ in tree.find_pred(lambda node: node.data in ("text", "field"))) > MOST_WORDS:
        raise FilterError(f"The filter has more than {MOST_WORDS} words.", LONGEST)
    times = Times(anchors, strict)
    query = Query(text, _term(tree, 0, times), anchored=times.asked)
    query.hint = _hint(tree)
    return query


def _hint(tree: Tree[Token]) -> str:
    """What to say of an `or` among other words, which is looked for like any word: `OR` joins."""
    said = [_token(node.children[0]) for node in tree.find_pred(lambda node: node.data in ("text", "field"))]
    small = {str(word).upper(): None for word in said if word.type == "WORD" and word.upper() in _JOINING}
    if not small or len(said) < 2:
        return ""
    words = [f"{word.lower()} is looked for as a word here; in capitals, {word}, it joins" for word in small]
    return "; ".join(words).replace("NOT, it joins", "NOT, it negates")


def define_functions(capture: Capture) -> None:
    """Give a capture's SQL the functions that filters call."""
    capture.define("syncmon_found", terms.found, 3)
    capture.define("syncmon_expression", expression, 4)
    capture.define("syncmon_whole", terms.whole, 2)
    capture.define("syncmon_clock", clock, 1)


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="contextual")


# ── from the tree to terms ────────────────────────────────────────────────────────────────────────────────────────────


def _term(tree: Tree[Token], depth: int, times: Times) -> Term:
    if depth > DEEPEST:
        raise FilterError(f"The filter has more than {DEEPEST} levels of parentheses and negations.")
    parts = tree.children
    if tree.data == "text":
        return text_term(_token(parts[0]))
    if tree.data == "field":
        return field_term(_token(parts[0]), _token(parts[1]), times)
    deeper = depth + (tree.data in ("either", "no"))
    inner = [_term(part, deeper, times) for part in parts if isinstance(part, Tree)]
    if tree.data == "no":
        return terms.Not(inner[0])
    if len(inner) == 1:
        return inner[0]
    return terms.Some(inner) if tree.data == "either" else terms.Every(inner)


def _token(part: Token | Tree[Token]) -> Token:
    assert isinstance(part, Token)
    return part


# ── errors ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _explained(text: str, error: UnexpectedInput) -> FilterError:
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        if text.count("(") > text.count(")"):
            return FilterError("This ( is never closed.", text.rindex("("))
        return FilterError("Something is missing at the end.", len(text))
    if isinstance(error, UnexpectedCharacters):
        return _at_character(text, error.pos_in_stream or 0)
    position = error.pos_in_stream or 0
    if text[position : position + 1] == ")":
        return FilterError("This ) closes nothing, or there is nothing before it.", position)
    word = text[position:].split(maxsplit=1)[0] if text[position:].strip() else ""
    return FilterError(f"{word} needs a word on both sides.", position)


def _at_character(text: str, position: int) -> FilterError:
    if text[position : position + 1] == '"':
        return FilterError("This quote is never closed.", position)
    return FilterError(f"This {text[position : position + 1]} means nothing here.", position)
