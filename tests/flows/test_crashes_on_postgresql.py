"""A short crash soak on PostgreSQL, which is killed too: nothing is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bench.ledger import Header
from bench.soak import own_cluster, soak

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
ROUNDS = 2
SEED = 20
"""Of this seed, two rounds kill each role and the database."""


def test_nothing_is_lost_on_postgresql(tmp_path: Path) -> None:
    with own_cluster() as cluster:
        header = Header(
            seed=SEED,
            rounds=ROUNDS,
            data_dir=str(tmp_path / "data"),
            database_url=cluster.url("postgres"),
            cluster=str(cluster.directory),
        )
        result = soak(header, tmp_path, cluster)
    shutil.rmtree(cluster.directory)
    assert result.problems == ()
    assert set(result.killed) == {"smtpd", "worker", "database"}
    assert result.accepted >= 10
