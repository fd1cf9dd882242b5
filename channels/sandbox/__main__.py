"""Runs the sandbox carrier: `python -m channels.sandbox`, told by `SANDBOX_…` variables; see `config.py`."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace

import uvicorn

from channels.sandbox.app import create
from channels.sandbox.config import SandboxConfig


def main() -> int:
    """Serve until stopped; 2 when a setting is missing or wrong. Secrets come from the environment only."""
    parser = argparse.ArgumentParser(prog="python -m channels.sandbox", description="A phone to try the desk with.")
    parser.add_argument("--host", help="address to listen on (default 127.0.0.1: this machine only)")
    parser.add_argument("--port", type=int, help="port to listen on (default 8010)")
    parser.add_argument("--hook-url", help="where the desk's hooks are reached")
    parser.add_argument("--desk-url", help="where a browser finds the desk")
    parser.add_argument("--accounts-file", help="JSON list of demo accounts to show")
    given = {name: value for name, value in vars(parser.parse_args()).items() if value is not None}
    try:
        config = replace(SandboxConfig.from_env(os.environ), **given)
    except ValueError as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    # No access log: list requests carry numbers in their addresses, as the provider's do.
    uvicorn.run(create(config), host=config.host, port=config.port, log_level="warning", access_log=False)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
