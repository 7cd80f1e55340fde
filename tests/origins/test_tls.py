"""Certificates: a real TLS server whose own nobody has signed."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from exchanging import Exchanging, raises_named
from scrapy import Request

from crawler.errors import BadPortal
from crawler.portal import Portal

PAGE = b"<html><body>Tin</body></html>"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A server's context with a certificate it has signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "so.tinhthu.example")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path: Path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + signed.public_bytes(Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return context


@contextlib.asynccontextmanager
async def secured(context: ssl.SSLContext, asked: list[bytes]) -> AsyncIterator[str]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            asked.append(await reader.readuntil(b"\r\n\r\n"))
            status = b"404 Khong" if b"robots.txt" in asked[-1] else b"200 Duoc"
            writer.write(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(PAGE), PAGE))
            await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/tin"
    finally:
        server.close()


@pytest.mark.parametrize("reason", ["", "expired since 2023-05, and nobody looks after the portal any more"])
def test_a_bad_certificate_is_refused_unless_the_portal_says_why_not(certificate: ssl.SSLContext, reason: str) -> None:
    asked: list[bytes] = []

    async def main() -> None:
        async with secured(certificate, asked) as url:
            asks = Exchanging(url.removesuffix("tin"), accepts_bad_certificate=reason)
            try:
                if reason:
                    assert (await asks.download_async(Request(url))).body == PAGE
                else:
                    with raises_named("tls"):
                        await asks.download_async(Request(url))
            finally:
                await asks.close()

    asyncio.run(main())
    assert len(asked) == (2 if reason else 0)


def test_what_is_accepted_of_a_portal_is_not_of_others(certificate: ssl.SSLContext) -> None:
    asked: list[bytes] = []

    async def main() -> None:
        async with secured(certificate, asked) as url:
            asks = Exchanging("https://127.0.0.1:1/", accepts_bad_certificate="a reason that is long enough")
            asks.spider.origin._anywhere = True
            try:
                with raises_named("tls"):
                    await asks.download_async(Request(url))
            finally:
                await asks.close()

    asyncio.run(main())
    assert asked == []


def test_a_server_that_speaks_no_tls_is_named_so() -> None:
    async def main() -> None:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 400 Khong\r\n\r\n")
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        asks = Exchanging(url)
        with raises_named("tls"):
            await asks.download_async(Request(url))
        await asks.close()
        server.close()

    asyncio.run(main())


@pytest.mark.parametrize("said", [True, "vì thế", None])
def test_the_contract_wants_a_sentence(said: object) -> None:
    described = {
        "name": "so_thu",
        "title": "Sở Thử nghiệm",
        "hosts": ("so.tinhthu.example",),
        "platform": "wordpress",
        "evidence": "its start page as archived",
        "accepts_bad_certificate": said,
    }
    with pytest.raises(BadPortal, match="accepts_bad_certificate"):
        type("SoThu", (Portal,), described)
