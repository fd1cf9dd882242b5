"""Serves the web process: one process, its limits, and nothing in its log but our own listed fields."""

from __future__ import annotations

from feedback.settings import Settings

MOST_AT_ONCE = 600
"""Connections served at once; who comes beyond gets 503 and comes again, as providers do."""


def serve(settings: Settings) -> None:
    """Serve until told to stop."""
    import uvicorn

    from feedback import app, wiring

    host, _, port = settings.bind.rpartition(":")
    uvicorn.run(
        app.create(wiring.live(settings)),
        host=host.strip("[]"),
        port=int(port),
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        limit_concurrency=MOST_AT_ONCE,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=5,
    )
