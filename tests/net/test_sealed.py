"""The key ring: made once, never half, and what it seals opens only in its place."""

from __future__ import annotations

import base64
import json
import multiprocessing
from pathlib import Path

import pytest

from net.sealed import KEY_FILE, CannotUnseal, KeyFileBroken, Keys, load_keys


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return load_keys(tmp_path / "data")


def test_the_file_is_private_and_read_again(tmp_path: Path, keys: Keys) -> None:
    path = tmp_path / "data" / KEY_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_keys(tmp_path / "data") == keys
    assert [one.name for one in path.parent.iterdir()] == [KEY_FILE]


def _root(data_dir: Path) -> bytes:
    return load_keys(data_dir).root


def test_many_processes_at_once_make_one_file(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert len(set(pool.map(_root, [tmp_path] * 12))) == 1
    assert [one.name for one in tmp_path.iterdir()] == [KEY_FILE]


def test_keys_are_derived_by_purpose(keys: Keys) -> None:
    assert keys.derive("public-ids") == keys.derive("public-ids")
    assert keys.derive("public-ids") != keys.derive("record-addresses")
    assert len(keys.derive("x")) == 32


def test_what_is_sealed_opens_in_its_place_only(keys: Keys) -> None:
    sealed = keys.seal(b"secret", "imap_account:password:7")
    assert keys.unseal(sealed, "imap_account:password:7") == b"secret"
    assert keys.seal(b"secret", "imap_account:password:7") != sealed
    assert b"secret" not in sealed.encode()
    with pytest.raises(CannotUnseal):
        keys.unseal(sealed, "imap_account:password:8")


def test_every_changed_character_is_noticed(keys: Keys) -> None:
    sealed = keys.seal(b"secret", "a")
    for position, character in enumerate(sealed):
        other = "A" if character != "A" else "B"
        with pytest.raises(CannotUnseal):
            keys.unseal(sealed[:position] + other + sealed[position + 1 :], "a")


@pytest.mark.parametrize("text", ["", ".", "abc", "x.y", "é.é", "deadbeef." + "A" * 8, "." + "A" * 100])
def test_what_was_never_sealed_does_not_open(keys: Keys, text: str) -> None:
    with pytest.raises(CannotUnseal):
        keys.unseal(text, "a")


def test_an_old_key_of_the_ring_still_opens(keys: Keys) -> None:
    sealed = keys.seal(b"secret", "a")
    rotated = Keys(root=keys.root, ring={**keys.ring, "new": bytes(32)}, current="new")
    assert rotated.unseal(sealed, "a") == b"secret"
    with pytest.raises(CannotUnseal):
        Keys(root=keys.root, ring={"new": bytes(32)}, current="new").unseal(sealed, "a")


def test_a_repr_tells_nothing(keys: Keys) -> None:
    assert all(base64.b64encode(key).decode() not in repr(keys) for key in (keys.root, *keys.ring.values()))
    assert repr(keys.root) not in repr(keys)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        "not json",
        '{"version": 1, "root": "AAAA", "ring": {}, "current": "a"}',
        json.dumps({"root": base64.b64encode(bytes(32)).decode(), "ring": {}, "current": "a"}),
    ],
)
def test_a_damaged_file_is_named_and_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / KEY_FILE
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileBroken, match=KEY_FILE):
        load_keys(tmp_path)
    assert path.read_text() == content


def test_a_file_open_to_others_is_refused(tmp_path: Path) -> None:
    load_keys(tmp_path)
    (tmp_path / KEY_FILE).chmod(0o644)
    with pytest.raises(KeyFileBroken, match="0600"):
        load_keys(tmp_path)
