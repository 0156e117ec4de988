"""How long a client may take."""

from __future__ import annotations

import pytest

from smtpd.limits import Limits
from smtpd.patience import LAST_WORDS_SECONDS, LOOK_AGAIN_SECONDS, Patience

BEGAN = 1000.0


@pytest.fixture
def patience() -> Patience:
    return Patience(Limits(greeting_delay=2), BEGAN)


def test_the_greetings_delay_is_not_the_clients(patience: Patience) -> None:
    assert patience.deadline == BEGAN + 62


def test_a_command_has_a_minute_however_many_octets_come(patience: Patience) -> None:
    patience.await_command(BEGAN + 10)
    patience.heard(BEGAN + 60)
    assert patience.deadline == BEGAN + 70


def test_the_session_has_an_end(patience: Patience) -> None:
    patience.await_command(BEGAN + 1190)
    assert patience.deadline == BEGAN + 1200
    assert not patience.session_is_over(BEGAN + 1199)
    assert patience.session_is_over(BEGAN + 1200)
    patience.await_data(BEGAN + 1190)
    assert patience.data_ends(BEGAN + 1191, 10**9) == BEGAN + 1200


def test_data_may_pause_for_a_minute(patience: Patience) -> None:
    patience.await_data(BEGAN)
    patience.heard(BEGAN + 100)
    assert patience.data_ends(BEGAN + 159.5, 10**9) == BEGAN + 160


@pytest.mark.parametrize(
    ("elapsed", "received", "ends"),
    [(59, 0, 60), (60, 29_999, 0), (60, 30_000, 61), (600, 299_999, 0), (600, 300_000, 601)],
)
def test_data_has_a_least_rate_after_a_minute(patience: Patience, elapsed: int, received: int, ends: int) -> None:
    patience.await_data(BEGAN)
    patience.heard(BEGAN + elapsed)
    assert patience.data_ends(BEGAN + elapsed, received) == BEGAN + ends


def test_under_stress_a_stranger_has_ten_seconds(patience: Patience) -> None:
    patience.await_command(BEGAN + 10, hurried=True)
    assert patience.deadline == BEGAN + 20
    patience.await_data(BEGAN + 20)
    assert patience.data_ends(BEGAN + 21, 10**9, hurried=True) == BEGAN + 30


@pytest.mark.parametrize(
    ("elapsed", "received", "ends"), [(9, 0, 10), (10, 199_999, 0), (10, 200_000, 11), (100, 1_999_999, 0)]
)
def test_under_stress_a_mail_that_drips_in_is_given_up(
    patience: Patience, elapsed: int, received: int, ends: int
) -> None:
    patience.await_data(BEGAN)
    patience.heard(BEGAN + elapsed)
    assert patience.data_ends(BEGAN + elapsed, received, hurried=True) == BEGAN + ends


@pytest.mark.parametrize(("heard", "ends"), [(30, 52), (50, 60)])
def test_who_idles_when_stress_begins_has_ten_seconds_since_his_last_word(
    patience: Patience, heard: int, ends: int
) -> None:
    patience.await_command(BEGAN)
    patience.heard(BEGAN + heard)
    patience.hurry(BEGAN + 52)
    assert patience.deadline == BEGAN + ends


def test_last_words(patience: Patience) -> None:
    patience.await_last_words(BEGAN)
    assert patience.deadline == BEGAN + LAST_WORDS_SECONDS
    patience.await_goodbye(BEGAN)
    assert patience.deadline == BEGAN + Limits().linger_seconds
    assert Limits().linger_seconds >= LOOK_AGAIN_SECONDS


def test_under_stress_a_command_has_ten_seconds(patience: Patience) -> None:
    patience.await_command(BEGAN, hurried=True)
    assert patience.deadline == BEGAN + 10
