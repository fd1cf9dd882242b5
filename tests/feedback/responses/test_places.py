"""From a block outwards, and no finer than the camp where it matters."""

from __future__ import annotations

import pytest

from feedback.responses import Response
from tests.feedback.responses.conftest import OurOwn

BLOCK = '[place.camp-9-c]\nlabels = { en = "Camp 9 block C" }\nkind = "block"\nparent = "camp-9"'
SUB_BLOCK = '[place.camp-9-c-12]\nlabels = { en = "Camp 9 block C-12" }\nkind = "block"\nparent = "camp-9-c"'


@pytest.fixture
def with_blocks(ours: OurOwn) -> Response:
    return ours.add("places", BLOCK).add("places", SUB_BLOCK).load()


@pytest.mark.parametrize("tier", ["T3-G", "T3-S", "T3-C", "T3-L"])
def test_a_t3_ticket_never_says_a_place_finer_than_the_camp(with_blocks: Response, tier: str) -> None:
    assert with_blocks.place_for(tier, "camp-9-c-12") == "camp-9"
    assert with_blocks.place_for(tier, "camp-9") == "camp-9"
    assert with_blocks.place_for(tier, None) is None


@pytest.mark.parametrize("tier", ["T0", "T1", "T2-P"])
def test_a_lesser_ticket_keeps_the_block_where_the_pipe_is_broken(with_blocks: Response, tier: str) -> None:
    assert with_blocks.place_for(tier, "camp-9-c-12") == "camp-9-c-12"


def test_a_place_lies_in_the_areas_around_it_and_at_last_anywhere(with_blocks: Response) -> None:
    around = with_blocks.around("camp-9-c")

    assert around == ("camp-9-c", "camp-9", "kutupalong-balukhali", "ukhiya", "coxs-bazar", None)


def test_a_place_that_this_version_does_not_know_is_nowhere(coxs_bazar: Response) -> None:
    assert coxs_bazar.around("camp-99") == (None,)


def test_a_scope_of_an_area_holds_every_camp_in_it(with_blocks: Response) -> None:
    teknaf = with_blocks.within(["teknaf"])

    assert {"teknaf", "camp-21", "camp-27", "camp-nrc"} <= teknaf
    assert teknaf.isdisjoint({"camp-9", "ukhiya", "coxs-bazar"})
    assert with_blocks.within(["camp-9", "bhasan-char"]) == {"camp-9", "camp-9-c", "camp-9-c-12", "bhasan-char"}
    assert with_blocks.within([]) == frozenset()
