"""The way back of an act is its user's alone, good for one use and an hour, and bears an act on many copies."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.refusals import Missing
from db.models import WayBack
from linking.ways_back import GOOD_FOR, KEPT, forget_ways_back, keep_way_back, take_way_back
from tests.kit.company import NOW, House


def test_it_is_good_once_and_for_nobody_else(session: Session, house: House) -> None:
    told = {"act": "share", "before": {"private": list(range(2**62, 2**62 + 1000))}}
    number = keep_way_back(session, house.anna.viewer, told, NOW)
    for other in (house.bert.viewer, house.ada.viewer):
        with pytest.raises(Missing):
            take_way_back(session, other, number, NOW)
    assert take_way_back(session, house.anna.viewer, number, NOW + GOOD_FOR) == told
    assert take_way_back(session, house.anna.viewer, number, NOW + GOOD_FOR) is None


def test_it_ends_after_an_hour_and_is_forgotten(session: Session, house: House) -> None:
    number = keep_way_back(session, house.anna.viewer, {"act": "read"}, NOW)
    assert take_way_back(session, house.anna.viewer, number, NOW + GOOD_FOR + timedelta(seconds=1)) is None
    count = select(func.count()).select_from(WayBack).where(WayBack.company_id == house.company_id)
    forget_ways_back(session, house.company_id, NOW + KEPT)
    assert session.scalar(count) == 1
    forget_ways_back(session, house.company_id, NOW + KEPT + timedelta(seconds=1))
    assert session.scalar(count) == 0
