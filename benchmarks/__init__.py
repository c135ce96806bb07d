"""Benchmarks: one command prints every figure. Not part of the tests."""
