"""Wiring only: imports everybody, imported by nobody."""
