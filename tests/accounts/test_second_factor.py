"""The second step: nothing is open before both, and no code works twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import select

from accounts import second_factor
from accounts.audit import list_events
from accounts.login import Welcome, Wrong, give_code, sign_in
from accounts.passwords import set_password_hash
from accounts.recovery_codes import COUNT
from accounts.refusals import Conflict, Forbidden, Invalid, Missing
from accounts.second_step import LIFETIME, HalfWay, digest_of, open_half_way
from accounts.sessions import find_session
from accounts.throttle import Throttled
from accounts.totp import STEP_SECONDS, find_step, provisioning_uri, step_of
from accounts.user_change import change_user
from db.models import RecoveryCode, SecondFactor
from db.session import Database
from net.sealed import Keys, load_keys
from tests.kit.company import NOW, House
from tests.kit.passwords import EMAIL, PASSWORD, house_with_password

HOME = "192.0.2.7"


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    """A key ring."""
    return load_keys(tmp_path / "keys")


@pytest.fixture
def house(database: Database) -> House:
    """Four colleagues; Anna has a password."""
    return house_with_password(database)


def code_at(secret: str, at: datetime) -> str:
    """Answer what an authenticator shows at that moment."""
    return pyotp.TOTP(secret).at(at)


def switch_on(database: Database, keys: Keys, house: House) -> tuple[str, tuple[str, ...]]:
    """Give Anna a second step an hour ago; answer the secret and the recovery codes."""
    viewer = house.anna.viewer
    with database.write() as session:
        before = database.now(session) - timedelta(hours=1)
        secret = second_factor.begin(session, keys, viewer, before)
        return secret, second_factor.confirm(session, keys, viewer, code_at(secret, before), before)


def half_way(database: Database) -> HalfWay:
    """Give the right password."""
    found = sign_in(database, EMAIL, PASSWORD, HOME, "browser")
    assert isinstance(found, HalfWay)
    return found


def test_codes_are_those_of_the_rfc() -> None:
    # RFC 6238 appendix B, SHA-1, the last six of its eight digits.
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, code in ((1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")):
        at = datetime.fromtimestamp(seconds, NOW.tzinfo)
        assert find_step(secret, code, at) == step_of(at)
        assert find_step(secret, code, at + timedelta(seconds=STEP_SECONDS)) == step_of(at)
        assert find_step(secret, code, at - timedelta(seconds=STEP_SECONDS)) == step_of(at)
        assert find_step(secret, code, at + timedelta(seconds=2 * STEP_SECONDS)) is None
    for wrong in ("", "28708", "2870822", "28708a", "２８７０８２"):
        assert find_step(secret, wrong, NOW) is None


def test_an_authenticator_is_told_whose_it_is() -> None:
    told = pyotp.parse_uri(provisioning_uri("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", EMAIL))
    assert (told.name, told.issuer) == (EMAIL, "smartbcc")


def test_nobody_is_asked_before_a_first_code_was_right(database: Database, keys: Keys, house: House) -> None:
    viewer = house.anna.viewer
    with database.write() as session:
        first = second_factor.begin(session, keys, viewer, NOW)
        secret = second_factor.begin(session, keys, viewer, NOW)
        assert first != secret == second_factor.find_begun(session, keys, viewer)
        assert not second_factor.state_of(session, viewer).is_on
        with pytest.raises(Invalid):
            second_factor.confirm(session, keys, viewer, code_at(first, NOW), NOW)
    assert isinstance(sign_in(database, EMAIL, PASSWORD, HOME, "b"), Welcome)
    with database.write() as session:
        codes = second_factor.confirm(session, keys, viewer, code_at(secret, NOW), NOW)
        assert len(set(codes)) == COUNT == second_factor.state_of(session, viewer).codes_left
        assert second_factor.find_begun(session, keys, viewer) is None
        with pytest.raises(Conflict):
            second_factor.begin(session, keys, viewer, NOW)
        with pytest.raises(Conflict):
            second_factor.confirm(session, keys, viewer, code_at(secret, NOW), NOW)


def test_the_password_alone_opens_nothing(database: Database, keys: Keys, house: House) -> None:
    secret, _ = switch_on(database, keys, house)
    waiting = half_way(database)
    with database.read() as session:
        now = database.now(session)
    assert give_code(database, keys, waiting, "000000x", HOME, "b") == Wrong()
    done = give_code(database, keys, waiting, f" {code_at(secret, now)[:3]} {code_at(secret, now)[3:]}", HOME, "b")
    assert isinstance(done, Welcome)
    with database.read() as session:
        assert find_session(session, done.secret, database.now(session))


def test_a_code_works_once(database: Database, keys: Keys, house: House) -> None:
    secret, _ = switch_on(database, keys, house)
    with database.write() as session:
        now = database.now(session)
        who = (house.company_id, house.anna.user_id)
        code, before = code_at(secret, now), code_at(secret, now - timedelta(seconds=STEP_SECONDS))
        assert second_factor.use(session, keys, *who, code, now)
        assert not second_factor.use(session, keys, *who, code, now)
        assert not second_factor.use(session, keys, *who, before, now)
        assert second_factor.use(
            session, keys, *who, code_at(secret, now + timedelta(minutes=2)), now + timedelta(minutes=2)
        )
        assert not second_factor.use(session, keys, house.company_id, house.bert.user_id, code, now)


def test_a_recovery_code_works_once_however_it_is_typed(database: Database, keys: Keys, house: House) -> None:
    _, codes = switch_on(database, keys, house)
    typed = codes[0].upper().replace("-", " ")
    assert isinstance(give_code(database, keys, half_way(database), typed, HOME, "b"), Welcome)
    assert give_code(database, keys, half_way(database), codes[0], HOME, "b") == Wrong()
    with database.write() as session:
        assert second_factor.state_of(session, house.anna.viewer).codes_left == COUNT - 1
        kept = " ".join(session.scalars(select(RecoveryCode.code_hash)))
        assert not any(code in kept for code in codes)
        fresh = second_factor.new_recovery_codes(session, keys, house.anna.viewer, NOW)
        assert not set(fresh) & set(codes)
        assert not second_factor.use(session, keys, house.company_id, house.anna.user_id, codes[1], NOW)
        assert second_factor.use(session, keys, house.company_id, house.anna.user_id, fresh[1], NOW)


def test_the_secret_lies_sealed_in_its_own_row(database: Database, keys: Keys, house: House) -> None:
    secret, _ = switch_on(database, keys, house)
    with database.read() as session:
        row = session.scalars(select(SecondFactor).where(SecondFactor.company_id == house.company_id)).one()
        assert secret not in row.secret_sealed
        assert keys.unseal(row.secret_sealed, f"second_factor:secret_sealed:{row.id}") == secret.encode()


def test_half_way_is_short_and_bound_to_the_password(database: Database, keys: Keys, house: House) -> None:
    secret, _ = switch_on(database, keys, house)
    waiting = half_way(database)
    sealed = waiting.sealed(keys)
    assert open_half_way(keys, sealed, waiting.at) == waiting
    for other in (None, "", sealed[:-2], sealed.replace(".", ".A", 1), 7):
        assert open_half_way(keys, other, waiting.at) is None
    assert open_half_way(keys, sealed, waiting.at + LIFETIME) is None
    assert not waiting.is_good(None, waiting.at)
    with database.write() as session:
        now = database.now(session)
        set_password_hash(session, house.company_id, house.anna.user_id, "another")
    assert give_code(database, keys, waiting, code_at(secret, now), HOME, "b") == Wrong()
    stale = HalfWay(waiting.company_id, waiting.user_id, digest_of("another"), waiting.at - LIFETIME)
    assert give_code(database, keys, stale, code_at(secret, now), HOME, "b") == Wrong()


def test_who_was_deactivated_meanwhile_stays_outside(database: Database, keys: Keys, house: House) -> None:
    secret, _ = switch_on(database, keys, house)
    waiting = half_way(database)
    with database.write() as session:
        now = database.now(session)
        change_user(session, house.ada.viewer, house.anna.user_id, {"state": "deactivated"}, now)
    assert give_code(database, keys, waiting, code_at(secret, now), HOME, "b") == Wrong()


def test_guessing_codes_is_throttled_from_wherever(database: Database, keys: Keys, house: House) -> None:
    secret, _ = switch_on(database, keys, house)
    waiting = half_way(database)
    with database.read() as session:
        right = code_at(secret, database.now(session))
    # What was refused counts too: five and one, then the four that are left of the account's ten.
    for network, tries in (("192.0.2.1", 5), ("192.0.2.2", 4)):
        for _ in range(tries):
            assert give_code(database, keys, waiting, "abc", network, "b") == Wrong()
        assert isinstance(give_code(database, keys, waiting, right, network, "b"), Throttled)
    assert isinstance(give_code(database, keys, waiting, "abc", "198.51.100.1", "b"), Throttled)


def test_turned_off_and_reset(database: Database, keys: Keys, house: House) -> None:
    switch_on(database, keys, house)
    anna = house.anna.user_id
    with database.write() as session:
        with pytest.raises(Forbidden):
            second_factor.reset(session, house.bert.viewer, anna, NOW)
        with pytest.raises(Conflict):
            second_factor.reset(session, house.ada.viewer, house.ada.user_id, NOW)
        with pytest.raises(Conflict):
            second_factor.reset(session, house.ada.viewer, house.bert.user_id, NOW)
        with pytest.raises(Missing):
            second_factor.reset(session, house.ada.viewer, 1, NOW)
        second_factor.reset(session, house.ada.viewer, anna, NOW)
    assert isinstance(sign_in(database, EMAIL, PASSWORD, HOME, "b"), Welcome)
    switch_on(database, keys, house)
    with database.write() as session:
        second_factor.turn_off(session, house.anna.viewer, NOW)
        with pytest.raises(Conflict):
            second_factor.new_recovery_codes(session, keys, house.anna.viewer, NOW)
        assert session.scalars(select(RecoveryCode.id)).all() == []
        actions = [event.action for event in list_events(session, house.ada.viewer, 4)]
    assert isinstance(sign_in(database, EMAIL, PASSWORD, HOME, "b"), Welcome)
    on, off, reset = (f"user.second_factor.{what}" for what in ("on", "off", "reset"))
    assert actions == [off, on, reset, on]
