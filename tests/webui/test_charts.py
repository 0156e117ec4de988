"""Charts: numbers to curves and bars with gaps where nothing is known; places of the axis of every length."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

from db.models import Measurement
from ingest.measurements import DAY, FIVE, HOUR
from tests.ingest.test_measuring import measured
from tests.kit.factories import make
from tests.webui.conftest import Office
from webui.chart import SMALLEST, bars, highest, line, stacked
from webui.health_charts import SPANS, Place, charts_of, lasting, span_named


def test_a_curve_begins_anew_after_a_gap_and_its_highest_point_touches_the_edge() -> None:
    assert line("one", [0, 10, None, 5], 10).path == "M12.5 100h0L37.5 0M87.5 50h0"
    assert line("one", [None, None], 0).path == line("one", [], 0).path == ""
    assert line("one", [0], 0).path == "M50 100h0"


def test_bars_stand_on_one_another_and_the_least_is_seen() -> None:
    first, second, tiny = bars(("filed", "held"), ([90, 0, 1], [10, None, 0]))
    assert (first.look, first.y, first.height) == ("filed", 10, 90)
    assert (second.look, second.y, second.height) == ("held", 0, 10)
    assert (tiny.height, tiny.x > first.x) == (SMALLEST, True)
    assert bars(("filed",), ([],)) == ()
    assert stacked([[1, None], [2, None]]) == [3, None]
    assert highest([[None]]) == 0


def test_times_are_said_by_their_length() -> None:
    assert [lasting(one) for one in (0, 1_250, 61_000, 7_200_000)] == ["0.0 s", "1.2 s", "1 minute", "2 hours"]


def test_each_span_is_found_by_its_name() -> None:
    assert [span_named(one.name) for one in SPANS] == list(SPANS)
    assert span_named("nonsense").name == "fortnight"


def test_each_chart_says_in_words_what_it_draws() -> None:
    at = datetime.fromisoformat("2026-11-03T12:00:00+00:00")
    assert charts_of([Place(at=at, measured=None)], with_mail=True) == ()
    busy = measured(
        accepted=5, held=2, refused=3, notices=1, filed=3, median_ms=400, slow_ms=9_000, disk_octets=10**9, waiting=4
    )
    made = {
        one.name: one for one in charts_of([Place(at=at, measured=None), Place(at=at, measured=busy)], with_mail=True)
    }
    assert made["mail"].says == "5 accepted, 2 of them held; 3 refused."
    assert made["time"].says == "Half of the mails took 0.4 s at most in the slowest time, 95 of 100 took 9.0 s."
    assert made["queue"].top == "4"
    assert made["disk"].says == "1.0 GB of 1.0 GB are used."
    assert made["notices"].says == "1 notice was written."
    assert "mail" not in {one.name for one in charts_of([Place(at=at, measured=busy)], with_mail=False)}


def test_the_page_shows_each_time_and_only_ones_own_company(office: Office) -> None:
    company_id = office.ada.viewer.company_id
    admin = office.ada.browser()
    assert "once a worker has measured" in admin.get("/admin").text
    with office.site.database.write() as session:
        now = office.site.database.now(session)
        given = {"accepted": 7, "refused": 2, "median_ms": 500, "slow_ms": 800, "filed": 7, "disk_octets": 10**9}
        for minutes, ago in ((DAY, 3), (HOUR, 2), (FIVE, 0)):
            one = measured(now - timedelta(days=ago, minutes=6), **given)
            make(session, Measurement, company_id=company_id, minutes=minutes, **asdict(one))
    for span, accepted in (("day", 7), ("fortnight", None), ("quarter", 21)):
        text = admin.get(f"/admin?span={span}").text
        assert text.count('<figure class="chart"') == (5 if accepted is None else 6), span
        if accepted is not None:
            assert f"{accepted} accepted, 0 of them held" in text, span
    assert '<figure class="chart"' not in office.stranger.browser().get("/admin?span=day").text
