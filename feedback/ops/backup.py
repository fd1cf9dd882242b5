"""A consistent copy of the database while the desk runs, never the key file; and what a restore has to forget again."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from feedback import clock
from feedback.desk import forgotten
from feedback.ops import migrate
from feedback.settings import Settings
from feedback.wiring import Parts


class NoBackup(Exception):  # noqa: N818
    """It could not be made; the text says why. Nothing half made is left."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup in a folder of its own."""

    folder: Path
    file: str
    size: int  # bytes
    sha256: str


def make(settings: Settings, into: Path) -> Made:
    """Copy the database of these settings into a new folder under `into`, and check the copy. Raises `NoBackup`."""
    folder = into.absolute() / f"backup-{clock.now():%Y-%m-%dT%H%M%SZ}"
    url = sa.make_url(settings.database_url)
    try:
        folder.mkdir(parents=True, mode=0o700)
    except OSError as why:
        raise NoBackup(f"{folder} can't be made: {why.strerror}") from None
    try:
        file = _sqlite(url, folder) if url.get_backend_name() == "sqlite" else _postgresql(url, folder)
        file.chmod(0o600)
        made = Made(folder, file.name, file.stat().st_size, _digest(file))
        words = {"made_at": clock.now().isoformat(), "file": made.file, "sha256": made.sha256}
        words |= {"engine": url.get_backend_name(), "revision": migrate.newest()}
        (folder / "backup.json").write_text(json.dumps(words, indent=1) + "\n", encoding="utf-8")
        return made
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def keep_forgotten(parts: Parts) -> int:
    """Write down beside the backups what was forgotten since last time; how many lines. Nothing is ever taken off it:
    after a restore the file knows what the database does not (I29)."""
    file = parts.settings.forgotten_file
    if file is None:
        return 0
    with parts.database.transaction(write=False) as session:
        found = forgotten.lines(session)
    fresh = sorted(found - set(_kept(file)))
    if fresh:
        with open(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as kept:
            kept.write("".join(f"{line}\n" for line in fresh))
            kept.flush()
            os.fsync(kept.fileno())
    return len(fresh)


def unkept(settings: Settings) -> str | None:
    """Why a restore would bring back what was forgotten, or lose the record of it with the database; None: it would not."""
    file = settings.forgotten_file
    if file is None:
        return (
            "what was forgotten is not written down: set FEEDBACK_FORGOTTEN_FILE to a file on the disk of the backups"
        )
    url = sa.make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and Path(str(url.database)).absolute().parent in file.absolute().parents:
        return "what was forgotten is written down beside the database: it would be lost or put back with it. Move it."
    if not file.parent.is_dir():
        return f"there is no folder {file.parent} to write down what was forgotten"
    return None


def forget_again(parts: Parts) -> int:
    """After a restore: forget once more what was forgotten since the backup; how many tickets. Raises `NoBackup`."""
    file = parts.settings.forgotten_file
    if file is None or not file.exists():
        raise NoBackup("FEEDBACK_FORGOTTEN_FILE names no file: what was forgotten since the backup is not known here.")
    try:
        with parts.database.transaction() as session:
            return forgotten.again(session, _kept(file))
    except forgotten.BadLine as why:
        raise NoBackup(str(why)) from None


def _kept(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def _sqlite(url: sa.URL, folder: Path) -> Path:
    """`VACUUM INTO` reads one moment of the database, takes no lock that intake waits for, and leaves no free pages."""
    source, file = Path(str(url.database)), folder / "desk.db"
    if not source.exists():
        raise NoBackup(f"There is no database {source}.")
    try:
        with sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True) as database:
            database.execute("VACUUM INTO ?", (str(file),))
        database.close()
        with sqlite3.connect(file) as copy:
            if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise NoBackup("The copy is damaged; is the database?")
        copy.close()
    except sqlite3.Error as why:
        raise NoBackup(f"SQLite could not copy it ({type(why).__name__}).") from None
    _sync(file)
    return file


def _postgresql(url: sa.URL, folder: Path) -> Path:
    program, file = shutil.which("pg_dump"), folder / "desk.dump"
    if program is None:
        raise NoBackup("pg_dump is not installed; it comes with PostgreSQL's client programs.")
    given = {"PGHOST": url.host, "PGPORT": url.port, "PGUSER": url.username, "PGDATABASE": url.database}
    given |= {"PGPASSWORD": url.password, **{f"PG{name.upper()}": str(value) for name, value in url.query.items()}}
    env = os.environ | {name: str(value) for name, value in given.items() if value}
    done = subprocess.run(  # noqa: S603 - the password goes by the environment, not by the command line
        [program, "--format=custom", f"--file={file}"], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise NoBackup(f"pg_dump ended with {done.returncode}: {done.stderr.strip().splitlines()[-1:]}")
    _sync(file)
    return file


def _sync(file: Path) -> None:
    with open(file, "rb") as copy:
        os.fsync(copy.fileno())


def _digest(file: Path) -> str:
    with open(file, "rb") as copy:
        return hashlib.file_digest(copy, "sha256").hexdigest()
