"""The commands around tablets and paper: a key for tablets, the page by which they trust us, and importing forms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from feedback.cli_edge import InFolder, fail, settings_of

tablets = typer.Typer()


@tablets.command()
def tablet_key(folder: InFolder = None) -> None:
    """Add a fresh key for tablets to the key file; the old ones stay. Restart the desk afterwards, then let tablets send."""
    from feedback.seal.keyfile import BadKeyFile, DeskKeys

    try:
        keys = DeskKeys.renew_tablet(settings_of(folder).key_file)
    except BadKeyFile as why:
        fail(str(why))
    many = "one key" if len(keys.tablet) == 1 else f"{len(keys.tablet)} keys"
    typer.echo(f"The key file has {many} for tablets. Restart the desk, and keep a copy of the file.")


@tablets.command(hidden=True)
def trust_page(folder: Path, desk_url: str, port: int = 8080) -> None:
    """Serve the page by which tablets come to trust the desk."""
    from feedback.ops import lan

    lan.serve_trust_page(folder, desk_url, port)


@tablets.command(name="import")
def import_forms(
    file: Annotated[Path, typer.Argument(help="A table of forms: CSV or XLSX, Kobo's exports too.")],
    columns: Annotated[
        Path | None, typer.Option("--map", help="Which column says what (TOML). Without it a proposal is printed.")
    ] = None,
    by: Annotated[str, typer.Option("--as", help="Sign-in name of who answers for these forms.")] = "",
    form: Annotated[Path | None, typer.Option(help="The XLSForm that the table was filled in with.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look at every row, keep none.")] = False,
    folder: InFolder = None,
) -> None:
    """Import paper logs and other tools' forms. Running it again imports only what is not here yet."""
    import feedback.ops.import_forms as ops

    try:
        if columns is None:
            typer.echo(ops.propose(settings_of(folder), file, form))
            return
        report = ops.run(settings_of(folder), file, columns, by=by, form=form, dry_run=dry_run)
    except ops.CannotImport as why:
        fail(str(why))
    typer.echo(ops.show(report, dry_run=dry_run))
    raise typer.Exit(1 if report.wrong else 0)
