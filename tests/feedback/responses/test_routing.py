"""The routing table of the shipped response, row by row."""

from __future__ import annotations

import pytest

from feedback.responses import Response, Route
from tests.feedback.responses.conftest import OurOwn

TABLE = [
    # sector, place → agency, desk
    ("wash", "camp-9", "bulbul", "wash-camp-9"),  # the place itself
    ("wash", "camp-24", "heron", "wash-teknaf"),  # the area around it
    ("wash", "camp-4", "hoopoe", "wash"),  # anywhere
    ("wash", None, "hoopoe", "wash"),
    ("wash", "bhasan-char", "drongo", "helpdesk-bhasan-char"),
    ("education", "bhasan-char", "myna", "education"),
    (None, "camp-9", "kingfisher", "helpdesk-ukhiya"),  # no sector: who manages the site
    (None, "camp-26", "heron", "helpdesk-teknaf"),
    (None, "bhasan-char", "drongo", "helpdesk-bhasan-char"),
    (None, "ramu", "kingfisher", "helpdesk"),
    (None, None, "kingfisher", "helpdesk"),
    ("site_management", "camp-26", "heron", "helpdesk-teknaf"),
    ("accountability", "camp-26", "kingfisher", "helpdesk"),
    ("gbv", "camp-9", "drongo", "protection"),
    ("a_sector_that_is_gone", "camp-26", "heron", "helpdesk-teknaf"),  # an old ticket's code
    ("wash", "a-place-that-is-gone", "hoopoe", "wash"),
]


@pytest.mark.parametrize(("sector", "place", "agency", "desk"), TABLE)
def test_sector_and_place_lead_to_agency_and_desk(
    coxs_bazar: Response, sector: str | None, place: str | None, agency: str, desk: str
) -> None:
    assert coxs_bazar.route(sector, place) == Route(agency, desk)


def test_every_sector_has_a_desk_at_every_place(coxs_bazar: Response) -> None:
    for place in (*coxs_bazar.places, None):
        for sector in coxs_bazar.sectors:
            desk = coxs_bazar.desks[coxs_bazar.route(sector, place).desk]
            assert sector in desk.sectors or desk.helpdesk, (sector, place, desk.code)


def test_a_sector_without_a_desk_goes_to_the_helpdesk_of_the_place(ours: OurOwn) -> None:
    response = ours.edit("routing", '[[route]]\ndesk = "education"\n', "").load()

    assert response.route("education", "camp-26") == Route("heron", "helpdesk-teknaf")


def test_a_desk_of_the_exact_place_wins_over_the_order_in_the_file(ours: OurOwn) -> None:
    response = ours.add("routing", '[[route]]\ndesk = "wash-teknaf"\nplaces = ["camp-4"]').load()

    assert response.route("wash", "camp-4").desk == "wash-teknaf"
    assert response.route("wash", "camp-3").desk == "wash"
