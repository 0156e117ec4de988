"""The compose files, as Compose itself reads them."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Any, Final

import pytest
import yaml

from tests.deploy.tools import DEPLOY, PLACES, need, run

FILES: Final = ["compose.yaml", "compose.postgresql.yaml"]
SECRETS: Final = {"database_password", "database_url"}


def _compose() -> list[str]:
    """Answer how Compose is called here: the plugin where Docker has it, else the program."""
    docker = shutil.which("docker", path=PLACES)
    if docker and subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode == 0:
        return [docker, "compose"]
    return [need("docker-compose", "docker-compose")]


def _read(file: str) -> dict[str, Any]:
    words = [*_compose(), "--env-file", str(DEPLOY / ".env.example"), "--file", str(DEPLOY / file), "config"]
    environ = {"PATH": PLACES, "HOME": os.environ.get("HOME", "/")}
    read = subprocess.run(words, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert read.returncode == 0, read.stderr
    content = yaml.safe_load(read.stdout)
    assert isinstance(content, dict)
    return content


@pytest.mark.parametrize("file", FILES)
def test_compose_reads_it(file: str) -> None:
    for name, service in _read(file)["services"].items():
        assert service["restart"] in {"unless-stopped", "on-failure"}, name
        if service["image"] == "smartbcc":
            assert service["read_only"] is True, name
            assert service["cap_drop"] == ["ALL"], name
            assert service["environment"]["SMARTBCC_HOSTNAME"] == "bcc.example.com", name


def test_without_its_name_it_does_not_start() -> None:
    words = [*_compose(), "--file", str(DEPLOY / "compose.yaml"), "config"]
    refused = subprocess.run(words, env={"PATH": PLACES, "HOME": "/"}, capture_output=True, text=True, check=False)
    assert refused.returncode != 0
    assert "SMARTBCC_" in refused.stderr


def test_every_role_waits_for_the_migration() -> None:
    services = _read("compose.postgresql.yaml")["services"]
    roles = {name: service for name, service in services.items() if name not in {"database", "migrate"}}
    assert {" ".join(service["command"]) for service in roles.values()} == set(roles) == {"smtpd", "worker", "web"}
    for service in roles.values():
        assert service["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}


def test_its_secrets_come_from_files() -> None:
    content = _read("compose.postgresql.yaml")
    assert set(content["secrets"]) == SECRETS
    assert "password" not in (DEPLOY / "compose.yaml").read_text(encoding="utf-8").lower()
    assert all(one["file"].endswith(f"deploy/secrets/{name}") for name, one in content["secrets"].items())


def test_the_git_ignores_what_is_secret() -> None:
    for path in ("deploy/.env", *(f"deploy/secrets/{name}" for name in SECRETS)):
        run("git", "-c", "safe.directory=*", "check-ignore", "--quiet", path)
