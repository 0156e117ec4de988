"""Settings: read from a file and the environment, checked, and shown without secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import NOT_YET, Settings, SettingsError, describe, load
from config.sources import Source

# INTERFACE 3, name by name.
DEFAULTS = {
    "DATA_DIR": "data",
    "DATABASE_URL": "",
    "BLOB_URL": "",
    "HOSTNAME": "",
    "SMTP_LISTEN": "127.0.0.1:2525",
    "LMTP_LISTEN": "",
    "SUBMISSION_LISTEN": "",
    "SMTP_PROCESSES": "1",
    "WORKERS": "1",
    "WEB_LISTEN": "127.0.0.1:8080",
    "METRICS_LISTEN": "127.0.0.1:8081",
    "BASE_URL": "http://127.0.0.1:8080",
    "MAIL_DOMAIN": "bcc.localhost",
    "DNS_SERVERS": "",
    "SMARTHOST_URL": "",
    "TLS_CERT": "",
    "TLS_KEY": "",
    "MESSAGE_SIZE_LIMIT": "26214400",
    "TRUSTED_MTAS": "",
    "TRUSTED_PROXIES": "",
    "TRUSTED_SEALERS": "",
    "LIMIT_CONNECTIONS_PER_NETWORK": "50",
    "LIMIT_RCPT_UNKNOWN_PER_SESSION": "3",
    "GREETING_DELAY": "0.0",
    "COMMAND_SECONDS": "60",
    "SESSION_SECONDS": "1200",
    "ALLOW_INNER_HOSTS": "",
    "SCANNER_URL": "",
    "LOG_FORMAT": "console",
    "LOG_LEVEL": "info",
}


def test_every_name_of_the_contract_has_its_default() -> None:
    assert {row.name: row.value for row in describe(load({}))} == DEFAULTS


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("NOPE", "1", "NOPE: there is no such setting"),
        ("WORKERS_FILE", "x", "WORKERS_FILE: there is no such setting"),
        ("WORKERS", "two", "WORKERS: Input should be a valid integer"),
        ("WORKERS", "0", "WORKERS: Input should be greater than or equal to 1"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL: Input should be 'debug'"),
        ("SMTP_LISTEN", "127.0.0.1", "SMTP_LISTEN: '127.0.0.1' has no port"),
        ("SMTP_LISTEN", "127.0.0.1:70000", "SMTP_LISTEN: '127.0.0.1:70000' has no port from 0 to 65535"),
        ("SMTP_LISTEN", ":25", "SMTP_LISTEN: ':25' has no host"),
        ("WEB_LISTEN", "/run/web", "WEB_LISTEN: '/run/web' is a path"),
        ("SMTP_LISTEN", "0.0.0.0:25", "HOSTNAME: is required when SMTP_LISTEN is not loopback"),
        ("HOSTNAME", "mail host", "HOSTNAME: 'mail host' is not a domain"),
        ("DNS_SERVERS", "resolver:53", "DNS_SERVERS: 'resolver:53' is not ip:port"),
        ("DATABASE_URL", "mysql://user:sesame@host/x", "DATABASE_URL: the address must begin with postgresql://"),
        ("SMARTHOST_URL", "http://user:sesame@host", "SMARTHOST_URL: the address must begin with smtp://"),
        ("BASE_URL", "ftp://host", "BASE_URL: the address must begin with http://"),
        ("TLS_CERT", "/etc/cert.pem", "TLS_KEY: is missing while TLS_CERT is set"),
        ("TRUSTED_MTAS", "192.0.2.0/33", "TRUSTED_MTAS: '192.0.2.0/33' is not an address or a network"),
        ("MAIL_DOMAIN", "", "MAIL_DOMAIN: at least one domain is needed"),
        ("MAIL_DOMAIN", "a..b", "MAIL_DOMAIN: 'a..b' is not a domain"),
    ],
)
def test_a_wrong_setting_is_named_with_its_reason(variable: str, value: str, reason: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        load({f"SMARTBCC_{variable}": value})
    assert str(wrong.value).startswith(reason)
    assert "sesame" not in str(wrong.value)


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    file = tmp_path / "smartbcc.toml"
    file.write_text('WORKERS = 3\nsmtp_processes = 2\nmail_domain = ["a.example", "B.example"]\n', encoding="utf-8")
    settings = load({"SMARTBCC_WORKERS": "4", "SMARTBCC_CONFIG": str(file)})
    assert (settings.workers, settings.smtp_processes, settings.mail_domain) == (4, 2, ("a.example", "b.example"))
    sources = {row.name: row.source for row in describe(settings)}
    assert sources["WORKERS"] is Source.ENVIRONMENT
    assert sources["SMTP_PROCESSES"] is Source.FILE
    assert sources["LOG_LEVEL"] is Source.DEFAULT


@pytest.mark.parametrize("content", ["workers = [", "nope = 1\n", "[workers]\nx = 1\n"])
def test_a_wrong_file_stops(tmp_path: Path, content: str) -> None:
    file = tmp_path / "smartbcc.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError):
        load({}, file)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("workers = true", "WORKERS"),
        ("greeting_delay = false", "GREETING_DELAY"),
        ("workers = [1]", "WORKERS"),
        ("data_dir = 5", "DATA_DIR"),
        ("hostname = 5", "HOSTNAME"),
        ("smtp_listen = 25", "SMTP_LISTEN"),
        ("smtp_listen = [25]", "SMTP_LISTEN"),
    ],
)
def test_a_value_of_another_type_names_its_setting(tmp_path: Path, content: str, name: str) -> None:
    file = tmp_path / "smartbcc.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=f"^{name}: "):
        load({}, file)


def test_the_log_level_may_be_written_in_capitals() -> None:
    assert load({"SMARTBCC_LOG_LEVEL": "WARNING"}).log_level == "warning"


def test_a_missing_file_stops(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load({}, tmp_path / "absent.toml")


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql://user:sesame@host/db\n", encoding="utf-8")
    settings = load({"SMARTBCC_DATABASE_URL_FILE": str(secret)})
    assert settings.sqlalchemy_url == "postgresql+psycopg://user:sesame@host/db"
    with pytest.raises(SettingsError, match="given twice"):
        load({"SMARTBCC_DATABASE_URL_FILE": str(secret), "SMARTBCC_DATABASE_URL": "sqlite://"})
    with pytest.raises(SettingsError, match="DATABASE_URL_FILE: the file cannot be read"):
        load({"SMARTBCC_DATABASE_URL_FILE": str(tmp_path / "absent")})


def test_no_secret_is_shown() -> None:
    rows = {row.name: row.value for row in describe(_with_secrets())}
    assert rows["DATABASE_URL"] == "postgresql://***@host/db?password=***&sslmode=require"
    assert rows["SMARTHOST_URL"] == "smtps://***@relay.example:465"
    assert rows["SCANNER_URL"] == "tcp://***@scanner:3310"


def _with_secrets() -> Settings:
    return load(
        {
            "SMARTBCC_DATABASE_URL": "postgresql://user:sesame@host/db?password=sesame&sslmode=require",
            "SMARTBCC_SMARTHOST_URL": "smtps://user:se%40same@relay.example:465",
            "SMARTBCC_SCANNER_URL": "tcp://user:sesame@scanner:3310",
        }
    )


def test_what_has_no_effect_yet_says_so() -> None:
    notes = {row.name.lower() for row in describe(load({})) if row.note.startswith("not there yet")}
    assert notes == NOT_YET


def test_lists_are_brought_into_one_form() -> None:
    settings = load(
        {
            "SMARTBCC_DNS_SERVERS": "127.0.0.1, [::1]:5353,2001:db8::1",
            "SMARTBCC_TRUSTED_MTAS": "192.0.2.1=mx.example, 2001:db8::/32",
            "SMARTBCC_LMTP_LISTEN": "127.0.0.1:24,/run/smartbcc/lmtp",
            "SMARTBCC_SUBMISSION_LISTEN": "off",
            "SMARTBCC_MAIL_DOMAIN": "BÜCHER.example.,bcc.example",
            "SMARTBCC_BASE_URL": "https://bcc.example/",
        }
    )
    assert settings.dns_servers == ("127.0.0.1:53", "[::1]:5353", "[2001:db8::1]:53")
    assert [(str(net), name) for net, name in settings.trusted_mta_networks] == [
        ("192.0.2.1/32", "mx.example"),
        ("2001:db8::/32", ""),
    ]
    assert settings.lmtp_listen == ("127.0.0.1:24", "/run/smartbcc/lmtp")
    assert settings.submission_listen == ()
    assert settings.mail_domain == ("xn--bcher-kva.example", "bcc.example")
    assert settings.base_url == "https://bcc.example"


def test_it_is_known_whether_the_operator_set_it() -> None:
    assert not load({}).is_set("metrics_listen")
    assert load({"SMARTBCC_METRICS_LISTEN": "127.0.0.1:8081"}).is_set("metrics_listen")


@pytest.mark.parametrize("listen", ["127.0.0.1:25", "[::1]:25", "localhost:25", "127.9.9.9:0"])
def test_loopback_needs_no_host_name(listen: str) -> None:
    assert load({"SMARTBCC_SMTP_LISTEN": listen}).smtp_listeners[0].is_loopback


@pytest.mark.parametrize("listen", ["0.0.0.0:25", "[::]:25", "mail.example:25", "127.0.0.1:25,192.0.2.1:25"])
def test_other_interfaces_need_one(listen: str) -> None:
    settings = load({"SMARTBCC_SMTP_LISTEN": listen, "SMARTBCC_HOSTNAME": "Mail.Example"})
    assert settings.own_name == "mail.example"
