"""Our records in Twilio's wire format: the fields of its hooks, the JSON of its REST resources, and its errors."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from typing import Any

from channels.sandbox.call import Call
from channels.sandbox.config import SandboxConfig
from channels.sandbox.pictures import Picture
from channels.sandbox.store import Recording, Text

API_VERSION = "2010-04-01"

ERRORS: dict[int, tuple[int, str]] = {  # code: HTTP status and what Twilio's documentation calls it, in our words
    20003: (401, "Authenticate"),
    20009: (409, "The resource can't be changed or deleted before it is complete"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too many requests"),
    20503: (503, "The service is not available"),
    21211: (400, "The 'To' number is not a valid phone number"),
    21266: (400, "'To' and 'From' number cannot be the same"),
    21602: (400, "A message body is required"),
    21603: (400, "A 'From' phone number is required"),
    21604: (400, "A 'To' phone number is required"),
    21606: (400, "The 'From' phone number is not a valid, message-capable number of this account"),
    21609: (400, "The 'StatusCallback' URL is not a valid URL of the desk"),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21617: (400, "The message body exceeds the 1600 character limit"),
}


def error(code: int) -> tuple[int, dict[str, Any]]:
    """The HTTP status and JSON body of an error; a code that is not in the table is a refusal with 400."""
    status, message = ERRORS.get(code, (400, "The message was refused"))
    more = f"https://www.twilio.com/docs/errors/{code}"
    return status, {"code": code, "message": message, "more_info": more, "status": status}


def inbound(config: SandboxConfig, text: Text) -> dict[str, str]:
    """The form of a text that arrives at our number."""
    return (
        _place("From")
        | _place("To")
        | _ids(config, text)
        | {
            "Body": text.body,
            "NumMedia": str(len(text.pictures)),
            **_pictures(config, text),
            "NumSegments": str(text.segments),
            "SmsMessageSid": text.sid,
            "SmsStatus": text.status,
        }
    )


def _pictures(config: SandboxConfig, text: Text) -> dict[str, str]:
    root = f"{config.carrier_base}/{API_VERSION}/Accounts/{config.account_sid}/Messages/{text.sid}/Media"
    fields: dict[str, str] = {}
    for index, one in enumerate(text.pictures):
        fields |= {f"MediaUrl{index}": f"{root}/{one.sid}", f"MediaContentType{index}": one.media_type}
    return fields


def media_json(config: SandboxConfig, text: Text, picture: Picture) -> dict[str, Any]:
    """One picture of a text, as its record."""
    at = f"/{API_VERSION}/Accounts/{config.account_sid}/Messages/{text.sid}/Media/{picture.sid}"
    return {
        "sid": picture.sid,
        "account_sid": config.account_sid,
        "parent_sid": text.sid,
        "content_type": picture.media_type,
        "date_created": _rfc2822(text.created),
        "date_updated": _rfc2822(text.updated),
        "uri": f"{at}.json",
    }


def receipt(config: SandboxConfig, text: Text) -> dict[str, str]:
    """The form of a status callback for a text of ours, as it stands now."""
    fields = _ids(config, text) | {"SmsStatus": text.status, "MessageStatus": text.status}
    return fields if text.error_code is None else fields | {"ErrorCode": str(text.error_code)}


def call(config: SandboxConfig, line: Call) -> dict[str, str]:
    """The fields that come with every request about a call."""
    sender, to = from_of(config, line), to_of(config, line)
    return (
        _place("From")
        | _place("To")
        | _place("Caller")
        | _place("Called")
        | {
            "AccountSid": config.account_sid,
            "ApiVersion": API_VERSION,
            "CallSid": line.sid,
            "CallStatus": line.status,
            "Called": to,
            "Caller": sender,
            "Direction": "outbound-api" if line.outgoing else "inbound",
            "From": sender,
            "To": to,
        }
    )


def recording_ended(config: SandboxConfig, recording: Recording) -> dict[str, str]:
    """What the `action` of a Record verb is told, beside the call's own fields."""
    return {
        "RecordingDuration": str(recording.seconds),
        "RecordingSid": recording.sid,
        "RecordingUrl": f"{config.carrier_base}{_account(config)}/Recordings/{recording.sid}",
    }


def recording_ready(config: SandboxConfig, recording: Recording) -> dict[str, str]:
    """The form of a recording status callback."""
    return recording_ended(config, recording) | {
        "AccountSid": config.account_sid,
        "CallSid": recording.call_sid,
        "ErrorCode": "0",
        "RecordingChannels": "1",
        "RecordingSource": "RecordVerb",
        "RecordingStartTime": _rfc2822(recording.created) or "",
        "RecordingStatus": "completed",
    }


def message_json(config: SandboxConfig, text: Text) -> dict[str, Any]:
    """A text as the Messages resource."""
    uri = f"{_account(config)}/Messages/{text.sid}"
    return {
        "account_sid": config.account_sid,
        "api_version": API_VERSION,
        "body": text.body,
        "date_created": _rfc2822(text.created),
        "date_sent": _rfc2822(text.sent_at),
        "date_updated": _rfc2822(text.updated),
        "direction": text.direction,
        "error_code": text.error_code,
        "error_message": None if text.error_code is None else error(text.error_code)[1]["message"],
        "from": text.sender,
        "messaging_service_sid": None,
        "num_media": str(len(text.pictures)),
        "num_segments": str(text.segments),
        "price": None,
        "price_unit": "USD",
        "sid": text.sid,
        "status": text.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": text.to,
        "uri": f"{uri}.json",
    }


def recording_json(config: SandboxConfig, recording: Recording) -> dict[str, Any]:
    """A recording as the Recordings resource."""
    uri = f"{_account(config)}/Recordings/{recording.sid}"
    return {
        "account_sid": config.account_sid,
        "api_version": API_VERSION,
        "call_sid": recording.call_sid,
        "channels": 1,
        "conference_sid": None,
        "date_created": _rfc2822(recording.created),
        "date_updated": _rfc2822(recording.created),
        "duration": str(recording.seconds) if recording.ready else None,
        "encryption_details": None,
        "error_code": None,
        "media_url": f"{config.carrier_base}{uri}",
        "price": None,
        "price_unit": "USD",
        "sid": recording.sid,
        "source": "RecordVerb",
        "start_time": _rfc2822(recording.created),
        "status": "completed" if recording.ready else "processing",
        "subresource_uris": {},
        "uri": f"{uri}.json",
    }


def call_json(config: SandboxConfig, line: Call) -> dict[str, Any]:
    """A call as the Calls resource."""
    sender, to = from_of(config, line), to_of(config, line)
    return {
        "account_sid": config.account_sid,
        "api_version": API_VERSION,
        "date_created": _rfc2822(line.began),
        "direction": "outbound-api" if line.outgoing else "inbound",
        "duration": None,
        "end_time": _rfc2822(line.began) if line.ended else None,
        "from": sender,
        "price": None,
        "price_unit": "USD",
        "sid": line.sid,
        "start_time": _rfc2822(line.began),
        "status": line.status,
        "subresource_uris": {},
        "to": to,
        "uri": f"{_account(config)}/Calls/{line.sid}.json",
    }


def account_json(config: SandboxConfig) -> dict[str, Any]:
    """The account itself, for whoever checks the credentials."""
    uri = f"{_account(config)}.json"
    return {"sid": config.account_sid, "friendly_name": "Sandbox", "status": "active", "type": "Full", "uri": uri}


def from_of(config: SandboxConfig, line: Call) -> str:
    """Whose call it is."""
    return config.sender if line.outgoing else line.number


def to_of(config: SandboxConfig, line: Call) -> str:
    """Whom it goes to."""
    return line.number if line.outgoing else line.dialled or config.sender


def _account(config: SandboxConfig) -> str:
    return f"/{API_VERSION}/Accounts/{config.account_sid}"


def _ids(config: SandboxConfig, text: Text) -> dict[str, str]:
    return {
        "AccountSid": config.account_sid,
        "ApiVersion": API_VERSION,
        "From": text.sender,
        "MessageSid": text.sid,
        "SmsSid": text.sid,
        "To": text.to,
    }


def _place(side: str) -> dict[str, str]:
    return {f"{side}City": "", f"{side}Country": "BD", f"{side}State": "", f"{side}Zip": ""}


def _rfc2822(at: datetime | None) -> str | None:
    return None if at is None else format_datetime(at)
