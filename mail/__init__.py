"""The words of the field: bytes in, values out; no clock, no network, no database."""
