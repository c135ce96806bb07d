"""Files and folders that appear whole or not at all: made beside their place, then moved there."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from forename.exceptions import UnusableInputError

_OLD = "old"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file under a temporary name and rename it, so that nobody sees half of it."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@contextmanager
def folder_written_whole(folder: Path, what: str) -> Iterator[Path]:
    """Yield an empty folder whose files stand in ``folder`` once the block has ended well.

    A new folder appears at once. In one that exists, all files are moved in or none, and files of
    other names stay. Raises `UnusableInputError`, which calls the content ``what``, where
    something cannot be written; ``folder`` is then as it was.
    """
    target = folder.resolve()
    work: Path | None = None
    try:
        # Moving must not cross file systems: what exists may be one of its own.
        home = target if target.is_dir() else target.parent
        home.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=home))
        made = work / "new"
        made.mkdir()
        yield made
        if target.is_dir():
            _move_files(made, target, work / _OLD)
        else:
            made.rename(target)
    except OSError as error:
        raise UnusableInputError(
            f"{what} cannot be written ({error.strerror or error}).",
            file=folder.name,
            expected="a folder that you may write to, with room",
        ) from error
    finally:
        # Earlier files that could not be put back are not thrown away.
        if work is not None and not (work / _OLD).exists():
            shutil.rmtree(work, ignore_errors=True)


def write_texts(folder: Path, texts: Mapping[str, str]) -> None:
    """Write each text to the file of its name, in UTF-8, the line ends as they are."""
    for name, text in texts.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())


def _move_files(made: Path, target: Path, old: Path) -> None:
    """Move all files into a folder; the files that they replace wait in ``old`` until the end."""
    names = sorted(path.name for path in made.iterdir())
    for name in names:
        if (target / name).is_dir():
            raise UnusableInputError(
                f"it holds a folder called {name}; nothing was written.",
                file=target.name,
                expected="a folder in which this name is free or a file",
            )
    old.mkdir()
    begun: list[str] = []
    try:
        for name in names:
            begun.append(name)
            if (target / name).exists():
                (target / name).rename(old / name)
            (made / name).rename(target / name)
    except BaseException:
        for name in begun:
            if (old / name).exists():
                (old / name).replace(target / name)
            elif not (made / name).exists():
                (target / name).unlink(missing_ok=True)
        old.rmdir()
        raise
    shutil.rmtree(old)
