from __future__ import annotations

from .helpers import NOW, one_subscription, put


def test_a_device_is_known_by_its_id_and_proves_itself_by_its_secret() -> None:
    mailbox, device, _ = one_subscription()
    assert mailbox.check_in(device.id) is device
    assert mailbox.check_in().id != device.id
    assert mailbox.login(str(device.id), str(device.secret)) is device
    for words in ((str(device.id), "1"), ("1", str(device.secret)), ("x", "x"), ("", "")):
        assert mailbox.login(*words) is None


def test_a_worker_that_subscribes_again_has_one_new_token() -> None:
    mailbox, device, first = one_subscription()
    put(mailbox, first)
    second = mailbox.subscribe(device, "app", first.subtype, "KEY")
    assert list(mailbox.subscriptions.values()) == [second]
    assert mailbox.gone == {first.token}
    assert device.waiting == {}
    assert second.origin == "https://a.test"


def test_unsubscribing_ends_what_the_device_has_there_alone() -> None:
    mailbox, device, one = one_subscription()
    other = mailbox.subscribe(mailbox.check_in(), "app", one.subtype, "KEY")
    assert mailbox.unsubscribe(device, one.subtype) == [one]
    assert mailbox.unsubscribe(device, one.subtype) == []
    assert list(mailbox.subscriptions.values()) == [other]


def test_pushes_wait_in_order_until_their_time_is_over() -> None:
    mailbox, device, to = one_subscription()
    long, short = put(mailbox, to), put(mailbox, to, ttl=5)
    assert list(device.waiting) == [long.id, short.id]
    assert long.id == f"0:{int(NOW * 1e6)}%00000001"
    assert mailbox.expire(device, NOW + 5) == []
    assert mailbox.expire(device, NOW + 6) == [short]
    assert list(device.waiting) == [long.id]


def test_a_newer_push_of_a_topic_replaces_the_one_that_waits() -> None:
    mailbox, device, to = one_subscription()
    put(mailbox, to, topic="a")
    other, plain, newer = put(mailbox, to, topic="b"), put(mailbox, to), put(mailbox, to, topic="a")
    assert list(device.waiting) == [other.id, plain.id, newer.id]
