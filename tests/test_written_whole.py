from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from forename.exceptions import UnusableInputError
from forename.written_whole import folder_written_whole, write_texts, write_whole


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def write(folder: Path, texts: Mapping[str, str], end: type[BaseException] | None = None) -> None:
    with folder_written_whole(folder, "the answer") as made:
        write_texts(made, texts)
        if end is not None:
            raise end


def test_folder_written_whole__makes_a_folder_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "out"
    with folder_written_whole(folder, "the answer") as made:
        write_texts(made, {"a": "1", "b": "2\r\n"})
        assert not folder.exists()
    assert (folder / "b").read_bytes() == b"2\r\n"
    assert names(folder) == ["a", "b"]
    assert names(folder.parent) == ["out"]


def test_folder_written_whole__replaces_its_own_files_and_leaves_others(tmp_path: Path) -> None:
    write_texts(tmp_path, {"a": "old", "mine": "kept"})
    write(tmp_path, {"a": "new", "b": "new"})
    assert contents(tmp_path) == {"a": "new", "b": "new", "mine": "kept"}


def test_folder_written_whole__writes_to_what_a_link_points_at(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write(tmp_path / "link", {"a": "1"})
    assert (tmp_path / "link").is_symlink()
    assert contents(tmp_path / "real") == {"a": "1"}


def test_folder_written_whole__leaves_all_as_it_was_when_the_block_fails(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    write_texts(tmp_path / "there", {"a": "old"})
    for folder in ("there", "absent"):
        with pytest.raises(KeyboardInterrupt):
            write(tmp_path / folder, {"a": "new"}, KeyboardInterrupt)
    assert names(tmp_path) == ["there"]
    assert contents(tmp_path / "there") == {"a": "old"}


def test_folder_written_whole__refuses_a_folder_in_the_way_of_a_file(tmp_path: Path) -> None:
    write_texts(tmp_path, {"a": "old"})
    (tmp_path / "b").mkdir()
    with pytest.raises(UnusableInputError, match="a folder called b"):
        write(tmp_path, {"a": "new", "b": "new"})
    assert (tmp_path / "a").read_text() == "old"
    assert names(tmp_path) == ["a", "b"]


def test_folder_written_whole__puts_earlier_files_back_when_moving_fails(tmp_path: Path) -> None:
    write_texts(tmp_path, {"a": "old"})
    # No folder can be moved onto a link: the third move fails when two are done.
    (tmp_path / "c").symlink_to("nowhere")

    def write_a_folder_too() -> None:
        with folder_written_whole(tmp_path, "the answer") as made:
            write_texts(made, {"a": "new", "b": "new"})
            (made / "c").mkdir()

    with pytest.raises(UnusableInputError, match="the answer cannot be written"):
        write_a_folder_too()
    assert (tmp_path / "a").read_text() == "old"
    assert names(tmp_path) == ["a", "c"]


def test_folder_written_whole__names_the_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UnusableInputError, match="the answer cannot be written") as caught:
        write(tmp_path / "file" / "out", {"a": "1"})
    assert caught.value.file == "out"


def test_write_whole__replaces_a_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    for data in (b"one", b"two"):
        write_whole(tmp_path / "file", data)
    assert (tmp_path / "file").read_bytes() == b"two"
    assert names(tmp_path) == ["file"]
