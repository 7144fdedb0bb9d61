"""docs/moving.md has every old setting beside ours, and says only what is so."""

from __future__ import annotations

import re

import pytest

from database_migration import parser
from local_video_server.old_files import KEYS, VARIABLES
from local_video_server.settings import CHECKOUT, TABLE
from local_video_server.web.routes import ROUTES

TEXT = (CHECKOUT / "docs" / "moving.md").read_text("utf-8")
OURS = {setting.name for setting in TABLE}
ROWS = {
    old: (ours, why.strip())
    for row in re.findall(r"^\| (`.*?) \| (.*?) \|(.*)\|$", TEXT, re.M)
    for olds, ours, why in [row]
    for old in re.findall(r"`(\w+)`", olds)
}


def test_every_old_setting_is_there_and_nothing_else() -> None:
    assert set(ROWS) == {*KEYS, *VARIABLES}


@pytest.mark.parametrize("old", ROWS)
def test_an_old_setting_stands_beside_one_of_ours_or_beside_none(old: str) -> None:
    ours, _ = ROWS[old]
    assert ours == "none" or ours.strip("`") in OURS


def test_the_variables_that_mean_the_same_are_those_that_are_named() -> None:
    same = {"LVS_" + key.upper() for key in KEYS} & {setting.variable for setting in TABLE}
    sentence = re.search(r"Of the old variables only\s(.*?)mean the same", TEXT, re.S)
    assert sentence
    assert set(re.findall(r"`(\w+)`", sentence[1])) == same


def test_the_options_are_those_of_the_command() -> None:
    told = set(re.findall(r"(?<!`bin/serve )(--[a-z][a-z-]+)", TEXT)) - {"--port"}
    commands = next(action for action in parser()._actions if action.dest == "command").choices
    assert commands
    known = {option for command in dict(commands).values() for option in command._option_string_actions}
    assert told == {option for option in known if option.startswith("--")} - {"--help"}
    for command in re.findall(r"database_migration\.py ([a-z-]+)", TEXT):
        assert command in dict(commands)


def test_the_exit_codes_are_told() -> None:
    for number in ("0 all", "1 nothing", "2 the command", "3 done"):
        assert number in re.sub(r"\s+", " ", TEXT)


def test_an_address_that_is_said_to_answer_or_to_be_no_more_does() -> None:
    gone = {"/" + "/".join(r.rule.split("/")[1:4]) for r in ROUTES if r.view.__module__.endswith("left_out")}
    paragraph = re.search(r"What is no more.*?\n\n", TEXT, re.S)
    assert paragraph
    for address in re.findall(r"`(/[\w/]+)`", paragraph[0]):
        assert any(rule.startswith(address) for rule in gone), address
    known = {re.sub(r"<.*", "", route.rule).rstrip("/") for route in ROUTES}
    answers, _, rest = TEXT.partition("What is no more")
    for address in re.findall(r"`(/[a-z_/]+)(?:/<\w+>)?`", answers.partition("## Addresses")[2]):
        assert address.rstrip("/") in known, address
    for address in re.findall(r"`(/[\w/]+)`", rest.partition("Not there yet")[2]):
        assert not any(rule.startswith(address) for rule in known), address
