"""An authority of the installation's own, so that phones on a laptop's network can speak with it in private (decision 21)."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from feedback import clock

AUTHORITY_LASTS = timedelta(days=2 * 365)
SERVER_LASTS = timedelta(days=90)
RENEW_BEFORE = timedelta(days=30)
_CURVE = ec.SECP256R1

PRIVATE_NETWORKS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7")
"""The authority can speak for addresses in these and for names under .local and .lan, and for nothing else: a tablet that
trusts it gives nobody the means to pose as any other site."""

PRIVATE_NAMES = ("local", "lan", "localhost")


class NoAddress(Exception):  # noqa: N818
    """This machine has no address in a private network; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Files:
    """Where authority and certificate lie. Both keys have mode 0400."""

    folder: Path

    @property
    def authority(self) -> Path:
        return self.folder / "authority.pem"

    @property
    def authority_key(self) -> Path:
        return self.folder / "authority.key"

    @property
    def certificate(self) -> Path:
        return self.folder / "server.pem"

    @property
    def key(self) -> Path:
        return self.folder / "server.key"


def prepare(folder: Path, addresses: Sequence[str]) -> Files:
    """Make the authority once, and a certificate for these addresses and names whenever the last one no longer does."""
    files = Files(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not files.authority.exists() or _ends(files.authority) < clock.now() + SERVER_LASTS:
        _make_authority(files)
    if not _still_good(files, addresses):
        _make_certificate(files, addresses)
    return files


def fingerprint(certificate: Path) -> str:
    """The SHA-256 of a certificate as people compare it: 64 hex digits in groups of four."""
    digest = _read(certificate).fingerprint(hashes.SHA256()).hex().upper()
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))


def der(certificate: Path) -> bytes:
    """The certificate as phones import it."""
    return _read(certificate).public_bytes(serialization.Encoding.DER)


def own_addresses() -> list[str]:
    """The addresses of this machine in private networks, the one that others most likely reach first.

    Raises `NoAddress` where there is none: then it is not on a network.
    """
    found = []
    for target in ("10.255.255.255", "192.168.255.255", "172.31.255.255"):  # nothing is sent: only a way is looked up
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((target, 9))
                found.append(probe.getsockname()[0])
            except OSError:
                continue
    with contextlib.suppress(OSError):
        found += [str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    private = [one for one in dict.fromkeys(found) if _is_private(one) and not ipaddress.ip_address(one).is_loopback]
    if not private:
        raise NoAddress("This machine is on no private network. Connect it first, or name its address with --address.")
    return private


def _is_private(address: str) -> bool:
    one = ipaddress.ip_address(address)
    return any(
        one.version == network.version and one in network for network in map(ipaddress.ip_network, PRIVATE_NETWORKS)
    )


def _make_authority(files: Files) -> None:
    key, now = ec.generate_private_key(_CURVE()), clock.now()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Feedback desk, {now:%Y-%m-%d}, {os.urandom(2).hex()}")])
    permitted: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_network(one)) for one in PRIVATE_NETWORKS]
    permitted += [x509.DNSName(one) for one in PRIVATE_NAMES]
    built = (
        _begun(name, name, key, AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    _write_key(files.authority_key, key)
    files.certificate.unlink(missing_ok=True)
    _write(files.authority, built.sign(key, hashes.SHA256()))


def _make_certificate(files: Files, addresses: Sequence[str]) -> None:
    authority = _read(files.authority)
    signer = serialization.load_pem_private_key(files.authority_key.read_bytes(), None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(_CURVE())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Feedback desk")])
    built = (
        _begun(name, authority.subject, key, SERVER_LASTS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_named(one) for one in addresses]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    _write_key(files.key, key)
    _write(files.certificate, built.sign(signer, hashes.SHA256()))


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, lasts: timedelta
) -> x509.CertificateBuilder:
    now = clock.now()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # clocks of tablets are not always right
        .not_valid_after(now + lasts)
    )


def _usage(*, sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign,
        key_cert_sign=sign,
        crl_sign=sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _still_good(files: Files, addresses: Sequence[str]) -> bool:
    if not (files.certificate.exists() and files.key.exists()):
        return False
    names = _read(files.certificate).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(map(_named, addresses)) <= set(names) and _ends(files.certificate) > clock.now() + RENEW_BEFORE


def _named(address: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(address))
    except ValueError:
        return x509.DNSName(address)


def _ends(certificate: Path) -> datetime:
    return _read(certificate).not_valid_after_utc.astimezone(UTC)


def _read(certificate: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(certificate.read_bytes())


def _write(path: Path, certificate: x509.Certificate) -> None:
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    path.unlink(missing_ok=True)
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as file:
        file.write(plain)
