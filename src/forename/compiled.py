"""The compiler of the numeric kernels, confined to one place and given a type.

Compiled kernels are kept on disk. Numba renews a kernel when its own file changes, not when a
kernel that it calls from another file does; so the cache lies in a folder named after the digest
of all sources of the core, and a stale kernel cannot be met.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])

_PACKAGE = Path(__file__).parent


def _cache_folder() -> Path | None:
    digest = hashlib.sha256()
    for source in sorted((*_PACKAGE.glob("genetics/*.py"), *_PACKAGE.glob("statistics/*.py"))):
        text = source.read_bytes()
        if b"compiled" in text:
            digest.update(source.name.encode() + b"\0" + text)
    folder = _PACKAGE / "__pycache__" / f"kernels-{digest.hexdigest()[:16]}"
    writable = os.access(folder if folder.is_dir() else _PACKAGE, os.W_OK)
    return folder if folder.is_dir() or writable else None


_FOLDER = None if "NUMBA_CACHE_DIR" in os.environ else _cache_folder()
if _FOLDER is not None:
    numba.config.CACHE_DIR = str(_FOLDER)  # type: ignore[attr-defined]  # made at import


def compiled(function: Function) -> Function:
    """Compile a kernel to machine code, cached on disk; IEEE arithmetic, no fast-math."""
    return cast("Function", numba.njit(cache=True, nogil=True)(function))
