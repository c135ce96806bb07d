"""Files on disk under their SHA-256: temporary file, fsync, rename, fsync of the folder."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

from forename.accounts.access import Actor
from forename.audit.models import Record
from forename.audit.recording import create
from forename.records.file_names import plain_name
from forename.records.models import StoredFile


def blob_path(sha256: str) -> Path:
    """Return where the bytes with this digest lie."""
    return Path(settings.FILES_FOLDER) / sha256[:2] / sha256[2:4] / sha256


def write_blob(chunks: Iterable[bytes]) -> tuple[str, int]:
    """Store bytes durably; return their SHA-256 and size. The same bytes are stored once."""
    root = Path(settings.FILES_FOLDER)
    root.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    size = 0
    handle, temporary = tempfile.mkstemp(dir=root, prefix="incoming-")
    try:
        with os.fdopen(handle, "wb") as out:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        target = blob_path(digest.hexdigest())
        target.parent.mkdir(parents=True, exist_ok=True)
        Path(temporary).replace(target)
        for folder in (target.parent, target.parent.parent, root):
            _sync_folder(folder)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return digest.hexdigest(), size


def keep_file(
    by: Actor, upload: Any, *, source: str = "", of: Record | None = None, restricted: bool = False
) -> StoredFile:
    """Store an uploaded file and record where it came from; call inside the action's transaction.

    The bytes are durable before the record is committed; a rolled-back record leaves bytes that no
    record names, never a record without bytes.
    """
    sha256, size = write_blob(upload.chunks())
    return create(
        StoredFile(
            operation=by.operation,
            sha256=sha256,
            size_bytes=size,
            media_type=(upload.content_type or "application/octet-stream")[:100],
            name=plain_name(upload.name),
            source=source,
            record_type=of.type_name() if of is not None else "",
            record_id=of.pk if of is not None else None,
            restricted_viewing=restricted,
        ),
        by=by,
        action="records.keep_file",
    )


def digest_of_upload(upload: Any) -> str:
    """Return the SHA-256 of an uploaded file, which can be read again afterwards."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def files_of(record: Record) -> Any:
    """Return the files that belong to a record."""
    return StoredFile.objects.filter(record_type=record.type_name(), record_id=record.pk).order_by(
        "created_at"
    )


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
