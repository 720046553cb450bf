"""Real pushes through the lab's push service: what the service sent is what the capture has, stage by stage."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Sequence

from monitor.browser.connection import connect
from monitor.browser.deep import HELD
from monitor.browser.push_log import DOUBT
from monitor.browser.targets import UNHELD
from monitor.lab import WorkerOrders
from monitor.lab.push.service import PushSpoil
from monitor.model import (
    Action,
    Fault,
    Gap,
    Push,
    PushState,
    Request,
    TargetAttached,
    TargetGone,
    WorkerEvent,
    WorkerMessage,
)
from tests.e2e.harness import Recording, recording
from tests.e2e.pushing import PAGE, PushLab, push_lab

WORKER = f"{PAGE}push-worker.js"
EARLY = {UNHELD.format(type="page")}  # what Chrome may run before it lets anybody in; of pushes nothing is missing
# What Firebase's SDK keeps of a subscription.
NOTED = """(async () => {
  const to = await (await navigator.serviceWorker.ready).pushManager.getSubscription();
  const opening = indexedDB.open("firebase-messaging-database", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("firebase-messaging-store").put(
    {token: "t", createTime: 1700000000500, subscriptionOptions: {endpoint: to.endpoint}}, "1:42:web:0a");
  await new Promise((done) => { opening.onsuccess = done; });
  opening.result.close();
})()"""
BINARY = b"\xff\x00\x81abc"


async def settled(record: Recording, pushed: PushLab, ids: Sequence[str]) -> None:
    """Wait until the capture has the end of every push."""

    def ended() -> bool:
        return {e.instance for e in record.of(Push) if e.stage in ("completed", "failed")} >= set(ids)

    await pushed.fact("push-acked", push=ids[-1])
    await record.until(ended, 30.0)


def stages(record: Recording, instance: str) -> list[str]:
    """The stages of one push, in the order of the capture."""
    return [event.stage for event in record.of(Push, instance=instance)]


async def test_every_push_is_in_the_capture_stage_by_stage() -> None:
    async with push_lab() as pushed, recording(pushed.endpoint) as record:
        page = await pushed.open()
        tab = record.of(TargetAttached, url="about:blank", type="page")[-1].tab
        whole: list[str] = []

        async def push(payload: str | bytes, into: list[str] = whole) -> str:
            into.append(pushed.push.send(payload))
            await settled(record, pushed, into[-1:])
            return into[-1]

        await push("visible: hallo ü")
        await push(json.dumps({"from": "1", "fcmMessageId": "m", "data": {"k": "v" * 3000}}))
        await pushed.driver.hide(page)
        await push("hidden")
        await pushed.driver.stop_workers(page)
        await push("worker stopped")
        await record.until(lambda: len(record.of(WorkerMessage)) == 4)
        heard = [(e.tab, e.worker, json.loads(e.text or "")["text"][:6]) for e in record.of(WorkerMessage)]
        assert heard == [(tab, WORKER, text) for text in ("visibl", '{"from', "hidden", "worker")]
        spoils: tuple[PushSpoil, ...] = ("key", "auth", "bits", "head")
        broken = [pushed.push.send("unreadable", spoil=spoil) for spoil in spoils]
        await settled(record, pushed, broken)
        pushed.push.orders = WorkerOrders(fail=True, notify=False)
        await push("the worker fails")
        pushed.push.orders = WorkerOrders(notify=False)
        binary = await push(BINARY, [])
        whole += [pushed.push.send(f"burst {number}") for number in range(100)]
        await settled(record, pushed, whole)
        await pushed.driver.close(page)
        await push("no page")
        await record.until(lambda: record.of(PushState, state="registered"))

        sent = {
            entry.push: (entry.body or b"").decode() for entry in pushed.lab.log.of("push-sent") if entry.push in whole
        }
        assert len(sent) == len(whole) == 106
        for stage in ("received", "dispatched"):
            assert {e.instance: e.text for e in record.of(Push, stage=stage) if e.instance != binary} == sent
        fails = next(push for push, text in sent.items() if text == "the worker fails")
        for instance in whole:
            last = "failed" if instance == fails else "completed"
            assert stages(record, instance) == ["received", "dispatched", last]
        assert [stages(record, instance) for instance in broken] == [["failed"]] * 4
        assert {e.reason for e in record.of(Push, stage="failed")} == {
            "waitUntil Rejected", "AES-GCM decryption failed",
            "The message payload is smaller than the smallest valid message (104 bytes)",
        }  # fmt: skip
        assert {(e.state, e.reason) for e in record.of(Push, instance=binary) if e.text} == {("partial", DOUBT)}
        assert len([e for e in record.of(Push, stage="notification") if e.meta["Title"] == "Lab"]) == 4
        assert {e.origin for e in record.of(Push)} == {PAGE.rstrip("/")}
        # The worker's own fetches, also just after it was started.
        await record.until(lambda: len(record.of(Request, url=f"{PAGE}lab/push/event")) == len(sent) + 1)
        told = [e.text for e in record.of(Request, url=f"{PAGE}lab/push/event") if e.text]
        assert sorted(told) == sorted(sent.values())
        registered = record.of(PushState, state="registered")[0]
        assert (registered.tab, registered.worker, registered.sender) == (tab, WORKER, pushed.push.vapid)
        assert registered.host is not None
        assert len(registered.endpoint or "") == 16
        assert not record.of(Fault)
        assert {gap.reason for gap in record.of(Gap)} <= EARLY


async def test_deep_mode_sees_each_push_in_the_worker_once() -> None:
    async with push_lab() as pushed:
        page = await pushed.open()  # so its worker runs when we come
        async with recording(pushed.endpoint, deep=(PAGE,)) as record:
            note = (await record.one(Action, do="deep")).args
            assert note["origin"] == PAGE.rstrip("/")
            assert "does not stop" in note["note"]
            ids: list[str] = []

            async def push(payload: str | bytes) -> None:
                ids.append(pushed.push.send(payload))
                await settled(record, pushed, ids)
                await record.until(lambda: len(record.of(WorkerMessage)) == len(ids))

            for number in range(3):
                await push(f"deep {number}")
                await restart(record, pushed, page, number + 1)
            await push(BINARY)
            assert [e.early for e in record.of(TargetAttached, url=WORKER)] == [False, True, True, True]
            inside = record.of(WorkerEvent, name="push")
            assert [e.text for e in inside] == ["deep 0", "deep 1", "deep 2", None]
            assert inside[3].size == 0  # what Chromium gives workers of it
            posted = [json.loads(e.text or "")["text"] for e in record.of(WorkerEvent, name="post-message")]
            assert posted == [json.loads(e.text or "")["text"] for e in record.of(WorkerMessage)]
            assert {(e.worker, e.client) for e in record.of(WorkerEvent, name="post-message")} == {(WORKER, PAGE)}
            assert len(record.of(Push, stage="dispatched")) == len(ids)
            await record.until(lambda: len(record.of(Request, url=f"{PAGE}lab/push/event")) == len(ids))
            assert {gap.reason for gap in record.of(Gap)} <= EARLY
            async with recording(pushed.endpoint) as other:
                # Now a worker that stops is kept by the other, is not offered anew, and does not wait for us.
                await restart(record, pushed, page, 4)
                await push("held")
                await record.one(Gap, reason=HELD)
                await other.one(Push, stage="completed")
                assert len(record.of(Push, stage="dispatched")) == len(ids)
                assert [e.text for e in other.of(Push, stage="dispatched")] == ["held"]
                assert not other.of(WorkerEvent)


async def restart(record: Recording, pushed: PushLab, page: str, count: int) -> None:
    """Stop the worker, for the `count`th time; the next push starts it."""
    await pushed.driver.stop_workers(page)
    await record.until(lambda: len(record.of(TargetGone, type="service_worker")) >= count)


async def test_a_site_that_may_push_no_longer() -> None:
    async with push_lab() as pushed, recording(pushed.endpoint) as record:
        page = await pushed.open()
        await settled(record, pushed, [pushed.push.send("allowed")])
        assert (await record.one(PushState, state="registered")).app is None
        await pushed.driver.evaluate(page, NOTED)
        noted = await record.one(PushState, state="registered", app="1:42:web:0a")
        assert noted.since == 1_700_000_000.5
        async with denied(pushed.endpoint):
            blocked = await record.one(PushState, state="blocked")
            assert (blocked.permission, blocked.endpoint) == ("denied", None)
            refused = pushed.push.send("denied")
            await settled(record, pushed, [refused])
            assert stages(record, refused) == ["received", "failed"]
            assert record.of(Push, stage="failed")[0].reason == "DELIVERY_PERMISSION_DENIED"


@contextlib.asynccontextmanager
async def denied(endpoint: str) -> AsyncIterator[None]:
    """Notifications are forbidden, as a user does in the settings, for the time of a `with`."""

    def ignore(*_: object) -> None:
        pass

    async with connect(endpoint, ignore, ignore, ignore) as browser, asyncio.TaskGroup() as group:
        task = group.create_task(browser.run())
        params = {"permission": {"name": "notifications"}, "setting": "denied", "origin": PAGE}
        await browser.call("Browser.setPermission", params)
        yield
        task.cancel()
