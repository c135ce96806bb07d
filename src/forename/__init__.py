"""Forename: names for the dead of mass graves, from DNA, exactly and explained."""

from __future__ import annotations

__version__ = "0.1.0"

__all__ = ["__version__"]
