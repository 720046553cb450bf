"""The recording as its events tell it."""

from __future__ import annotations

import msgspec

from monitor.model import Event, Fault, Gap, Mark, Recording
from monitor.sync.recordings import RecordingLog


def noted(*events: Event) -> RecordingLog:
    log = RecordingLog()
    for number, event in enumerate(events, 1):
        log.note(msgspec.structs.replace(event, seq=number))
    return log


ATTACHED = Recording(time=10.0, state="attached", browser="Chrome/150", endpoint="ws://127.0.0.1:9222")
FAULT = Fault(time=11.0, what="observer", message="the page would not be observed")
GAP = Gap(time=12.0, reason="fell behind", count=7)


def test_it_counts_from_the_first_event() -> None:
    log = noted(Mark(time=9.0, text="x"), ATTACHED, GAP, GAP)
    assert (log.started, log.events, log.seq, log.gaps) == (9.0, 4, 4, 2)


def test_the_newest_trouble_is_the_one_that_holds() -> None:
    assert isinstance(noted(ATTACHED, FAULT, GAP).problem, Gap)
    assert isinstance(noted(ATTACHED, GAP, FAULT).problem, Fault)


def test_a_recording_that_goes_on_has_left_its_trouble_behind() -> None:
    assert noted(FAULT, ATTACHED).problem is None
    assert noted(FAULT, Recording(time=13.0, state="resumed")).problem is None
    assert isinstance(noted(FAULT, Recording(time=13.0, state="lost")).problem, Fault)


def test_the_browser_is_remembered_when_later_words_do_not_name_it() -> None:
    log = noted(ATTACHED, Recording(time=13.0, state="lost", detail="it was closed"))
    assert log.newest is not None
    assert log.newest.state == "lost"
    assert log.attached is not None
    assert log.attached.browser == "Chrome/150"
