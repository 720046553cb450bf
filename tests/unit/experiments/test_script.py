"""Experiment scripts: those that come with syncmon are good, and a bad one is told by file, key and reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import SettingsError
from monitor.experiments.script import load, names, parse, shipped

GOOD = """
title = "Mine"
[[step]]
do = "write"
say = "Write in {writer}."
[[step]]
do = "reload"
tab = "other"
say = "Reload {other}"
"""


def test_each_of_the_six_experiments_is_a_good_script() -> None:
    assert names() == ("background", "conflict", "multi-tab", "offline", "reconnect", "triggers")
    for name in names():
        script = shipped(name)
        assert (script.name, script.title[-1]) == (name, "?")
        assert script.step


@pytest.mark.parametrize("name", ["background", "conflict", "multi-tab", "offline", "reconnect", "triggers"])
def test_an_experiment_leaves_the_browser_as_it_found_it(name: str) -> None:
    """Whoever is taken off the network is put back, whoever is hidden is shown again."""
    steps = shipped(name).step
    for off, on in (({"offline", "cut-off"}, "online"), ({"hide"}, "show"), ({"hold"}, "release")):
        assert sum(step.do in off for step in steps) == sum(step.do == on for step in steps)


@pytest.mark.parametrize("name", ["conflict", "offline", "reconnect"])
def test_what_breaks_connections_first_loads_the_page_so_that_they_are_known(name: str) -> None:
    first = shipped(name).step[0]
    assert (first.do, first.tab) == ("reload", "other")


def test_a_script_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(GOOD, "utf-8")
    script = load(file)
    assert (script.name, [step.do for step in script.step]) == ("mine", ["write", "reload"])
    assert [step.active for step in script.step] == [False, True]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("title = ", ""),
        ('title = "x"', "step"),
        (GOOD.replace('"write"', '"wait for it"'), "step[0].do"),
        (GOOD.replace("{writer}", "{somebody}"), "step[1].say"),
        (GOOD + "within = -1\n", "step[2].within"),
        (GOOD + 'colour = "red"\n', "step[1]"),
    ],
)
def test_a_bad_script_says_where(text: str, key: str) -> None:
    with pytest.raises(SettingsError) as problem:
        parse(text, "bad.toml")
    assert "bad.toml" in str(problem.value)
    assert key in str(problem.value)


def test_a_script_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        load(tmp_path / "none.toml")
    with pytest.raises(KeyError):
        shipped("none")
