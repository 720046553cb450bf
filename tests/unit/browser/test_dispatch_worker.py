"""Service workers are told of by the page that reads pushes; where there is none, by nobody."""

from __future__ import annotations

from monitor.browser.dispatch_worker import workers
from monitor.browser.push_log import Memory
from monitor.model import Gap
from tests.unit.browser.cdp import Browser


def test_without_pushes_nothing_is_taken() -> None:
    browser = Browser()
    assert workers(browser.translator.parts) == {}
    browser.says(None, "ServiceWorker.workerVersionUpdated", versions="odd")
    assert not browser.events


def test_with_pushes_all_of_it_is() -> None:
    browser = Browser(memory=Memory("ab12"))
    methods = list(workers(browser.translator.parts))
    for method in methods:
        browser.says(None, method, service=5, backgroundServiceEvent=5, versions=5)
    assert len(browser.of(Gap)) == len(methods) == 3
