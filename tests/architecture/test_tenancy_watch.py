"""The watch over company_id tells the statements that name their company from those that do not."""

from __future__ import annotations

import pytest

from tests.architecture.sources import ROOT, product_files
from tests.kit.tenancy import directory_tables, tenant_tables, unnamed

NAMED = [
    "SELECT message.id FROM message WHERE message.company_id = ? AND message.id = ?",
    "SELECT m.id FROM message AS m WHERE m.company_id = %(company_id_1)s::BIGINT",
    "SELECT id FROM message WHERE (company_id, id) IN ((?, ?))",
    "SELECT m.id FROM message m JOIN message_copy c ON c.company_id = m.company_id AND c.message_id = m.id "
    "WHERE m.company_id = ? GROUP BY m.id ORDER BY max(c.sort_at) LIMIT ? OFFSET ?",
    "SELECT m.id FROM message AS m WHERE m.company_id = ? AND EXISTS "
    "(SELECT 1 FROM link WHERE link.company_id = m.company_id AND link.message_id = m.id)",
    "WITH RECURSIVE up(id) AS (SELECT id FROM message WHERE company_id = ? UNION ALL "
    "SELECT message.id FROM message JOIN up ON message.thread_id = up.id AND message.company_id = ?) SELECT id FROM up",
    "SELECT u.id FROM directory_token AS t JOIN user_account AS u ON u.company_id = t.company_id WHERE t.kind = ?",
    "INSERT INTO message (company_id, id) VALUES (?, ?) ON CONFLICT (company_id, id) DO UPDATE SET subject = ?",
    "INSERT INTO link (company_id, id) SELECT company_id, id FROM message WHERE company_id = ?",
    "UPDATE inbound_message SET status = ? WHERE inbound_message.company_id = ? AND inbound_message.id = ?",
    "DELETE FROM link WHERE link.company_id = %s AND link.id = %s",
    "SELECT inbound_message.id FROM inbound_message WHERE inbound_message.company_id = ? FOR UPDATE SKIP LOCKED",
    "SELECT extract(epoch FROM message.date) FROM message WHERE ? = message.company_id",
    "SELECT id FROM company WHERE name = ?",
    "SELECT company_id FROM directory_address WHERE address_key = ?",
    "PRAGMA table_info(message)",
    "CREATE INDEX x ON message (id)",
]
UNNAMED = [
    ("SELECT message.company_id, message.id FROM message WHERE message.id = ?", "message"),
    ("SELECT m.id FROM message AS m JOIN link AS l ON l.message_id = m.id WHERE m.company_id = ?", "link"),
    ("SELECT a.id FROM message a JOIN message b ON a.company_id = b.company_id WHERE a.id = ?", "message"),
    ("SELECT 1 WHERE EXISTS (SELECT 1 FROM link WHERE link.id = ?)", "link"),
    ("SELECT m.id FROM message m WHERE m.company_id = ? UNION SELECT id FROM link", "link"),
    ("UPDATE message SET company_id = ? WHERE message.id = ?", "message"),
    ("DELETE FROM message WHERE id = ?", "message"),
    ("INSERT INTO message (id, subject) VALUES (?, ?)", "message"),
    ("INSERT INTO link (company_id, id) SELECT ?, id FROM message", "message"),
]


OVER_ALL = {
    "accounts/sender_company.py",  # whose robot is asked: the sender is all that is known
    "accounts/sender_domains.py",  # house keeping
    "accounts/sign_in_domains.py",  # whether another company says that a domain is its own
    "db/lease.py",  # workers serve all companies, in turn
    "ingest/replay_worker.py",  # so does who looks again at mail
    "ingest/scanning.py",  # and the scanner
    "ingest/spreading.py",  # and who lays events out
    "linking/importing_queue.py",  # house keeping
    "outbox/destinations.py",  # what a remote server bears
}


@pytest.mark.parametrize("statement", NAMED)
def test_a_named_company_passes(statement: str) -> None:
    assert unnamed(statement) == ()


@pytest.mark.parametrize(("statement", "table"), UNNAMED)
def test_a_missing_company_is_found(statement: str, table: str) -> None:
    assert table in unnamed(statement)


def test_the_tables_are_told_apart() -> None:
    assert {"message", "message_copy", "inbound_message", "raw_content"} <= tenant_tables()
    assert {"company", "directory_login", "directory_token", "window_counter"} <= directory_tables()


def test_few_look_over_all_companies() -> None:
    users = {path for path in product_files() if "across_companies" in (ROOT / path).read_text(encoding="utf-8")}
    assert users == OVER_ALL
