"""Programs of others that tests speak with, started on loopback: skipped with a message where they are missing (decision 23)."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.ports import held_port

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "node_modules"
PRISM = MODULES / "@stoplight/prism-cli/dist/index.js"
PATIENCE = 90.0  # seconds that a program may take to start or to end on a loaded machine
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
    with held_port() as port:
        command = [node, str(PRISM), "mock", "--errors", "-h", "127.0.0.1", "-p", str(port), str(twilio_description)]
        with started(command, port):
            yield f"http://127.0.0.1:{port}"


@contextmanager
def started(command: list[str], port: int, log: Path | None = None) -> Iterator[None]:
    """This program, from when it listens on the port until the block ends."""
    with (log or Path(os.devnull)).open("w") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)
    try:
        _wait(process, port)
        yield
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, f"{process.args!r} ended with {process.returncode}"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"nobody listens on {port}")


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
