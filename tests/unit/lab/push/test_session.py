from __future__ import annotations

from firebase_messaging.proto import mcs_pb2 as mcs

from monitor.lab.push.mailbox import Mailbox, Push
from monitor.lab.push.session import Fact, Session
from monitor.lab.push.stanzas import VERSION, pack

from .helpers import NOW, ack, login, one_subscription, put, read


def session_of(mailbox: Mailbox) -> tuple[Session, list[tuple[Fact, str | None, str | None]]]:
    facts: list[tuple[Fact, str | None, str | None]] = []

    def told(fact: Fact, push: Push | None, remark: str | None) -> None:
        facts.append((fact, push.id if push else None, remark))

    return Session(mailbox, told), facts


def test_a_login_is_answered_and_what_waits_is_sent() -> None:
    mailbox, device, to = one_subscription()
    push = put(mailbox, to, topic="t")
    session, facts = session_of(mailbox)
    wire = session.feed(login(device), NOW + 2)
    assert wire[0] == VERSION
    answer, data = read(wire)
    assert isinstance(answer, mcs.LoginResponse)
    assert (answer.last_stream_id_received, answer.server_timestamp) == (1, int((NOW + 2) * 1000))
    assert isinstance(data, mcs.DataMessageStanza)
    assert (getattr(data, "from"), data.category, data.persistent_id, data.token) == ("KEY", "app", push.id, "t")
    assert (data.ttl, data.sent, data.queued, data.raw_data, data.immediate_ack) == (60, int(NOW), 2, b"raw", True)
    assert {d.key: d.value for d in data.app_data} == {"subtype": to.subtype, "content-encoding": "aes128gcm"}
    assert facts == [("mcs-login", None, None), ("push-delivered", push.id, None)]


def test_a_wrong_secret_is_refused() -> None:
    mailbox, device, _ = one_subscription()
    session, facts = session_of(mailbox)
    [answer] = read(session.feed(login(device, secret="1"), NOW))
    assert isinstance(answer, mcs.LoginResponse)
    assert answer.error.code == 401
    assert (session.over, session.device) == (True, None)
    assert facts == [("mcs-refused", None, str(device.id))]


def test_a_push_is_kept_until_the_stanza_that_carried_it_is_acknowledged() -> None:
    mailbox, device, to = one_subscription()
    session, facts = session_of(mailbox)
    session.feed(login(device), NOW)
    first, second = put(mailbox, to), put(mailbox, to)
    for push in (first, second):
        session.deliver(push, NOW)
    session.feed(ack(1), NOW)
    assert len(device.waiting) == 2
    session.feed(ack(2), NOW)
    assert list(device.waiting) == [second.id]
    session.feed(pack(mcs.HeartbeatPing(last_stream_id_received=3)), NOW)
    assert device.waiting == {}
    assert [f[:2] for f in facts if f[0] == "push-acked"] == [("push-acked", first.id), ("push-acked", second.id)]


def test_what_was_not_acknowledged_comes_again_and_what_the_browser_has_does_not() -> None:
    mailbox, device, to = one_subscription()
    lost, had, over = put(mailbox, to), put(mailbox, to), put(mailbox, to, ttl=0)
    session, facts = session_of(mailbox)
    _, *data = read(session.feed(login(device, had.id), NOW + 1))
    assert [d.persistent_id for d in data if isinstance(d, mcs.DataMessageStanza)] == [lost.id]
    assert facts == [
        ("mcs-login", None, had.id),
        ("push-acked", had.id, "at login"),
        ("push-expired", over.id, None),
        ("push-delivered", lost.id, None),
    ]


def test_heartbeats_go_both_ways_and_count_what_came() -> None:
    mailbox, device, _ = one_subscription()
    session, facts = session_of(mailbox)
    session.feed(login(device), NOW)
    [beat] = read(session.feed(pack(mcs.HeartbeatPing()), NOW), first=False)
    assert isinstance(beat, mcs.HeartbeatAck)
    assert beat.last_stream_id_received == 2
    [asked] = read(session.ping(), first=False)
    assert isinstance(asked, mcs.HeartbeatPing)
    assert session.feed(pack(mcs.HeartbeatAck()), NOW) == b""
    assert [f[0] for f in facts] == ["mcs-login", "mcs-ping", "mcs-pong"]


def test_either_side_may_close() -> None:
    mailbox, device, _ = one_subscription()
    for own in (True, False):
        session, _ = session_of(mailbox)
        session.feed(login(device), NOW)
        if own:
            session.close()
        else:
            session.feed(pack(mcs.Close()), NOW)
        assert session.over
