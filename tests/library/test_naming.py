from __future__ import annotations

import unicodedata

import pytest

from local_video_server.library.moving import Carried
from local_video_server.library.naming import Awaited, Place, loose, match
from tests import examples


def place(video_id: int, path: str, root: str = "/Films", root_id: int = 1, **more: object) -> Place:
    return Place(video_id, f"{video_id:010}", root_id, root, path, 100 + video_id, **more)  # type: ignore[arg-type]


def found(
    names: list[str | Carried], places: list[Place], *, ignores_case: bool = False, only: set[int] | None = None
) -> dict[str, int]:
    carried = [name if isinstance(name, Carried) else Carried(name) for name in names]
    matched = match(carried, places, lambda root: ignores_case, only=only)
    return {carried[number].name: video_id for number, video_id in matched.items()}


COMPOSED, DECOMPOSED = "Caf\u00e9.mp4", unicodedata.normalize("NFD", "Caf\u00e9.mp4")


@pytest.mark.parametrize(
    ("names", "paths", "expected"),
    [
        (["a.mp4"], ["a.mp4"], {"a.mp4": 1}),
        (["a.mp4"], ["x/a.mp4"], {"a.mp4": 1}),
        (["x/a.mp4"], ["a.mp4"], {"x/a.mp4": 1}),
        (["a.mp4"], ["x/a.mp4", "y/a.mp4"], {}),
        (["a.mp4"], ["x/a.mp4", "a.mp4"], {"a.mp4": 2}),
        (["x/a.mp4", "y/a.mp4"], ["a.mp4"], {}),
        (["a.mp4", "x/a.mp4"], ["x/a.mp4"], {"x/a.mp4": 1}),
        (["videos/x/a.mp4"], ["x/a.mp4", "y/a.mp4"], {"videos/x/a.mp4": 1}),
        (["x/a.mp4", "y/a.mp4"], ["films/x/a.mp4", "films/y/a.mp4"], {"x/a.mp4": 1, "y/a.mp4": 2}),
        ([COMPOSED], [DECOMPOSED], {COMPOSED: 1}),
        ([DECOMPOSED], [f"x/{COMPOSED}"], {DECOMPOSED: 1}),
        ([COMPOSED, DECOMPOSED], [DECOMPOSED, COMPOSED], {COMPOSED: 2, DECOMPOSED: 1}),
        ([COMPOSED, DECOMPOSED], [DECOMPOSED], {COMPOSED: 1, DECOMPOSED: 1}),
        ([COMPOSED], [DECOMPOSED, f"x/{COMPOSED}"], {COMPOSED: 1}),
        (["A.mp4"], ["a.mp4"], {}),
        (["b.mp4"], ["a.mp4"], {}),
        (["a\udcff.mp4"], ["a\udcff.mp4"], {"a\udcff.mp4": 1}),
    ],
)
def test_a_name_means_the_file_that_it_alone_can_mean(
    names: list[str], paths: list[str], expected: dict[str, int]
) -> None:
    places = [place(number, path) for number, path in enumerate(paths, 1)]
    assert found([*names], [*places, place(99, "z/noise.mp4")]) == expected


@pytest.mark.parametrize(
    ("names", "paths", "expected"),
    [
        (["A.MP4"], ["a.mp4"], {"A.MP4": 1}),
        (["X/A.mp4"], ["x/a.mp4"], {"X/A.mp4": 1}),
        (["A.mp4"], ["x/a.mp4"], {"A.mp4": 1}),
        (["STRASSE.mp4"], ["straße.mp4"], {"STRASSE.mp4": 1}),
        (["A.mp4", "a.mp4"], ["a.mp4"], {"A.mp4": 1, "a.mp4": 1}),
    ],
)
def test_case_counts_only_where_the_file_system_cares(
    names: list[str], paths: list[str], expected: dict[str, int]
) -> None:
    places = [place(number, path) for number, path in enumerate(paths, 1)]
    assert found([*names], places, ignores_case=True) == expected


def test_each_folder_is_asked_once_whether_case_counts() -> None:
    asked: list[str] = []
    names = [Carried(f"{number}.MP4") for number in range(3)]
    places = [place(number, f"{number}.mp4") for number in range(1, 4)]
    match(names, places, lambda root: bool(asked.append(root)))
    assert asked == ["/Films"]


def test_a_key_goes_before_a_path() -> None:
    named = Carried("a.mp4", key=f"{2:010}")
    assert found([named], [place(1, "a.mp4"), place(2, "renamed.mp4")]) == {"a.mp4": 2}


def test_a_former_key_leads_to_its_video() -> None:
    named = Carried("gone.mp4", key="aaaaaaaaaa")
    assert match([named], [place(1, "a.mp4")], lambda root: False, {"aaaaaaaaaa": 1}.get) == {0: 1}


def test_the_folder_that_is_told_goes_before_the_first_one() -> None:
    places = [place(1, "a.mp4"), place(2, "a.mp4", "/Series", 2)]
    assert found([Carried("a.mp4", "/Series")], places) == {"a.mp4": 2}
    assert found([Carried("a.mp4", "/elsewhere")], places) == {"a.mp4": 1}


def test_the_same_content_is_the_same_video() -> None:
    named = Carried("old.mp4", fingerprint=b"f", size_bytes=101)
    assert found([named], [place(1, "new.mp4", fingerprint=b"f"), place(2, "other.mp4", fingerprint=b"g")]) == {
        "old.mp4": 1
    }
    twice = [place(1, "new.mp4", fingerprint=b"f"), Place(3, "c" * 10, 1, "/Films", "copy.mp4", 101, b"f")]
    assert found([named], twice) == {}


def test_one_path_in_two_folders_is_two_files() -> None:
    names = [Carried("a.mp4", "/old"), Carried("a.mp4", "/older"), Carried("a.mp4")]
    assert match(names, [place(1, "a.mp4")], lambda root: False) == {0: 1, 2: 1}


def test_a_path_that_a_file_had_before_means_it_where_no_other_has_it_now() -> None:
    def named(*paths: str) -> dict[int, int]:
        places = [place(number, path) for number, path in enumerate(paths, 1)]
        return match([Carried("a.mp4")], places, lambda root: False, former={"a.mp4": [1]})

    assert named("b.mp4", "x/a.mp4") == {0: 1}
    assert named("b.mp4", "a.mp4") == {0: 2}
    assert match([Carried("a.mp4")], [place(1, "b.mp4")], lambda root: False, former={"a.mp4": [1, 2]}) == {}


def test_a_file_that_is_there_goes_before_one_that_is_missing() -> None:
    assert found(["a.mp4"], [place(1, "a.mp4", is_missing=True), place(2, "a.mp4")]) == {"a.mp4": 2}


def test_only_newcomers_are_given_what_waits() -> None:
    places = [place(1, "x/a.mp4"), place(2, "y/b.mp4")]
    assert found(["a.mp4", "b.mp4"], places, only={2}) == {"b.mp4": 2}


@pytest.mark.parametrize(("one", "other"), [("x/Ä.MP4", "y/ä.mp4"), (COMPOSED, DECOMPOSED), ("A.mp4", "z/a.MP4")])
def test_names_that_could_mean_one_file_are_loosely_one(one: str, other: str) -> None:
    assert loose(one) == loose(other)


def test_what_is_awaited_may_mean_a_video_by_name_or_content() -> None:
    awaited = Awaited(frozenset({"dune.mp4"}), frozenset({b"f"}))
    assert awaited.may_mean(examples.video(path="x/Dune.MP4"))
    assert awaited.may_mean(examples.video(path="x.mp4", fingerprint=b"f"))
    assert not awaited.may_mean(examples.video(path="x.mp4"))
    assert not Awaited()
