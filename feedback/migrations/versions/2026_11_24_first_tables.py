"""The first tables: tickets with their keys, what was heard and said, history, staff."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_first_tables"
down_revision = None
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ticket_id", ROW, nullable=True),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=24), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("wall", sa.String(length=24), nullable=True),
        sa.Column("place", sa.BigInteger(), nullable=True),
        sa.Column("chained_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("previous", sa.LargeBinary(length=32), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        sa.UniqueConstraint("place", name="uq_event_place"),
    )
    op.create_index("ix_event_ticket_id", "event", ["ticket_id"])

    op.create_table(
        "installation",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("word", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_installation"),
    )
    op.create_table(
        "receipt",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("adapter", sa.String(length=24), nullable=False),
        sa.Column("provider_ref", sa.String(length=64), nullable=False),
        sa.Column("delivery", sa.String(length=24), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_receipt"),
        sa.UniqueConstraint("adapter", "provider_ref", "delivery", name="uq_receipt_adapter_provider_ref_delivery"),
    )
    op.create_table(
        "silent",
        sa.Column("address_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address_index", name="pk_silent"),
    )
    op.create_table(
        "slot",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_slot"),
    )
    op.create_table(
        "staff",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("agency", sa.String(length=32), nullable=True),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("sectors", sa.JSON(), nullable=False),
        sa.Column("agencies", sa.JSON(), nullable=False),
        sa.Column("clearances", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("verifier", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("totp", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("login", name="uq_staff_login"),
        sa.UniqueConstraint("reference", name="uq_staff_reference"),
    )
    op.create_table(
        "throttle",
        sa.Column("what", sa.LargeBinary(length=32), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("what", name="pk_throttle"),
    )
    op.create_table(
        "ticket_key",
        sa.Column("ticket_id", ROW, autoincrement=False, nullable=False),
        sa.Column("recipient", sa.String(length=48), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", "recipient", name="pk_ticket_key"),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("adapter", sa.String(length=24), nullable=False),
        sa.Column("hook", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", ROW, nullable=True),
        sa.ForeignKeyConstraint(["settled_by"], ["staff.id"], name="fk_quarantine_settled_by"),
        sa.PrimaryKeyConstraint("id", name="pk_quarantine"),
        sa.UniqueConstraint("reference", name="uq_quarantine_reference"),
    )
    op.create_table(
        "staff_session",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("staff_id", ROW, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_session_staff_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_staff_session"),
    )
    op.create_index("ix_staff_session_staff_id", "staff_session", ["staff_id"])

    op.create_table(
        "ticket",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=True),
        sa.Column("code_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("compartment", sa.String(length=24), nullable=True),
        sa.Column("tier", sa.String(length=8), nullable=True),
        sa.Column("raised_by", sa.String(length=24), nullable=True),
        sa.Column("sector", sa.String(length=32), nullable=True),
        sa.Column("subcategory", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=True),
        sa.Column("place", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("response_version", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(length=32), nullable=True),
        sa.Column("desk", sa.String(length=32), nullable=True),
        sa.Column("provider", sa.String(length=32), nullable=True),
        sa.Column("subject", sa.String(length=32), nullable=True),
        sa.Column("subject_staff", ROW, nullable=True),
        sa.Column("assigned_to", ROW, nullable=True),
        sa.Column("entered_by", ROW, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.Column("danger_first", sa.Boolean(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("screened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("may_answer", ROW, nullable=True),
        sa.Column("joined_to", ROW, nullable=True),
        sa.Column("title", sa.LargeBinary(), nullable=True),
        sa.Column("facts", sa.LargeBinary(), nullable=True),
        sa.Column("suggestion", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["assigned_to"], ["staff.id"], name="fk_ticket_assigned_to"),
        sa.ForeignKeyConstraint(["entered_by"], ["staff.id"], name="fk_ticket_entered_by"),
        sa.PrimaryKeyConstraint("id", name="pk_ticket"),
        sa.UniqueConstraint("code", name="uq_ticket_code"),
        sa.UniqueConstraint("reference", name="uq_ticket_reference"),
    )
    op.create_index("ix_ticket_assigned_to", "ticket", ["assigned_to"])
    op.create_index("ix_ticket_compartment_status_due_at", "ticket", ["compartment", "status", "due_at"])
    op.create_index(
        "ix_ticket_unread",
        "ticket",
        ["created_at"],
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )

    op.create_table(
        "contact",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW, nullable=False),
        sa.Column("adapter", sa.String(length=24), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("address_index", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_contact_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
    )
    op.create_index("ix_contact_address_index", "contact", ["address_index"])
    op.create_index("ix_contact_ticket_id", "contact", ["ticket_id"])

    op.create_table(
        "message",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW, nullable=False),
        sa.Column("adapter", sa.String(length=24), nullable=False),
        sa.Column("provider_ref", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_message_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("adapter", "provider_ref", name="uq_message_adapter_provider_ref"),
    )
    op.create_index("ix_message_ticket_id", "message", ["ticket_id"])

    op.create_table(
        "note",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("author", ROW, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["author"], ["staff.id"], name="fk_note_author"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_note_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_note"),
    )
    op.create_index("ix_note_ticket_id", "note", ["ticket_id"])

    op.create_table(
        "reply",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("ticket_id", ROW, nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("adapter", sa.String(length=24), nullable=True),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("author", ROW, nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("provider_ref", sa.String(length=64), nullable=True),
        sa.Column("why", sa.String(length=80), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_by", ROW, nullable=True),
        sa.ForeignKeyConstraint(["author"], ["staff.id"], name="fk_reply_author"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_reply_ticket_id"),
        sa.ForeignKeyConstraint(["told_by"], ["staff.id"], name="fk_reply_told_by"),
        sa.PrimaryKeyConstraint("id", name="pk_reply"),
        sa.UniqueConstraint("adapter", "provider_ref", name="uq_reply_adapter_provider_ref"),
        sa.UniqueConstraint("reference", name="uq_reply_reference"),
    )
    op.create_index("ix_reply_state_not_before", "reply", ["state", "not_before"])
    op.create_index("ix_reply_ticket_id", "reply", ["ticket_id"])

    op.create_table(
        "term",
        sa.Column("hmac64", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_term_ticket_id"),
        sa.PrimaryKeyConstraint("hmac64", "ticket_id", name="pk_term"),
    )
    op.create_index("ix_term_ticket_id", "term", ["ticket_id"])

    op.create_table(
        "recording",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("ticket_id", ROW, nullable=False),
        sa.Column("message_id", ROW, nullable=False),
        sa.Column("adapter", sa.String(length=24), nullable=False),
        sa.Column("provider_ref", sa.String(length=64), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=True),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_recording_message_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_recording_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recording"),
        sa.UniqueConstraint("reference", name="uq_recording_reference"),
    )
    op.create_index("ix_recording_message_id", "recording", ["message_id"])
    op.create_index("ix_recording_state", "recording", ["state"])
    op.create_index("ix_recording_ticket_id", "recording", ["ticket_id"])

    op.create_table(
        "recording_chunk",
        sa.Column("recording_id", ROW, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sound", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name="fk_recording_chunk_recording_id"),
        sa.PrimaryKeyConstraint("recording_id", "number", name="pk_recording_chunk"),
    )
