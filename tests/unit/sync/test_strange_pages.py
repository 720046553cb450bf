"""Pages that do strange things with what is shared, and with what is not, and what is to be said of each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from monitor.model import EXCERPT, Body, Finished, Request, Response
from monitor.sync.analysis import Analysis
from monitor.sync.evidence import Haystack, TrafficLog
from monitor.sync.replicas import Subject
from tests.story import START, Story


def said(text: str) -> str:
    """A message as the server of a chat tells it."""
    return json.dumps({"t": "msg", "d": {"id": "058ef3cce2", "user": "ann", "text": text}})


def html(story: Story, at: float, tab: str, *texts: str) -> None:
    """The document's own request, answered with a page that has these texts."""
    page = "<!doctype html><body>" + "".join(f"<p>{text}</p>" for text in texts)
    story.fetch(at - 0.05, tab, "GET /room", says=page, took=0.04, mime="text/html", resource="document")


def served(story: Story, at: float, tab: str, *texts: str) -> None:
    """A reload that the server renders."""
    html(story, at, tab, *texts)
    story.load(at, tab, texts)


# ── innerHTML re-rendering with the age inside the message's line ──


def test_a_list_drawn_anew_each_second_with_ages_in_its_lines_makes_no_writes_of_its_own() -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=["General"])
    sockets = {tab: story.socket(0.2, tab) for tab in "AB"}
    story.fetch(5.0, "A", "POST /api/add", said("Has the parcel arrived"), says=said("Has the parcel arrived"))
    for tab in "AB":
        story.frame(5.06, tab, sockets[tab], said("Has the parcel arrived"))
    for second in range(14):
        story.redraws(5.08 + second, "A", "General", f"ann {second}s ago Has the parcel arrived")
        story.redraws(5.58 + second if second else 5.10, "B", "General", f"ann {second}s ago Has the parcel arrived")
    found = story.subject(until=25.0)
    assert [w.request for w in found.writes] == ["POST /api/add"]
    [write] = found.writes
    assert len(write.items) == 1
    [seen] = write.seen
    assert (seen.via, found.stale_now) == ("socket", ())
    assert seen.after_s == pytest.approx(0.05, abs=0.3)


# ── what a server renders into each load: nonce, request id, time of rendering ──


def test_the_nonce_of_a_load_is_no_item() -> None:
    story = Story()
    html(story, 0.0, "A", "News", "Rendered 11:08:53 nonce bd33139d56a7")
    html(story, 0.0, "B", "News", "Rendered 11:08:55 nonce 6382f1d9eb70")
    story.open(0.0, "A", texts=["News", "Rendered 11:08:53 nonce bd33139d56a7"])
    story.open(0.0, "B", texts=["News", "Rendered 11:08:55 nonce 6382f1d9eb70"])
    served(story, 8.0, "A", "News", "Rendered 11:09:00 nonce 2ae51c37acb5")
    found = story.subject(until=20.0)
    assert found.stale_now == ()
    assert found.writes == ()


def test_a_headline_by_a_third_party_heals_by_reload_beside_a_nonce() -> None:
    story = Story()
    for tab, nonce in (("A", "bd33139d56a7"), ("B", "6382f1d9eb70")):
        html(story, 0.0, tab, "News", f"Rendered nonce {nonce}")
        story.open(0.0, tab, texts=["News", f"Rendered nonce {nonce}"])
    served(story, 8.0, "A", "News", "Rendered nonce 2ae51c37acb5", "Bridge reopens after repairs")
    served(story, 12.5, "B", "News", "Rendered nonce 8a1af4875d79", "Bridge reopens after repairs")
    found = story.subject(until=20.0)
    assert found.stale_now == ()
    assert found.verdict == "refresh-to-sync"
    [write] = found.writes
    assert write.excerpt == "Bridge reopens after repairs"
    assert write.seen[0].after_s == pytest.approx(4.5, abs=0.3)


# ── what is each tab's own, but came by a payload: greeting, ad ──


def test_a_greeting_that_each_tab_fetched_for_itself_is_no_staleness() -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=["Shop"])
    for at, tab, name in ((0.3, "A", "Guest Otter 51a6"), (3.3, "B", "Guest Lynx 545a")):
        story.fetch(at, tab, "GET /api/me", says=json.dumps({"name": name}))
        story.says(at + 0.1, tab, f"Welcome back, {name}")
    found = story.subject(until=20.0)
    assert found.stale_now == ()
    assert found.writes == ()


def test_ads_that_change_on_their_own_in_each_tab_are_no_staleness() -> None:
    ads = ["Save on garden furniture", "Fly to Lisbon cheaply", "Your next car is electric", "Learn Spanish fast"]
    story = Story()
    story.open(0.0, "A", "B", texts=["Shop"])
    shown: dict[str, str] = {}
    for round_ in range(6):
        for tab, shift in (("A", 0), ("B", 2)):
            at, ad = 4.0 + 2.5 * round_ + shift / 4, ads[(round_ + shift) % 4]
            story.fetch(at, tab, "GET /api/ads", says=json.dumps({"ad": ad}))
            if tab in shown:
                story.rewrites(at + 0.1, tab, shown[tab], ad)
            else:
                story.says(at + 0.1, tab, ad)
            shown[tab] = ad
    found = story.subject(until=30.0)
    assert found.stale_now == ()
    assert found.writes == ()


# ── what a tab tells the others of itself ──


def test_a_tab_does_not_lack_its_own_cursor() -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=["Scratch", "-"])
    before = {"A": "-", "B": "-"}
    for step in range(8):
        for me, other, shift in (("A", "B", 0.0), ("B", "A", 0.3)):
            at, text = 4.0 + 0.7 * step + shift, f"Tab {me * 3} at {100 * step + 37 + ord(me)}"
            story.broadcast(at, json.dumps({"who": f"Tab {me * 3}", "x": 100 * step + 37 + ord(me)}), "A", "B")
            story.rewrites(at + 0.01, other, before[other], text)
            before[other] = text
    found = story.subject(until=20.0)
    assert found.stale_now == ()


def test_a_tab_does_not_lack_its_own_entry_in_a_list_of_the_others() -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=["Doc"])
    present = json.dumps({"t": "presence", "users": ["Visitor otter", "Visitor heron"]})
    sockets = {tab: story.socket(0.2, tab) for tab in "AB"}
    for second in range(8):
        for tab in "AB":
            story.frame(4.0 + second, tab, sockets[tab], present)
    story.says(4.02, "A", "Also here: Visitor heron")
    story.says(4.02, "B", "Also here: Visitor otter")
    found = story.subject(until=20.0)
    assert found.stale_now == ()


# ── a value that returns to what it was ──


def test_a_status_that_returns_to_an_earlier_value_is_lacked_by_the_tab_that_shows_the_one_between() -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=["State: idle"])
    sockets = {tab: story.socket(0.2, tab) for tab in "AB"}
    story.fetch(5.0, "A", "POST /state", '{"text":"running"}')
    story.rewrites(5.1, "A", "State: idle", "State: running")
    story.frame(5.1, "B", sockets["B"], said("running"))
    story.rewrites(5.12, "B", "State: idle", "State: running")
    story.fetch(10.0, "A", "POST /state", '{"text":"idle"}')
    story.rewrites(10.1, "A", "State: running", "State: idle")
    found = story.subject(until=30.0)
    assert len(found.writes) == 2
    assert [stale.tab for stale in found.stale_now] == ["B"]


def test_each_write_of_a_status_counts_also_one_back_to_an_earlier_value() -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=["Status: building"])
    sockets = {tab: story.socket(0.2, tab) for tab in "AB"}
    before = "building"
    for at, status in ((5.0, "testing"), (20.0, "done"), (35.0, "testing")):
        story.fetch(at, "A", "POST /state", json.dumps({"text": status}))
        story.rewrites(at + 0.1, "A", f"Status: {before}", f"Status: {status}")
        story.frame(at + 0.2, "B", sockets["B"], said(status))
        story.rewrites(at + 0.22, "B", f"Status: {before}", f"Status: {status}")
        before = status
    found = story.subject(until=50.0)
    assert len(found.writes) == 3


# ── the same text twice in quick succession ──


def test_the_same_text_sent_twice_within_seconds_is_two_writes() -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=["Chat"])
    sockets = {tab: story.socket(0.2, tab) for tab in "AB"}
    for at in (5.0, 7.0):
        story.fetch(at, "A", "POST /api/add", '{"text":"ok"}', says=said("ok"))
        story.frame(at + 0.08, "B", sockets["B"], said("ok"))
        story.says(at + 0.1, "A", "ok")
        story.says(at + 0.1, "B", "ok")
    found = story.subject(until=20.0)
    assert [round(write.at - START) for write in found.writes] == [5, 7]


# ── a text without letters ──


def test_a_message_of_emoji_alone_is_lacked_too() -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=["Chat"])
    story.fetch(5.0, "A", "POST /api/add", '{"text":"👍"}', says=said("👍"))
    story.says(5.1, "A", "👍")
    found = story.subject(until=20.0)
    assert len(found.writes) == 1
    assert [stale.tab for stale in found.stale_now] == ["B"]


# ── one block that grows ──


def test_a_log_in_one_pre_that_grew_by_a_write_is_lacked_by_the_tab_that_did_not_get_it() -> None:
    story = Story()
    log = "[11:04:40] INFO service started [11:04:41] INFO connected to db"
    story.open(0.0, "A", "B", texts=["Console", log])
    story.fetch(5.0, "A", "POST /api/add", '{"text":"user alice logged in"}', says=said("user alice logged in"))
    story.rewrites(5.1, "A", log, f"{log} [11:09:49] INFO user alice logged in")
    found = story.subject(until=20.0)
    assert [write.request for write in found.writes] == ["POST /api/add"]
    assert [stale.tab for stale in found.stale_now] == ["B"]


def test_a_tab_whose_stream_broke_off_lacks_the_rest_of_the_answer() -> None:
    answer = "Tides follow the moon since gravity pulls the near ocean more strongly than the far one does"
    words = answer.split()
    story = Story()
    story.open(0.0, "A", "B", texts=["Ask"])
    streams = {tab: story.stream(0.5, tab, "GET /events", "text/event-stream") for tab in "AB"}
    for number, word in enumerate(words):
        for tab in "AB":
            if tab == "B" and number >= 5:
                continue
            at = 5.0 + 0.2 * number
            story.chunk(at, tab, streams[tab], f"data: {json.dumps(word + ' ')}\n\n")
            text = " ".join(words[: number + 1])
            if number:
                story.rewrites(at + 0.02, tab, " ".join(words[:number]), text)
            else:
                story.says(at + 0.02, tab, text)
    found = story.subject(until=40.0)
    assert [stale.tab for stale in found.stale_now] == ["B"]


# ── a long text changed beyond what is kept of it ──


def test_an_edit_at_the_end_of_a_long_text_is_lacked() -> None:
    start = " ".join(f"Sentence {number} explains the history of the canal in some detail." for number in range(12))
    whole = f"{start} Appended at the very end."
    assert len(start) > EXCERPT
    story = Story()
    story.open(0.0, "A", "B", texts=["Wiki", start])
    story.fetch(8.0, "A", "POST /api/edit", json.dumps({"text": whole}))
    story.rewrites(8.1, "A", start, whole)
    found = story.subject(until=30.0)
    assert [stale.tab for stale in found.stale_now] == ["B"]


# ── turning back to a view within a document is no reload ──


def test_coming_back_to_a_folder_by_push_state_is_a_refetch_and_no_reload() -> None:
    inbox, drafts = "https://example.org/view/inbox", "https://example.org/view/drafts"
    story = Story()
    story.open(0.0, "A", "B", url=inbox, texts=["Folder"])
    story.fetch(5.0, "A", "POST /api/add", '{"text":"Contract from legal"}', says=said("Contract from legal"))
    story.says(5.1, "A", "Contract from legal", url=inbox)
    story.turns(8.0, "B", drafts)
    story.turns(11.0, "B", inbox)
    story.fetch(11.01, "B", "GET /api/list?r=inbox", says=json.dumps({"items": [{"text": "Contract from legal"}]}))
    story.says(11.1, "B", "Contract from legal", url=inbox)
    found = next(s for s in story.told(until=20.0).subjects if s.subject == inbox)
    [write] = found.writes
    assert [(seen.tab, seen.via) for seen in write.seen] == [("B", "refetch")]


# ── a notice that ends with its tab ──


def test_a_notice_in_the_writers_tab_is_not_lacked_for_ever_when_that_tab_is_closed() -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=["Tasks"])
    socket = story.socket(0.2, "B")
    story.fetch(5.0, "A", "POST /api/add", '{"text":"Polish the silver"}', says=said("Polish the silver"))
    story.says(5.08, "A", "Polish the silver", "Saved “Polish the silver”")
    story.frame(5.1, "B", socket, said("Polish the silver"))
    story.says(5.12, "B", "Polish the silver")
    story.close(7.0, "A")
    found = story.subject(until=30.0)
    assert found.stale_now == ()
    assert found.verdict == "live-sync"


# ── what else counts, and does not ──


def test_words_added_to_a_note_are_lacked() -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=["Bring a coat"])
    story.fetch(8.0, "A", "POST /api/edit", '{"id":"3","text":"Bring a coat and boots"}')
    story.rewrites(8.1, "A", "Bring a coat", "Bring a coat and boots")
    found = story.subject(until=30.0)
    assert [write.request for write in found.writes] == ["POST /api/edit"]
    assert [stale.tab for stale in found.stale_now] == ["B"]


def test_the_notice_of_a_refused_write_is_no_item() -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=["Msgs"])
    story.fetch(5.0, "A", "POST /api/add", '{"text":"This one is refused"}', says='{"error":"no"}', status=422)
    story.says(5.1, "A", "Could not save: This one is refused")
    found = story.subject(until=20.0)
    assert found.stale_now == ()
    assert found.writes == ()


def test_what_a_service_worker_wrote_has_its_request() -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=["Inbox"])
    common: dict[str, Any] = {"tab": None, "target": "worker", "connection": "sw1"}
    text, url = '{"text":"Invoice for March"}', "https://example.org/api/add"
    sent: dict[str, Any] = {"text": text, "size": len(text), "body_state": "whole"}
    story.add(Request(time=5.0, method="POST", url=url, resource="fetch", **sent, **common))
    story.add(Response(time=5.05, url=url, status=200, mime="application/json", **common))
    story.add(Finished(time=5.05, size=2, body="later", **common))
    story.add(Body(time=5.06, text="{}", size=2, **common))
    for tab in "AB":
        story.says(5.1, tab, "Invoice for March")
    found = story.subject(until=20.0)
    assert [write.request for write in found.writes] == ["POST /api/add"]


def test_an_answer_whose_pieces_are_recorded_late_belongs_to_the_write() -> None:
    """Chrome gave out the asking tab's chunks 0.2 s after the other tab's messages; their times are right."""
    body, answer = '{"text":"Why are there tides"}', "The quick answer is that tides follow the moon"
    words = answer.split()
    story = Story()
    story.open(0.0, "A", "B", texts=["Ask"])
    common: dict[str, Any] = {"tab": "A", "target": "page-A", "connection": "ask"}
    url = "https://example.org/api/ask"
    sent: dict[str, Any] = {"text": body, "size": len(body), "body_state": "whole"}
    story.add(Request(time=5.0, method="POST", url=url, resource="fetch", **sent, **common))
    story.says(5.02, "A", "Why are there tides")
    story.add(Response(time=5.04, url=url, status=200, mime="text/plain", **common))
    story.sse(5.06, "B", said("Why are there tides"))
    story.says(5.07, "B", "Why are there tides")
    for number, word in enumerate(words):
        at, text = 5.1 + 0.07 * number, " ".join(words[: number + 1])
        for tab in "AB":
            if tab == "B":
                story.sse(at, "B", json.dumps(word + " "))
            if number:
                story.rewrites(at + 0.01, tab, " ".join(words[:number]), text)
            else:
                story.says(at + 0.01, tab, text)
        if number % 4 == 3:
            for late in range(number - 3, number + 1):
                story.chunk(5.1 + 0.07 * late, "A", "ask", words[late] + " ")
    found = story.subject(until=20.0)
    assert [write.request for write in found.writes] == ["POST /api/ask"]
    assert len(found.writes[0].items) == 2  # the question and its answer


# ── what stands beside each message ──


def test_the_name_beside_each_message_is_not_lacked_by_who_lacks_a_message() -> None:
    """B was not sent the first message, so it shows the name once less than A; the second came at once."""
    story = Story()
    story.open(0.0, "A", "B", texts=["Chat"])
    sockets = {tab: story.socket(0.2, tab) for tab in "AB"}
    for at, text in ((5.0, "Roof garden needs volunteers"), (8.0, "Fire drill next Monday"), (11.0, "Window is open")):
        story.fetch(at, "A", "POST /api/add", json.dumps({"text": text}), says=said(text))
        story.frame(at + 0.05, "A", sockets["A"], said(text))
        story.says(at + 0.06, "A", "User ann", text)
        if at != 8.0:
            story.frame(at + 0.05, "B", sockets["B"], said(text))
            story.says(at + 0.06, "B", "User ann", text)
    found = story.subject(until=20.0)
    assert [[seen.after_s is not None for seen in write.seen] for write in found.writes] == [[True], [False], [True]]
    [stale] = found.stale_now
    assert len(stale.missing) == 1


# ── counts ──


@pytest.mark.parametrize("told", [True, False])
def test_a_like_is_the_write_of_who_clicked(told: bool) -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=["Ideas", "Paint the fence", "0 likes"])
    sockets = {tab: story.socket(0.2, tab) for tab in "AB"}
    news = json.dumps({"op": "like", "id": "n7919", "likes": 1})
    story.fetch(9.0, "A", "POST /api/like", '{"id":"n7919"}', says=news)
    for tab in "AB" if told else "A":
        story.frame(9.05, tab, sockets[tab], news)
        story.rewrites(9.1, tab, "0 likes", "1 likes")
    found = story.subject(until=20.0)
    assert [(write.tab, write.request) for write in found.writes] == [("A", "POST /api/like")]
    assert [stale.tab for stale in found.stale_now] == ([] if told else ["B"])


def test_a_total_that_a_tab_is_behind_with_is_nobodys_write() -> None:
    """B was not sent the second idea: it lacks that, and its heading counts one less."""
    story = Story()
    story.open(0.0, "A", "B", texts=["3 ideas", "Paint the fence"])
    sockets = {tab: story.socket(0.2, tab) for tab in "AB"}
    news = json.dumps({"op": "add", "id": "n7919", "text": "Mow the lawn", "total": 4})
    story.fetch(9.0, "C", "POST /api/add", '{"text":"Mow the lawn"}', says=news)
    story.frame(9.05, "A", sockets["A"], news)
    story.says(9.1, "A", "Mow the lawn")
    story.rewrites(9.1, "A", "3 ideas", "4 ideas")
    [stale] = story.subject(until=20.0).stale_now
    assert len(stale.missing) == 1


# ── a long life ──


class Counting:
    """An analysis of a chat with many writes, and how often each thing in it was called."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.calls: Counter[str] = Counter()
        for owner, name in ((Haystack, "holds"), (TrafficLog, "between"), (Subject, "open_waits")):
            self._count(patch, owner, name)

    def _count(self, patch: pytest.MonkeyPatch, owner: type, name: str) -> None:
        inner: Callable[..., Any] = getattr(owner, name)

        def counted(*args: Any, **kwargs: Any) -> Any:
            self.calls[name] += 1
            return inner(*args, **kwargs)

        patch.setattr(owner, name, counted)


def chat(number: int) -> Story:
    """Two tabs that are told as many messages, one each 0.2 s."""
    story = Story()
    story.open(0.0, "A", "B", texts=["Chat"])
    sockets = {tab: story.socket(0.2, tab) for tab in "AB"}
    for k in range(number):
        name = "".join("abcdefghij"[int(digit)] for digit in str(k))
        at, text = 3.0 + 0.2 * k, f"Message about {name} in the list"
        for tab in "AB":
            story.frame(at, tab, sockets[tab], said(text))
            story.says(at + 0.02, tab, text)
    return story


@pytest.mark.slow
def test_the_work_of_the_fold_grows_with_the_capture_and_not_with_its_square(monkeypatch: pytest.MonkeyPatch) -> None:
    counting = Counting(monkeypatch)
    work = []
    for number in (400, 1600):
        counting.calls.clear()
        analysis = Analysis()
        for event in chat(number).events:
            analysis.feed(event)
        work.append(counting.calls.copy())
    few, many = work
    assert few.keys() == {"holds", "between", "open_waits"}
    assert all(many[name] <= 5 * few[name] for name in few)
