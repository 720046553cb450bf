"""Settings that users write, and what is said where they are wrong."""

from __future__ import annotations

import msgspec
import pytest

from monitor.errors import SettingsError
from monitor.settings import read_toml


class Colours(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    shades: list[int] = []


def test_a_struct_is_read() -> None:
    assert read_toml('name = "dusk"\nshades = [1, 2]', "dusk.toml", Colours) == Colours("dusk", [1, 2])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "dusk.toml: not TOML"),
        ('name = "x"\nshades = [1, "two"]', "dusk.toml: shades[1]: Expected `int`"),
        ("shades = [1]", "dusk.toml: name: Object missing required field `name`"),
        ('name = "x"\nhue = 1', "dusk.toml: hue: Object contains unknown field `hue`"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, said: str) -> None:
    with pytest.raises(SettingsError) as problem:
        read_toml(text, "dusk.toml", Colours)
    assert said in str(problem.value)
