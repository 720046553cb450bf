from __future__ import annotations

import pytest

from monitor.export.secret_names import hides_all_below, is_secret, is_secret_number

SECRETS = """
    token access_token X-Conduit-Token Authorization Proxy-Authorization Cookie Set-Cookie apiKey api-key client_secret
    userPassword p256dh auth verify X-CSRF x-goog-firebase-installations-auth fid JWT sessionId
"""


@pytest.mark.parametrize("name", SECRETS.split())
def test_secrets(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize(
    "name", ["", "type", "key", "id", "token_type", "author", "verified", "path", "size", "passage"]
)
def test_no_secrets(name: str) -> None:
    assert not is_secret(name)


def test_numbers_and_containers() -> None:
    assert is_secret_number("userPassword")
    assert not is_secret_number("max_tokens")
    assert not is_secret_number("secretCount")
    assert hides_all_below("tokens")
    assert not hides_all_below("session")
