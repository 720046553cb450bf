from __future__ import annotations

import pytest

from monitor.decode.markup import looks_like_html, scripts, texts


def test_blocks_are_cut_and_inline_elements_joined() -> None:
    found = list(texts("<p>Hello <b>bold</b>\n world &amp; co</p><div>two</div>three"))
    assert found == ["Hello bold world & co", "Hello", "bold", "world & co", "two", "three"]


def test_what_is_not_shown_is_no_text() -> None:
    source = "<style>p{}</style><p>a<!-- no <b> --></p><SCRIPT>if (a<b) no()</SCRIPT>"
    source += "<p title='no'>b</p><svg><text>no</text></svg>"
    assert list(texts(source)) == ["a", "b"]


@pytest.mark.parametrize(
    "source", ["<p", "a<b", "<p>a<script>never closed", "<!-- open", "<>", "a < b", "<p>&#xFFFFFFFF;&bogus;</p>"]
)
def test_broken_markup_is_no_obstacle(source: str) -> None:
    assert all(isinstance(text, str) for text in texts(source))


def test_text_around_a_bare_angle_is_kept() -> None:
    assert list(texts("1 < 2")) == ["1 < 2"]


def test_json_scripts_are_found() -> None:
    source = (
        "<script>no()</script><script id=a type='application/ld+json'>{\"k\":1}</script><script type=application/json>"
    )
    assert list(scripts(source)) == ['{"k":1}']


@pytest.mark.parametrize("text", ["<!DOCTYPE html>", "  <p>x</p>", "<br/>", "<!-- c -->", "<?xml version='1.0'?><a/>"])
def test_html_is_told_by_its_look(text: str) -> None:
    assert looks_like_html(text)


@pytest.mark.parametrize("text", ["", "a <b>x</b>", "<3 you", "<", "< p>", "<p"])
def test_other_texts_are_not_html(text: str) -> None:
    assert not looks_like_html(text)
