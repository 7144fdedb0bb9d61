"""What each address is measured as: by its rule, apart where it would spoil the figures of the others."""

from __future__ import annotations

import re

import pytest

from local_video_server.library.figures import Kind
from local_video_server.web.routes import KINDS, ROUTES, kind_of, shown_rule

BY_NAME = {route.name: route for route in ROUTES}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("gallery", Kind.PAGE),
        ("watch", Kind.PAGE),
        ("set_rating", Kind.PAGE),
        ("api_videos", Kind.API),
        ("original_rate", Kind.API),
        ("original_set_rating", Kind.API),
        ("video", Kind.STREAM),
        ("static", Kind.PICTURE),
        ("thumbnail", Kind.PICTURE),
        ("events", Kind.LIVE),
        ("ping", Kind.OWN),
        ("admin", Kind.OWN),
        ("retry_posters", Kind.OWN),
        ("forget", Kind.OWN),
        ("act_on_task", Kind.OWN),
        ("look_again", Kind.OWN),
    ],
)
def test_an_address_is_measured_as(name: str, kind: Kind) -> None:
    assert kind_of(BY_NAME[name]) is kind


def test_only_addresses_that_exist_are_measured_apart() -> None:
    assert KINDS.keys() <= BY_NAME.keys()


def test_what_watches_the_server_is_no_answer_to_a_viewer() -> None:
    rules = re.compile(r"/(admin|api/admin/(performance|storage|errors)|dashboard|metrics|health|ping|parts/admin)")
    watching = [route for route in ROUTES if route.method == "GET" and rules.match(route.rule)]
    assert len(watching) > 10
    assert {route.rule for route in watching if kind_of(route) is not Kind.OWN} <= {"/admin/password"}


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        ("/watch/<rest:video>", "/watch/<video>"),
        ("/playlist/<int:playlist_id>/items/<int:item_id>/move", "/playlist/<playlist_id>/items/<item_id>/move"),
        ("/watch/<key>/rating", "/watch/<key>/rating"),
        ("/", "/"),
    ],
)
def test_a_rule_is_shown_as_people_write_it(rule: str, shown: str) -> None:
    assert shown_rule(rule) == shown


def test_no_two_addresses_of_one_method_look_alike() -> None:
    seen = [(route.method, shown_rule(route.rule)) for route in ROUTES]
    assert len(seen) == len(set(seen))
