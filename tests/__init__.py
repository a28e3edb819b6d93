"""Tests mirror the rooms; a package so that they can share `tests.suggestions`."""
