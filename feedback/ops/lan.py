"""The desk for phones and tablets on this machine's network: the same desk over TLS, and a page by which they trust it."""

from __future__ import annotations

import http.client
import ssl
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from feedback.ops import parts, ports, tls
from feedback.ops.folder import environment, surroundings
from feedback.ops.supervisor import Part
from feedback.settings import Settings

PORT = 8443
TRUST_PORT = 8080


@dataclass(frozen=True, slots=True)
class Lan:
    """What is served on the network, besides what is served on this machine alone."""

    address: str
    port: int
    trust_port: int
    files: tls.Files

    @property
    def url(self) -> str:
        """Where phones find the desk."""
        return f"https://{self.address}:{self.port}"

    @property
    def trust_url(self) -> str:
        """Where they come to trust it."""
        return f"http://{self.address}:{self.trust_port}/"

    def parts(self, settings: Settings, log: Callable[[str], Path | None]) -> list[Part]:
        """Its two processes: a web process of its own, over the same database, and the page."""
        own = replace(
            settings,
            bind=f"0.0.0.0:{self.port}",
            public_url=self.url,
            tls_certificate=self.files.certificate,
            tls_key=self.files.key,
        )
        desk = [sys.executable, "-m", "feedback", "web"]
        trust = [sys.executable, "-m", "feedback", "trust-page", str(self.files.folder), self.url]
        port, page = str(self.trust_port), f"http://127.0.0.1:{self.trust_port}/"
        return [
            Part("web-lan", desk, surroundings(environment(own)), lambda pid: self._answers(), log("web-lan")),
            Part(
                "trust", [*trust, "--port", port], surroundings({}), lambda pid: parts.page_answers(page), log("trust")
            ),
        ]

    def words(self) -> str:
        """What the operator tells those who stand beside the laptop."""
        return f"""
  On this network

  Tablets first   {self.trust_url}    once: gets and installs our certificate; compare this with what they show
                  {tls.fingerprint(self.files.authority)}
  Then            {self.url}/tablet/
"""

    def _answers(self) -> bool:
        trusting = ssl.create_default_context(cafile=str(self.files.authority))
        line = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=5, context=trusting)
        try:
            line.request("GET", "/tablet/worker.js", headers={"Host": f"{self.address}:{self.port}"})
            return line.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()


def prepare(folder: Path, *, address: str = "") -> Lan:
    """Make or renew the certificate for this machine's addresses. Raises `NoAddress`, `NoPort`.

    `address`: how phones reach this machine, where that can't be found out (a name under .local, another network).
    """
    addresses = [address] if address else tls.own_addresses()
    files = tls.prepare(folder / "tls", [*addresses, "127.0.0.1", "localhost"])
    desk = ports.free(PORT)
    return Lan(addresses[0], desk, ports.free(TRUST_PORT, but=frozenset({desk})), files)


def serve_trust_page(folder: Path, desk_url: str, port: int) -> None:
    """Serve the page until told to stop."""
    import uvicorn

    from feedback.web import trust

    files = tls.Files(folder)
    authority = trust.Authority(tls.der(files.authority), tls.fingerprint(files.authority), desk_url)
    uvicorn.run(
        trust.create(authority),
        host="0.0.0.0",  # noqa: S104 - it is there for the network
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
    )
