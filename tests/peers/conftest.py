"""Programs of others that tests speak with, started on loopback: skipped with a message where they are missing (decision 23)."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "node_modules"
PRISM = MODULES / "@stoplight/prism-cli/dist/index.js"
DESCRIPTION = MODULES / "@twilio/cli-core/src/services/twilio-api/twilio_api_v2010.json"


@pytest.fixture(scope="session")
def node() -> str:
    """The program that runs JavaScript."""
    found = shutil.which("node")
    if found is None or not MODULES.is_dir():
        pytest.skip("Node or its modules are missing: apt-get install nodejs npm, then npm ci --ignore-scripts")
    return found


@pytest.fixture(scope="session")
def twilio_description(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twilio's own description of its API. Its example answers give paths where it says "uri", which fails its own check, and
    name a next page for ever; both are taken out of the answers. What it says of requests stands as published."""
    described: dict[str, Any] = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    for name, schema in described["components"]["schemas"].items():
        if not name.endswith("Request"):
            _forget_uri(schema)
    for ways in described["paths"].values():
        for way in ways.values():
            _forget_uri(way.get("responses") if isinstance(way, dict) else None)
    path = tmp_path_factory.mktemp("prism") / "twilio.json"
    path.write_text(json.dumps(described), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def twilio(node: str, twilio_description: Path) -> Iterator[str]:
    """A server that answers as the description says and refuses every request that does not fit it."""
    port = free_port()
    with _running([node, str(PRISM), "mock", "--errors", "-h", "127.0.0.1", "-p", str(port), str(twilio_description)]):
        wait_for(port)
        yield f"http://127.0.0.1:{port}"


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
    return port


def wait_for(port: int, seconds: float = 60.0) -> None:
    """Until somebody listens there."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"nobody listens on {port}")


class _running:  # noqa: N801 - reads as a phrase
    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)


def _forget_uri(schema: Any) -> None:
    if isinstance(schema, dict):
        if schema.get("format") == "uri":
            del schema["format"]
        if isinstance(schema.get("next_page_uri"), str):
            schema["next_page_uri"] = None
        for inner in schema.values():
            _forget_uri(inner)
    elif isinstance(schema, list):
        for inner in schema:
            _forget_uri(inner)
