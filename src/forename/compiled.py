"""The compiler of the numeric kernels, confined to one place and given a type.

Compiled kernels are kept on disk. Numba renews a kernel when its own file changes, not when a
kernel that it calls from another file does; so the cache lies in a folder named after the digest
of all sources of the core, and a stale kernel cannot be met. Where kernels cannot be kept or read,
they are compiled in every run: slower, with the same results.
"""

# Numba's cache has no types.
# mypy: allow-untyped-calls

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core.caching import (
    CompileResultCacheImpl,
    FunctionCache,
    UserProvidedCacheLocator,
)
from numba.misc.appdirs import AppDirs

Function = TypeVar("Function", bound=Callable[..., Any])

_PACKAGE = Path(__file__).parent


class _Place(UserProvidedCacheLocator):
    """The folder of the kernels, also one that may only be read."""

    def ensure_cache_path(self) -> None:
        with contextlib.suppress(OSError):
            Path(self.get_cache_path()).mkdir(parents=True, exist_ok=True)


class _Files(CompileResultCacheImpl):
    _locator_classes: list[type[object]] = [_Place]  # noqa: RUF012  a list in numba too


class _Kept(FunctionCache):
    """The kernels of one function on disk; whatever is wrong with them, they are compiled anew."""

    _impl_class = _Files

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # noqa: BLE001  unreadable, or torn by a full disk
            with contextlib.suppress(OSError):
                self.flush()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        with contextlib.suppress(Exception):  # no room, or a folder that may only be read
            super().save_overload(sig, data)


def _cache_folder() -> Path:
    """Return the folder of the kernels: beside the sources, else among the user's own files."""
    digest = hashlib.sha256()
    rooms = ("genetics", "search", "statistics")
    sources = [path for room in rooms for path in _PACKAGE.glob(f"{room}/*.py")]
    for source in sorted([_PACKAGE / "intrinsics.py", *sources]):
        text = source.read_bytes()
        if b"compiled" in text or b"intrinsic" in text:
            digest.update(source.name.encode() + b"\0" + text)
    name = f"kernels-{digest.hexdigest()[:16]}"
    beside = _PACKAGE / "__pycache__" / name
    if beside.is_dir() or os.access(_PACKAGE, os.W_OK):
        return beside
    return Path(AppDirs("forename", appauthor=False).user_cache_dir) / name


if "NUMBA_CACHE_DIR" not in os.environ:
    numba.config.CACHE_DIR = str(_cache_folder())  # type: ignore[attr-defined]  # made at import


def compiled(function: Function) -> Function:
    """Compile a kernel to machine code, kept on disk; IEEE arithmetic, no fast-math."""
    return _kept_kernel(function, inline=False)


def inlined(function: Function) -> Function:
    """Compile a part of a kernel into the kernels that call it.

    For the steps of a kernel that each need most of its arrays: to pass them takes longer than a
    step on small tables.
    """
    return _kept_kernel(function, inline=True)


def _kept_kernel(function: Function, *, inline: bool) -> Function:
    kernel: Any = numba.njit(nogil=True, forceinline=inline)(function)
    kernel._cache = _Kept(function)  # as numba's own cache=True does, with another cache
    return cast("Function", kernel)
