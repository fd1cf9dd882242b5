"""The authority of a one-laptop installation: made once, kept close, trusted for private networks and for nothing else."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import stat
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from cryptography import x509
from starlette.testclient import TestClient

from feedback import clock
from feedback.ops import tls
from feedback.web import trust

ADDRESSES = ("192.168.1.5", "127.0.0.1", "localhost")


@pytest.fixture
def files(tmp_path: Path) -> tls.Files:
    return tls.prepare(tmp_path / "tls", ADDRESSES)


def _handshake(files: tls.Files, *, name: str) -> str:
    """Speak TLS with a server of this certificate, trusting the authority alone; the protocol, or the reason against it."""
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(files.certificate, files.key)
    theirs = ssl.create_default_context(cafile=str(files.authority))
    left, right = socket.socketpair()
    left.settimeout(60)
    right.settimeout(60)

    def serve() -> None:
        try:
            ours.wrap_socket(left, server_side=True).close()
        except OSError:
            left.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with theirs.wrap_socket(right, server_hostname=name) as spoken:
            return spoken.version() or ""
    except ssl.SSLCertVerificationError as why:
        return why.verify_message
    finally:
        right.close()
        thread.join()


@pytest.mark.parametrize("name", ADDRESSES)
def test_who_trusts_the_authority_speaks_with_the_desk_at_each_of_its_addresses(files: tls.Files, name: str) -> None:
    assert _handshake(files, name=name) == "TLSv1.3"


def test_another_address_is_not_ours(files: tls.Files) -> None:
    assert "192.168.1.6" in _handshake(files, name="192.168.1.6")


@pytest.mark.parametrize("name", ["bank.example", "8.8.8.8"])
def test_the_authority_lets_nobody_pose_as_another_site(files: tls.Files, name: str) -> None:
    """Even whoever steals its key: a certificate for anything public is refused by who trusts it."""
    tls._make_certificate(files, [name])
    assert "permitted subtree" in _handshake(files, name=name)


def test_both_keys_are_for_their_owner_alone(files: tls.Files) -> None:
    for key in (files.key, files.authority_key):
        assert stat.S_IMODE(key.stat().st_mode) == 0o400


def test_the_authority_stays_so_that_tablets_trust_it_once(files: tls.Files) -> None:
    before = files.authority.read_bytes(), files.certificate.read_bytes()
    tls.prepare(files.folder, ADDRESSES)
    assert (files.authority.read_bytes(), files.certificate.read_bytes()) == before
    tls.prepare(files.folder, ["192.168.7.7", *ADDRESSES])
    assert files.authority.read_bytes() == before[0]
    assert _handshake(files, name="192.168.7.7") == "TLSv1.3"


def test_the_certificate_is_renewed_before_it_ends(files: tls.Files) -> None:
    before = files.certificate.read_bytes()
    with time_machine.travel(clock.now() + tls.SERVER_LASTS - tls.RENEW_BEFORE + timedelta(days=1)):
        tls.prepare(files.folder, ADDRESSES)
    assert files.certificate.read_bytes() != before


def test_the_page_gives_the_certificate_and_says_what_to_compare(files: tls.Files) -> None:
    authority = trust.Authority(tls.der(files.authority), tls.fingerprint(files.authority), "https://192.168.1.5:8443")
    client = TestClient(trust.create(authority))
    page = client.get("/").text
    assert all(group in page for group in tls.fingerprint(files.authority).split(" "))
    assert 'href="https://192.168.1.5:8443/tablet/"' in page
    given = client.get("/feedback-desk.crt")
    assert given.headers["content-type"] == "application/x-x509-ca-cert"
    assert x509.load_der_x509_certificate(given.content) == x509.load_pem_x509_certificate(files.authority.read_bytes())


@pytest.mark.parametrize("path", ["/sign-in", "/tablet/", "/sync", "/inbox", "/server.key", "/authority.key"])
def test_the_page_is_the_way_to_nothing_else(files: tls.Files, path: str) -> None:
    client = TestClient(trust.create(trust.Authority(b"", "AAAA", "https://192.168.1.5:8443")))
    assert client.get(path).status_code == 404
    assert client.post("/").status_code == 405


def test_addresses_of_this_machine_are_private_ones_or_none() -> None:
    """In a process of its own: looking up a way opens a socket, though nothing is sent."""
    ask = "from feedback.ops.tls import *\ntry: print(*own_addresses())\nexcept NoAddress: pass"
    found = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout.split()
    assert all(ipaddress.ip_address(one).is_private and not ipaddress.ip_address(one).is_loopback for one in found)
