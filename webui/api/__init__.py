"""The HTTP API, over the same functions as the pages."""
