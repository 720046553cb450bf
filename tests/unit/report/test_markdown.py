"""The report as Markdown: the seed's order, tables that hold together, drawings in plain characters."""

from __future__ import annotations

import re

from monitor.report.build import build
from monitor.report.markdown import claim, diagram, markdown, table
from monitor.report.model import Claim, Report, Step
from tests.chats import PROFILES
from tests.unit.report.stories import numbered, told_chatgpt, told_claude


def document() -> list[str]:
    """Both applications side by side."""
    return list(
        markdown(build([("a.syncmon", numbered(told_chatgpt())), ("b.syncmon", numbered(told_claude()))], PROFILES))
    )


def test_the_headings_stand_in_the_order_of_the_research_note() -> None:
    assert [line[3:] for line in document() if line.startswith("## ")] == [
        "Summary", "Architecture", "Multi-tab sync behaviour", "Consistency model", "Offline recovery",
        "Design trade-offs, measured", "Message formats", "Open questions", "Tests",
    ]  # fmt: skip


def test_the_rows_of_each_table_have_its_columns() -> None:
    wide = 0
    for line in document():
        if not line.startswith("|"):
            wide = 0
            continue
        cells = len(re.findall(r"(?<!\\)\|", line))
        assert wide in (0, cells), line
        wide = cells


def test_the_multi_tab_row_says_who_waited_how_long() -> None:
    row = next(line for line in document() if line.startswith("| ChatGPT | Write in A"))
    assert re.search(r"Tab B shows stale state \| 13\.\d s \| reload \[#\d+\] \|$", row)


def test_hostile_text_breaks_no_table() -> None:
    (_, _, row) = table(["a", "b"], [["x | y\nz", "<script>"]])
    assert row == "| x \\| y z | &lt;script> |"


def test_claims_name_their_events_and_what_is_unknown_leans() -> None:
    assert claim(Claim(text="so it is", events=(1, 2))) == "so it is [#1 #2]"
    assert claim(Claim(text="so it is", events=(1, 1, 2, 2, 3, 4, 5, 6))) == "so it is [#1 #2 #3 #4 #5]"
    assert claim(Claim(text="not observed", known=False)) == "*not observed*"


def test_the_drawing_has_an_arrow_for_each_step() -> None:
    steps = [
        Step(at=0.1, source="tab", to="server", label="GET /x", seq=3, what="request"),
        Step(at=0.2, source="server", to="tab", label="200", seq=4, what="answer"),
    ]
    drawn = list(diagram(steps))
    assert next(line for line in drawn if "GET /x" in line).endswith("0.10 s [#3]")
    assert ">|" in next(line for line in drawn if "GET /x" in line)
    assert "|<" in next(line for line in drawn if " 200 " in line)


def test_a_report_of_nothing_is_short() -> None:
    assert list(markdown(Report(title="Nothing", notes=("x: no tab was recorded",)))) == [
        "# Nothing", "", "- x: no tab was recorded",
    ]  # fmt: skip


def test_what_all_together_means_is_said_where_a_reload_ended_a_wait() -> None:
    lines = document()
    place = next(number for number, line in enumerate(lines) if line.startswith("*Who is loaded again"))
    assert lines[place - 1] == ""
    assert lines[place - 2].startswith("| reload | 1 | 0 |")
