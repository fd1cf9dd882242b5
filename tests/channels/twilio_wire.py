"""Twilio's side for tests: requests signed by hand (not by the SDK that checks them), and an API to talk to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from channels.contract import HookRequest
from tests.channels.cases import AT

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN, NEXT_TOKEN = "token-of-today", "token-of-tomorrow"
OURS, PERSON = "+15005550006", "+8801712345417"
PUBLIC = "https://desk.example.org"
MESSAGE = "SM" + "a" * 32
CALL, RECORDING = "CA" + "b" * 32, "RE" + "c" * 32

Pairs = Sequence[tuple[str, str]]


def sign(url: str, fields: Pairs, token: str = TOKEN) -> str:
    """Twilio's signature, from its published description: address, then each name and value in order of the names."""
    text = url + "".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def post(
    adapter: str,
    hook: str,
    fields: Mapping[str, str] | Pairs,
    *,
    query: str = "",
    token: str = TOKEN,
    signature: str | None = None,
    signed_url: str | None = None,
    body: bytes | None = None,
) -> HookRequest:
    """A request as our door hands it on; signed rightly unless told otherwise."""
    pairs = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
    url = f"{PUBLIC}/hooks/{adapter}/{hook}" + (f"?{query}" if query else "")
    signature = sign(signed_url or url, pairs, token) if signature is None else signature
    body = urlencode(pairs).encode() if body is None else body
    return HookRequest(hook=hook, url=url, headers={"x-twilio-signature": signature}, body=body, at=AT)


@dataclass
class Asked:
    """One request that the API got."""

    method: str
    path: str
    query: dict[str, list[str]]
    form: dict[str, str]
    authorization: str
    body: bytes


@dataclass
class Api:
    """What the API has been told to answer, and what it was asked. `answers` are used up in order, the last one stays."""

    base: str = ""
    answers: list[tuple[int, Mapping[str, str], bytes]] = field(default_factory=list)
    delay: float = 0.0
    cut: bool = False  # close the connection instead of answering
    asked: list[Asked] = field(default_factory=list)

    def will_answer(self, status: int, content: Any = b"", **headers: str) -> None:
        """Queue one answer; anything but bytes goes out as JSON."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.answers.append((status, headers, body))

    def will_refuse(self, status: int, code: int) -> None:
        """Queue an error in Twilio's form, which repeats the number."""
        words = f"The 'To' number {PERSON} is not valid."
        self.will_answer(status, {"code": code, "message": words, "status": status, "more_info": "https://x"})


def listed(sid: str, body: str, created: str, *, sender: str = OURS) -> dict[str, Any]:
    """One message of a list, with the fields that matter here."""
    return {"sid": sid, "body": body, "from": sender, "to": PERSON, "date_created": created, "status": "sent"}


def page(*messages: dict[str, Any]) -> dict[str, Any]:
    """One page of a list of messages, the last one."""
    return {"messages": list(messages), "next_page_uri": None, "page": 0, "page_size": 50}


@contextmanager
def serving() -> Iterator[Api]:
    """Run the API on loopback for as long as the block lasts."""
    api = Api()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            length = int(self.headers.get("content-length", 0))
            sent = self.rfile.read(length)
            form = dict(parse_qsl(sent.decode(), keep_blank_values=True))
            password = self.headers.get("authorization", "")
            api.asked.append(Asked(self.command, url.path, parse_qs(url.query), form, password, sent))
            time.sleep(api.delay)
            if api.cut:
                self.close_connection = True
                return
            status, headers, body = api.answers.pop(0) if len(api.answers) > 1 else api.answers[0]
            self.send_response(status)
            for name, value in {"content-length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the library looks for this name

        def log_message(self, *_: Any) -> None:
            pass

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    api.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
