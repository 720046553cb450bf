"""The lab's push service and a real Chromium: each push as the service, the worker and the page saw it."""

from __future__ import annotations

import asyncio

import pytest

from monitor.lab import DriverFailed, WorkerOrders
from monitor.lab.log import digest
from monitor.lab.news import completion
from monitor.lab.server import Firebase
from tests.e2e.pushing import PushLab, push_lab
from tests.e2e.test_lab_in_chromium import Pair

pytestmark = pytest.mark.e2e


async def sent(pushed: PushLab, payload: str) -> str:
    """A push that was sent, acknowledged by the browser and dispatched to the worker; its id."""
    push_id = pushed.push.send(payload)
    await pushed.fact("push-acked", push=push_id)
    entry = await pushed.fact("push-event", digest=digest(payload))
    assert entry.body == payload.encode()
    return push_id


async def test_a_push_reaches_the_worker_and_the_page_whatever_the_page_does() -> None:
    async with push_lab() as pushed:
        page = await pushed.open()
        await sent(pushed, "visible: hallo ü")
        await pushed.driver.wait_shown(page, "visible: hallo ü")
        await pushed.driver.hide(page)
        await sent(pushed, "hidden")
        await pushed.fact("push-page", digest=digest("hidden"))
        await pushed.driver.stop_workers(page)
        await sent(pushed, "worker stopped")
        await pushed.fact("push-page", digest=digest("worker stopped"))
        assert await pushed.received(page) == ["visible: hallo ü", "hidden", "worker stopped"]

        burst = [pushed.push.send(f"burst {n}") for n in range(100)]
        await pushed.fact("push-acked", push=burst[-1])
        async with asyncio.timeout(20):
            for n in range(100):
                await pushed.lab.log.seen("push-event", digest=digest(f"burst {n}"))

        # Chromium gives a worker nothing of what is not UTF-8.
        await pushed.fact("push-acked", push=pushed.push.send(b"\xff\x00\x01"))
        await pushed.fact("push-event", body=b"")

        before = len(pushed.lab.log.of("push-event"))
        for spoil in ("key", "auth", "bits", "head"):
            await pushed.fact("push-acked", push=pushed.push.send("unreadable", spoil=spoil))
        big = "x" * 3993
        await sent(pushed, big)
        with pytest.raises(ValueError, match="413"):
            pushed.push.send(big + "x")
        assert len(pushed.lab.log.of("push-event")) == before + 1

        pushed.push.orders = WorkerOrders(fail=True, notify=False)
        await sent(pushed, "the worker fails")

        await pushed.driver.close(page)
        await sent(pushed, "no page")
        assert len(pushed.lab.log.of("push-page", digest=digest("no page"))) == 0

        pushed.push.mcs.ping()
        await pushed.fact("mcs-pong")
        await pushed.steady()
        logins = len(pushed.lab.log.of("mcs-login"))
        pushed.push.drop()
        lost = pushed.push.send("while the line is down")
        await pushed.fact("mcs-login", logins + 1)
        await pushed.fact("push-acked", push=lost)
        await pushed.fact("push-event", digest=digest("while the line is down"))


async def test_what_was_not_delivered_waits_for_the_browser_until_its_time_is_over() -> None:
    async with push_lab() as pushed:
        await pushed.open()
        first = await sent(pushed, "first")
        await pushed.stop()
        waiting = pushed.push.send("waits")
        never, over = pushed.push.send("never", ttl=0), pushed.push.send("over", ttl=60)
        assert pushed.lab.log.of("push-expired", push=never)
        assert pushed.push.expire() == [waiting, over]
        waiting = pushed.push.send("waits more")
        await pushed.start()
        await pushed.fact("push-acked", push=waiting)
        await pushed.fact("push-event", digest=digest("waits more"))
        assert not pushed.lab.log.of("push-event", digest=digest("over"))
        assert first in (pushed.lab.log.of("mcs-login")[-1].note or "")
        page = await pushed.open()
        to = pushed.subscription
        await pushed.driver.evaluate(page, "unsubscribe()")
        await pushed.fact("unsubscribed", note=to.token)
        with pytest.raises(ValueError, match="410"):
            pushed.push.send("gone", to=to)


@pytest.mark.parametrize("firebase", ["none", "fetch"])
async def test_claude_is_pushed_to_and_only_a_switch_makes_its_page_look_again(firebase: Firebase) -> None:
    async with push_lab(answer_s=0.3, push_s=0.1, firebase=firebase) as pushed:
        if firebase != "none" and not pushed.lab.log.of("sdk"):
            pytest.skip(f"no SDK: {pushed.lab.log.of('sdk-missing')[0].note}")
        deaf = await Pair.open(pushed.lab, pushed.driver, "claude")
        await pushed.fact("register", 2, note="notification/channels")
        await pushed.connected()
        await _told(pushed, deaf, "What came of it?", "visible")
        with pytest.raises(DriverFailed):
            await pushed.driver.wait_shown(deaf.other, "What came of it?", 1.0)
        assert len(await deaf.served(deaf.other)) == 1

        pushed.lab.set_sync("claude", "push")
        pair = await Pair.open(pushed.lab, pushed.driver, "claude")
        answer = await _told(pushed, pair, "And now?", "visible")
        await pushed.driver.wait_shown(pair.other, answer)
        assert [e.why for e in await pair.served(pair.other)] == ["load", "refetch"]
        assert [e.why for e in await pair.served(pair.writer)] == ["load"]
        assert len(pushed.push.subscriptions) == 1

        for target in (deaf.other, pair.writer, pair.other):
            await pushed.driver.close(target)
        await pushed.driver.hide(deaf.writer)
        await _notified(pushed, deaf)


async def _told(pushed: PushLab, pair: Pair, question: str, note: str) -> str:
    """Ask, and see the push go all the way to both pages; the answer."""
    answer = await pair.ask(question)
    told = await pushed.fact("told", conversation=pair.conversation)
    sent = await pushed.fact("push-sent", push=told.push)
    await pushed.fact("push-acked", push=told.push)
    event = await pushed.fact("push-event", digest=sent.digest)
    assert event.note == note
    for target in (pair.writer, pair.other):
        await pushed.fact("push-page", tab=await pair.tab(target))
    return answer


async def _notified(pushed: PushLab, pair: Pair) -> None:
    """With no window that is visible, a message that was never seen brings a notification, and no page is told."""
    conversation = pushed.lab.claude.conversations[pair.conversation]
    before = len(pushed.lab.log.of("push-page"))
    [question, seen] = conversation.thread()[-2:]
    pushed.push.send_fcm(completion(conversation, seen))
    await pushed.fact("push-event", note="seen")
    pushed.push.send_fcm(completion(conversation, question))
    await pushed.fact("push-event", note="shown")
    notified = await pushed.fact("push-notified")
    assert notified.body == f"{conversation.title}\n{question.text}".encode()
    assert len(pushed.lab.log.of("push-page")) == before
