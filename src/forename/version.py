"""The version, where the core and the package itself can both read it."""

__version__ = "0.1.0"
