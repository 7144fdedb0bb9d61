"""Which picture lies beside which video, by name."""

from __future__ import annotations

import itertools
import unicodedata

import pytest

from local_video_server.library.beside import is_picture_name, neighbours, pictures_beside

NFC, NFD = (unicodedata.normalize(form, "Amélie 東京プリン") for form in ("NFC", "NFD"))


@pytest.mark.parametrize(
    "name",
    ["a.jpg", "A.JPG", "a.Jpeg", "a.png", "a.webp", "poster.jpg", " .jpg", "a.mp4.jpg", "東京.PNG", "\udcff.jpg"],
)
def test_a_picture_is_known_by_its_name(name: str) -> None:
    assert is_picture_name(name)


@pytest.mark.parametrize(
    "name", ["", "jpg", ".jpg", "._a.jpg", ".hidden.png", "a.jpg.part", "a.jpg ", "a.gif", "a.avif", "a.mp4", "jpg.a"]
)
def test_other_names_are_no_pictures(name: str) -> None:
    assert not is_picture_name(name)


# videos, other names, and the pictures of Film.mkv, best first
CHOICES: dict[str, tuple[list[str], list[str], list[str]]] = {
    "none": ([], ["Film.nfo", "Film.srt"], []),
    "its name": ([], ["Film.jpg"], ["Film.jpg"]),
    "its name and -poster": ([], ["Film-poster.jpg"], ["Film-poster.jpg"]),
    "the folder's": ([], ["folder.jpg"], ["folder.jpg"]),
    "the folder's poster": ([], ["poster.jpg"], ["poster.jpg"]),
    "all of them": (
        [],
        ["folder.jpg", "Film.jpg", "poster.jpg", "Film-poster.jpg"],
        ["Film-poster.jpg", "Film.jpg", "poster.jpg", "folder.jpg"],
    ),
    "the folder's, and another video": (["Two.mkv"], ["folder.jpg", "poster.png"], []),
    "its own, and another video": (["Two.mkv"], ["folder.jpg", "Film.jpg", "Two.jpg"], ["Film.jpg"]),
    "the same name in two containers": (["Film.mp4"], ["Film.jpg"], ["Film.jpg"]),
    "every kind": (
        [],
        ["Film.webp", "Film.png", "Film.jpeg", "Film.jpg"],
        ["Film.jpg", "Film.jpeg", "Film.png", "Film.webp"],
    ),
    "a worse kind of a better name": ([], ["Film.jpg", "Film-poster.webp"], ["Film-poster.webp", "Film.jpg"]),
    "another case": ([], ["FILM-POSTER.JPG", "film.JPG"], ["FILM-POSTER.JPG", "film.JPG"]),
    "another case beside the same": ([], ["FILM.jpg", "Film.png", "film.jpg"], ["Film.png", "FILM.jpg", "film.jpg"]),
    "the folder's in capitals": ([], ["Folder.JPG"], ["Folder.JPG"]),
    "names that only begin alike": ([], ["Film 2.jpg", "Film-fanart.jpg", "Film-poster2.jpg", "Fil.jpg"], []),
    "its whole name": ([], ["Film.mkv.jpg"], []),
    "covers and art of other programs": ([], ["cover.jpg", "AlbumArtSmall.jpg", "fanart.jpg", "thumb.jpg"], []),
    "hidden ones": ([], [".Film.jpg", "._Film.jpg", ".folder.jpg"], []),
    "no picture at all": ([], ["Film-poster.gif", "Film.txt", "folder"], []),
}


@pytest.mark.parametrize(("others", "names", "best"), CHOICES.values(), ids=CHOICES.keys())
def test_which_pictures_a_video_has(others: list[str], names: list[str], best: list[str]) -> None:
    for given in itertools.islice(itertools.permutations([*names, "noise.jpg"]), 120):
        assert pictures_beside(["Film.mkv", *others], given).get("Film.mkv", []) == best


def test_each_video_has_its_own() -> None:
    videos = ["A.mkv", "B.mkv", "C.mkv"]
    assert pictures_beside(videos, ["B.jpg", "A-poster.png", "D.jpg"]) == {
        "A.mkv": ["A-poster.png"],
        "B.mkv": ["B.jpg"],
    }


def test_names_that_differ_only_in_case_keep_their_pictures_apart() -> None:
    chosen = pictures_beside(["Film.mkv", "film.mkv"], ["film.jpg", "Film.jpg"])
    assert {video: names[0] for video, names in chosen.items()} == {"Film.mkv": "Film.jpg", "film.mkv": "film.jpg"}


@pytest.mark.parametrize(
    ("video", "picture"),
    [
        (f"{NFC}.mkv", f"{NFD}.jpg"),
        (f"{NFD}.mkv", f"{NFC}-poster.jpg"),
        ("СОЛЯРИС.mkv", "Солярис.jpg"),
        ("ΟΔΥΣΣΕΑΣ.mkv", "Οδυσσεας.jpg"),
        ("Straße.mkv", "STRASSE.jpg"),
        ("caf\udce9.mkv", "CAF\udce9.JPG"),
        ("a\nb.mkv", "a\nb.jpg"),
        ("🎬.mkv", "🎬.jpg"),
        (" .mkv", " .jpg"),
        ("poster.mkv", "poster.jpg"),
        ("a.b.c.mkv", "a.b.c.jpg"),
    ],
    ids=lambda name: ascii(name),
)
def test_names_are_compared_as_people_read_them(video: str, picture: str) -> None:
    assert pictures_beside([video, "noise.mkv"], [picture, "other.jpg"]) == {video: [picture]}


def test_letters_with_other_accents_are_other_names() -> None:
    assert pictures_beside(["Öl.mkv", "noise.mkv"], ["Ol.jpg"]) == {}


# what changed, the videos that are known, and whose picture may be another now
CHANGES: dict[str, tuple[list[str], list[str], set[str]]] = {
    "its picture": (["a/Film.jpg"], ["a/Film.mkv", "a/Two.mkv", "b/Film.mkv", "Film.mkv"], {"a/Film.mkv"}),
    "its poster": (["Film-poster.JPG"], ["film.mkv", "Two.mkv", "a/Film.mkv"], {"film.mkv"}),
    "a video called like a poster": (["a-poster.jpg"], ["a-poster.mkv", "a.mkv", "b.mkv"], {"a-poster.mkv", "a.mkv"}),
    "two containers of one name": (["a.jpg"], ["a.mkv", "a.mp4", "b.mkv"], {"a.mkv", "a.mp4"}),
    "any photo": (["a/IMG_1.jpg"], ["a/Film.mkv"], set()),
    "the folder's, of one video": (["a/folder.jpg"], ["a/Film.mkv", "b/x.mkv", "a/b/x.mkv"], {"a/Film.mkv"}),
    "the folder's, of two": (["a/poster.jpg"], ["a/Film.mkv", "a/Two.mkv"], set()),
    "a second video comes": (["a/Two.mkv"], ["a/Film.mkv", "b/x.mkv"], {"a/Film.mkv"}),
    "one of two goes": (["a/Two.mkv"], ["a/Film.mkv", "a/Two.mkv"], {"a/Film.mkv"}),
    "one of three goes": (["a/Two.mkv"], ["a/Film.mkv", "a/Two.mkv", "a/Three.mkv"], set()),
    "all but one go": (["a/1.mkv", "a/2.mkv"], ["a/Film.mkv", "a/1.mkv", "a/2.mkv"], {"a/Film.mkv"}),
    "the only one itself": (["a/Film.mkv"], ["a/Film.mkv", "b/x.mkv"], set()),
    "another file": (["a/notes.txt"], ["a/Film.mkv"], set()),
    "accents from a Mac": ([f"{NFD}.jpg"], [f"{NFC}.mkv", "noise.mkv"], {f"{NFC}.mkv"}),
    "nothing": ([], ["a/Film.mkv"], set()),
}


@pytest.mark.parametrize(("changed", "videos", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_who_may_have_another_picture(changed: list[str], videos: list[str], expected: set[str]) -> None:
    assert neighbours(changed, videos) == expected
