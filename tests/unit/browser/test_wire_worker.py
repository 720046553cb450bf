"""The shapes of what service workers are told."""

from __future__ import annotations

import msgspec

from monitor.browser import wire_worker


def test_the_address_of_a_script_is_spelled_in_its_own_way() -> None:
    raw = b'{"versions":[{"registrationId":"7","scriptURL":"https://a.example/sw.js","targetId":"T"}]}'
    (one,) = msgspec.json.decode(raw, type=wire_worker.WorkerVersionUpdated).versions
    assert (one.registration_id, one.script_url, one.target_id) == ("7", "https://a.example/sw.js", "T")
