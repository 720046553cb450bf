"""The visible text of HTML, in one pass that is linear whatever the input is.

A text is given as its reader sees it: cut at block elements, inline elements joined, entities unescaped, white space
folded. Where inline elements were joined their own texts follow, since pages often place spans apart.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_TOKEN = re.compile(r"<(?:(!--)|([!?])|(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40}))")
_SPACE = re.compile(r"\s+")
_INLINE_TAGS = """
a abbr b bdi bdo big cite code data del dfn em font i img ins kbd label mark q s samp small span strike strong sub sup
svg time tt u var wbr
"""
_INLINE = frozenset(_INLINE_TAGS.split())
_OPAQUE = frozenset(("script", "style", "template", "noscript", "svg"))
_LOOKS = re.compile(r"\s*<(?:!doctype|!--|\?xml|/?[a-zA-Z][a-zA-Z0-9:-]{0,40}(?:[\s>]|/>))", re.IGNORECASE)
_JSON_SCRIPT = re.compile(r"type\s*=\s*[\"']?application/(?:[a-z]+\+)?json", re.IGNORECASE)


def looks_like_html(text: str) -> bool:
    """Whether a text starts with a tag, and has one that ends."""
    return bool(_LOOKS.match(text)) and ">" in text


def texts(source: str) -> Iterator[str]:
    """The visible texts of HTML, in document order."""
    run: list[str] = []
    for piece, joins in _pieces(source):
        if piece:
            run.append(piece)
        if not joins:
            yield from _run(run)
            run.clear()
    yield from _run(run)


def scripts(source: str) -> Iterator[str]:
    """The contents of script elements that hold JSON."""
    at = 0
    while (start := source.find("<script", at)) >= 0:
        opened = source.find(">", start)
        closed = source.find("</script", opened) if opened >= 0 else -1
        if closed < 0:
            return
        if _JSON_SCRIPT.search(source, start, opened):
            yield source[opened + 1 : closed]
        at = closed + 8


def _run(run: list[str]) -> Iterator[str]:
    """A run of inline texts: joined, then each of them where there are several."""
    whole = _fold("".join(run))
    if whole:
        yield whole
        parts = [text for text in map(_fold, run) if text]
        if len(parts) > 1:
            yield from parts


def _fold(text: str) -> str:
    return _SPACE.sub(" ", html.unescape(text) if "&" in text else text).strip()


def _pieces(source: str) -> Iterator[tuple[str, bool]]:
    """Text before each tag, with whether that tag lets the text go on."""
    at = 0
    while match := _TOKEN.search(source, at):
        before = source[at : match.start()]
        comment, declaration, closing, name = match.groups()
        tag = (name or "").lower()
        if comment:
            end = source.find("-->", match.end())
            after = end + 3
        else:
            end = source.find(">", match.end())
            after = end + 1
        if end < 0:
            yield before, False
            return
        if tag in _OPAQUE and not closing and source[end - 1] != "/":
            after = _past(source, tag, after)
        yield before, bool(comment or declaration) or tag in _INLINE
        at = after
    yield source[at:], False


def _past(source: str, tag: str, at: int) -> int:
    """Where an element whose content is not text ends."""
    closing = re.compile(f"</{tag}[^>]{{0,100}}>", re.IGNORECASE).search(source, at)
    return closing.end() if closing else len(source)
