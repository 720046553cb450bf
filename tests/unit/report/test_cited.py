"""Which events a column's claims rest on: all that its document names, and no others."""

from __future__ import annotations

import re

from monitor.report.build import build
from monitor.report.cited import cited
from monitor.report.markdown import markdown
from tests.chats import PROFILES
from tests.unit.report.stories import numbered, told_chatgpt, told_claude


def test_every_event_that_the_document_names_is_cited() -> None:
    for story in (told_chatgpt(), told_claude()):
        report = build([("x", numbered(story))], PROFILES)
        named = {int(number) for number in re.findall(r"#(\d+)", "\n".join(markdown(report))) if int(number) != 12}
        (site,) = report.sites
        assert len(named) > 8
        assert named <= cited(site)
        assert cited(site) <= set(range(1, len(story.events) + 1))
