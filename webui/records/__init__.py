"""The pages of contacts, organisations, deals, leads and projects."""

from webui.records.routes import records

__all__ = ["records"]
