"""Databases of earlier versions, taken over by this one: records, events and files are there."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
RELEASED = Path(__file__).with_name("released")
SQLITE = sorted(RELEASED.glob("*.sqlite3.gz"))
POSTGRESQL = sorted(RELEASED.glob("*.postgresql.sql.gz"))
CHECK = """
import hashlib
import os
from pathlib import Path

from forename.web.server import set_up
set_up(Path(os.environ["FORENAME_HOME"]))

from django.conf import settings
from django.test import Client
from django.urls import get_resolver
from forename.accounts.models import User
from forename.audit.models import Event
from forename.audit.recording import state_of
from forename.records.files import blob_path
from forename.records.kinds import kind_of, registered
from forename.records.models import StoredFile

settings.ALLOWED_HOSTS.append("testserver")
client = Client()
client.force_login(
    User.objects.get(email="coordinator@demonstration.example"),
    backend="allauth.account.auth_backends.AuthenticationBackend",
)
shown = 0
get_resolver().url_patterns  # the kinds are registered with their addresses
for kind in registered():
    for record in kind.model._base_manager.all():
        latest = Event.objects.filter(
            record_type=record.type_name(), record_id=record.pk
        ).order_by("-record_version").first()
        assert latest is not None, record
        state = state_of(record)
        for name in latest.state.keys() & state.keys():
            assert latest.state[name] == state[name], (record, name)
        assert latest.record_version == record.version, record
    answer = client.get(f"/api/o/demonstration/{kind.room}/{kind.path}/")
    if answer.status_code == 404:
        continue
    for row in answer.json()["rows"]:
        page = client.get(row["address"])
        assert page.status_code == 200, row["address"]
        shown += 1
for file in StoredFile.objects.all():
    assert hashlib.sha256(blob_path(file.sha256).read_bytes()).hexdigest() == file.sha256
assert StoredFile.objects.count() >= 5
assert Event.objects.count() >= 100
assert shown >= 40, shown
print("all there")
"""


def _check(home: Path, database: str) -> None:
    environment = {**os.environ, "FORENAME_HOME": str(home), "FORENAME_DATABASE": database}
    done = subprocess.run(
        [sys.executable, "-c", CHECK], env=environment, cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.stdout.endswith("all there\n"), done.stderr[-3000:]


def _unpack(files: Path, home: Path) -> None:
    with tarfile.open(files) as kept:
        kept.extractall(home / "files", filter="data")


def test_released__databases_are_kept_for_both() -> None:
    assert SQLITE
    assert len(SQLITE) == len(POSTGRESQL)


@pytest.mark.parametrize("kept", SQLITE, ids=lambda path: path.name)
def test_sqlite_database__of_an_earlier_version(kept: Path, tmp_path: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the other half of this test runs on PostgreSQL")
    (tmp_path / "forename.sqlite3").write_bytes(gzip.decompress(kept.read_bytes()))
    _unpack(kept.with_name(kept.name.replace(".sqlite3.gz", ".files.tar.gz")), tmp_path)
    _check(tmp_path, "")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the other half runs on SQLite")
@pytest.mark.parametrize("kept", POSTGRESQL, ids=lambda path: path.name)
def test_postgresql_database__of_an_earlier_version(
    kept: Path, tmp_path: Path, empty_database: str
) -> None:
    import psycopg

    sql = gzip.decompress(kept.read_bytes()).decode()
    with psycopg.connect(empty_database, autocommit=True) as loading:
        loading.execute(sql)  # type: ignore[arg-type]
    _unpack(kept.with_name(kept.name.replace(".sql.gz", ".files.tar.gz")), tmp_path)
    _check(tmp_path, empty_database)
