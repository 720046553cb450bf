from __future__ import annotations

import asyncio
import base64
import hashlib
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from monitor.lab.certificate import Certificate


async def test_the_pin_is_the_digest_of_the_key_that_the_server_shows() -> None:
    made = await asyncio.to_thread(Certificate, ["chatgpt.com", "claude.ai"])
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=made.context)
    async with server:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        port = server.sockets[0].getsockname()[1]
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
        shown = x509.load_der_x509_certificate(writer.get_extra_info("ssl_object").getpeercert(binary_form=True))
        writer.close()
        await writer.wait_closed()
    der = shown.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert base64.b64decode(made.spki) == hashlib.sha256(der).digest()
    names = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["chatgpt.com", "claude.ai"]
