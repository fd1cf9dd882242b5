"""The settings of a demo: everything on this machine, the sandbox for a carrier."""

from __future__ import annotations

from channels.sandbox.config import SandboxConfig
from feedback.ops.folder import Folder
from feedback.settings import Settings

ACCOUNT_SID = "AC" + "de30" * 8
SENDER = SandboxConfig(ACCOUNT_SID, "").sender
RINGS = "+8809610000101"
"""The number that costs nothing: it turns calls away and calls back."""


def settings(folder: Folder, *, port: int, sandbox_port: int, redis_url: str = "") -> Settings:
    """The settings of the demo in this folder."""
    carrier = f"http://127.0.0.1:{sandbox_port}"
    return Settings(
        database_url=f"sqlite:///{folder.database}",
        key_file=folder.key_file,
        public_url=f"http://localhost:{port}",
        redis_url=redis_url,
        demo=True,
        twilio_account_sid=ACCOUNT_SID,
        twilio_auth_token_file=folder.carrier_token,
        twilio_numbers=(SENDER,),
        missed_call_numbers=(RINGS,),
        twilio_api_base=carrier,
        sandbox_url=carrier,
        bind=f"127.0.0.1:{port}",
    )
