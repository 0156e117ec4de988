"""The application for a gunicorn started by hand: `gunicorn -c deploy/gunicorn.conf.py webui.wsgi:app`."""

from __future__ import annotations

from config.settings import load_own
from webui.role import open_app

app, _database = open_app(load_own())
