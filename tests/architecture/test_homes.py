"""Each library has its home (DESIGN 3): to replace one means to change one package.

`./dev check` holds the widest contracts by import-linter; this table holds all of them, so that a
library finds a second home only by a decision.
"""

from __future__ import annotations

import sys
from collections import defaultdict

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.sources import imports_of, packages, product_files, project

HOMES = {
    "aiosmtpd": {"smtpd"},
    "alembic": {"db"},
    "argon2": {"accounts"},
    "babel": {"languages"},
    "charset_normalizer": {"mail"},
    "click": {"cli"},
    "cryptography": {"cli", "db", "mailauth", "net", "outbox"},
    "dkim": {"mailauth", "outbox"},
    "dns": {"net"},
    "flask": {"webui"},
    "flask_babel": {"webui"},
    "flask_login": {"webui"},
    "flask_wtf": {"webui"},
    "gunicorn": {"webui"},
    "idna": {"config", "mail", "webui"},
    "icalendar": {"mail"},
    "jinja2": {"outbox", "webui"},
    "joserfc": {"accounts"},
    "markupsafe": {"outbox", "webui"},
    "nacl": {"mailauth", "outbox"},
    "nh3": {"mail"},
    "PIL": {"mail"},
    "prometheus_client": {"webui"},
    "psycopg": {"db"},
    "pyotp": {"accounts"},
    "pypdfium2": {"mail"},
    "publicsuffixlist": {"mailauth"},
    "segno": {"webui"},
    "spf": {"mailauth"},
    "tinycss2": {"mail"},
    "uvloop": {"smtpd"},
    "webauthn": {"accounts"},
    "werkzeug": {"webui"},
    "zstandard": {"db"},
}
EVERYWHERE = {"pydantic", "pydantic_core", "sqlalchemy", "structlog"}
"""Held by the layers instead: SQLAlchemy stays out of config, net, mail and mailauth."""
CARRIED = {"pynacl": "dkimpy verifies Ed25519 with it"}
NAMED_OTHERWISE = {"argon2-cffi": "argon2", "dkimpy": "dkim", "dnspython": "dns", "pillow": "PIL", "pyspf": "spf"}


def _users() -> dict[str, set[str]]:
    users: dict[str, set[str]] = defaultdict(set)
    for path in product_files():
        for module in {name.partition(".")[0] for name in imports_of(path)}:
            users[module].add(path.partition("/")[0])
    return users


def test_each_library_stays_at_home() -> None:
    ours = {*packages(), *sys.stdlib_module_names, *EVERYWHERE}
    assert {
        name: used for name, used in _users().items() if name not in ours and not used <= HOMES.get(name, set())
    } == {}


def test_every_declared_library_is_used() -> None:
    used = _users()
    declared = {canonicalize_name(Requirement(line).name) for line in project()["project"]["dependencies"]}
    modules = {name: NAMED_OTHERWISE.get(name, name.replace("-", "_")) for name in declared - CARRIED.keys()}
    assert {name for name, module in modules.items() if module not in used} == set()
