"""Names as people, cameras and release groups write them, and what is shown for them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local_video_server.library.titles import Title, parse

AS_TYPED = [
    "Holiday 2019",
    "2021-06-05 19.30.00 lens cap on",
    "2018-04-12 19_24_49",
    "2024-01-05 20.00 Evening film",
    "Screen Recording 2024-03-01 at 14.22.07",
    "Screen Recording 2024-03-01 at 2.22.07\u202fPM",
    "front door 2018-10-02 08_15",
    '100% fun #1 & "more"; what?',
    "-video-with-dash-",
    "te[s]t_ video ' _ ",
    "lego robot (2)",
    "episode 01 [styled subs]",
    "Elephants Dream - many subtitles",
    "🎄 Рождество",
    "誕生日 パーティー",
    "🎂",
    "café naïve Zoë’s",
    "<script>alert(1)</script>",
    # what cameras and phones write
    "IMG_1234",
    "IMG_1234_edited",
    "IMG_E1234",
    "PXL_20240612_101530",
    "PXL_20240612_101530.NIGHT",
    "IMG_20240612_101530_BURST001_COVER",
    "Screen_Recording_20240612_101530_Chrome",
    "VID-20240612-WA0001",
    "VTS_01_1",
    "00012",
    "100_0306",
    "GOPR0042",
    "GX010042",
    "DSC_0001",
    "DJI_0001_D",
    "P1000123",
    "2018-10-02_08_15",
    "2021-06-05_19.30.00",
    "Trip.05.06.2019",
    # words of scene names, written by people
    "clip in HEVC",
    "av1 sample",
    "portrait HDR AV1",
    "short DTS clip",
    "My DVD collection",
    "GoPro 4K test",
    "Party 2019 4K",
    "recorded from HDTV",
    "test x264",
    "1080p test",
    "TV 1080p vs 720p picture",
    "web of lies",
    "x-ray of my arm",
    "recording without a duration",
    # figures that are no episode
    "monitor 1920x1080",
    "screen 16x10",
    "photo 10x15",
    "Zoom meeting 1x1",
    "classes1e2",
    "S 01",
    # separators that are none
    "Wait...what",
    "v1.2.3",
    "Rocky_4",
    "part 2.5",
    "1080p",
    "(2019)",
    "2012",
    "1917",
]


@pytest.mark.parametrize("name", AS_TYPED)
def test_a_home_name_stays_as_it_was_typed(name: str) -> None:
    assert parse(f"{name}.mp4") == Title(name)
    assert parse(name) == Title(name)


SEPARATED = {
    "underscores": ("lego_robot_two", "lego robot two"),
    "dots": ("my.summer.video", "my summer video"),
    "doubled underscores": ("lego__robot", "lego robot"),
    "an underscore in front": ("_lego_robot", "lego robot"),
    "other scripts": ("誕生日_パーティー", "誕生日 パーティー"),
    "emoji": ("🎂_Zoë’s_birthday", "🎂 Zoë’s birthday"),
    "around a date": ("front_door_2018-10-02_08_15", "front door 2018-10-02_08_15"),
    "around a time": ("2021-06-05_19.30.00_lens_cap_on", "2021-06-05_19.30.00 lens cap on"),
    "around a date with underscores": ("Trip_2019_07_14_beach_fun", "Trip 2019_07_14 beach fun"),
    "around a fraction": ("my.video.2.5.times.slower", "my video 2.5 times slower"),
    "as WhatsApp does": ("WhatsApp_Video_2024-06-12_at_10.15.30", "WhatsApp Video 2024-06-12 at 10.15.30"),
    "a quality that is no end": ("screen_1080p_test", "screen 1080p test"),
}


@pytest.mark.parametrize(("name", "text"), SEPARATED.values(), ids=SEPARATED)
def test_dots_and_underscores_between_words_are_spaces(name: str, text: str) -> None:
    assert parse(f"{name}.mkv") == Title(text)


FILMS = {
    "year in parentheses": ("Big Buck Bunny (2008)", Title("Big Buck Bunny", 2008)),
    "name that is a year": ("1917 (2019)", Title("1917", 2019)),
    "name that is another year": ("2012 (2009)", Title("2012", 2009)),
    "year in parentheses, underscores": ("Big_Buck_Bunny_(2008)", Title("Big Buck Bunny", 2008)),
    "words behind the year": ("Sintel (2010) - Trailer", Title("Sintel (2010) - Trailer", 2010)),
    "edition behind the year": ("Dune (1984) Extended Cut", Title("Dune (1984) Extended Cut", 1984)),
    "note behind the year": ("Trip (2019) [mum]", Title("Trip (2019) [mum]", 2019)),
    "year after dots": ("Some.Film.2008", Title("Some Film", 2008)),
    "year after one word": ("Sintel.2010", Title("Sintel", 2010)),
    "scene name": (
        "Blade.Runner.2049.2017.1080p.BluRay.x264-GRP",
        Title("Blade Runner 2049", 2017, quality="1080p", source="BluRay"),
    ),
    "scene name without its year": (
        "Blade.Runner.2049.1080p.BluRay.x264-GRP",
        Title("Blade Runner 2049", quality="1080p", source="BluRay"),
    ),
    "scene name that begins with a year": (
        "2001.A.Space.Odyssey.1968.2160p.UHD.BluRay",
        Title("2001 A Space Odyssey", 1968, quality="2160p", source="BluRay"),
    ),
    "scene name of a number": (
        "1917.2019.720p.WEB-DL",
        Title("1917", 2019, quality="720p", source="WEB-DL"),
    ),
    "scene name with editions": (
        "Movie.Name.2019.EXTENDED.German.DL.1080p.UHD.BluRay.x265-GRP",
        Title("Movie Name", 2019, quality="1080p", source="BluRay"),
    ),
    "scene name with sound channels": (
        "Dune.Part.Two.2024.2160p.AMZN.WEB-DL.DDP5.1.Atmos.HDR10.H.265-FLUX",
        Title("Dune Part Two", 2024, quality="2160p", source="WEB-DL"),
    ),
    "scene name with underscores": (
        "Movie_Name_(2010)_1080p",
        Title("Movie Name", 2010, quality="1080p"),
    ),
    "scene name with spaces": (
        "The Film 2019 1080p AMZN WEB-DL DDP5.1 H.264-GRP",
        Title("The Film", 2019, quality="1080p", source="WEB-DL"),
    ),
    "brackets": (
        "Sintel (2010) [1080p] [BluRay] [5.1] [YTS.MX]",
        Title("Sintel", 2010, quality="1080p", source="BluRay"),
    ),
    "scene name with spaces and words we do not know": (
        "The Film 2019 1080p NORDiC BluRay x264",
        Title("The Film", 2019, quality="1080p", source="BluRay"),
    ),
    "group behind a quality": ("The Film 2019 1080p-GRP", Title("The Film", 2019, quality="1080p")),
    "sound behind a quality": ("The Film 1080p DDP5.1", Title("The Film", quality="1080p")),
    "words we do not know behind year and quality": (
        "The.Film.2019.1080p.NORDiC.GRP",
        Title("The Film", 2019, quality="1080p"),
    ),
    "source in front of the codec": ("The.Film.WEB.x264-GRP", Title("The Film", source="WEB-DL")),
    "note behind a quality": ("My Trip 1080p -mum", Title("My Trip 1080p -mum")),
    "group in front": ("[Group] Show - 05 (1080p) [ABCD1234]", Title("Show - 05", quality="1080p")),
    "dots that belong to the name": (
        "Mr. & Mrs. Smith (2005) BluRay 1080p",
        Title("Mr. & Mrs. Smith", 2005, quality="1080p", source="BluRay"),
    ),
    "single letters": ("S.W.A.T.2017.720p.HDTV", Title("S.W.A.T", 2017, quality="720p", source="HDTV")),
    "hyphen in the name": ("Spider-Man.2002.1080p", Title("Spider-Man", 2002, quality="1080p")),
    "4K": ("Movie.Name.2019.4K.WEBRip", Title("Movie Name", 2019, quality="2160p", source="WEB-DL")),
    "UHD": ("Movie Name (2019) UHD", Title("Movie Name", 2019, quality="2160p")),
    "480p": ("Movie.Name.480p.DVDRip.XviD", Title("Movie Name", quality="480p", source="DVD")),
    "interlaced": ("Evening.News.1080i.HDTV", Title("Evening News", quality="1080i", source="HDTV")),
    "DVD behind a year": ("Movie.2010.DVD", Title("Movie", 2010, source="DVD")),
    "Blu-ray with a hyphen": ("Movie.2010.Blu-ray", Title("Movie", 2010, source="BluRay")),
    "quality in small and capital letters": (
        "movie.name.1080P.bluray",
        Title("movie name", quality="1080p", source="BluRay"),
    ),
    "quality behind a home name": ("My Trip 1080p", Title("My Trip", quality="1080p")),
    "quality, and a year inside": (
        "Our wedding (2019) part 1 1080p",
        Title("Our wedding (2019) part 1", 2019, quality="1080p"),
    ),
    "a date is no year": (
        "Talk.Show.2024.01.05.720p.WEB-DL",
        Title("Talk Show 2024.01.05", quality="720p", source="WEB-DL"),
    ),
}


@pytest.mark.parametrize(("name", "title"), FILMS.values(), ids=FILMS)
def test_a_film_is_read_from_its_name(name: str, title: Title) -> None:
    assert parse(f"{name}.mkv") == title
    assert parse(name) == title


EPISODES = {
    "scene name": ("Show.Name.S01E02.720p.HDTV", Title("Show Name", None, 1, 2, None, "720p", "HDTV")),
    "two episodes": (
        "Show.Name.S01E02-E03.1080p.WEB-DL",
        Title("Show Name", None, 1, 2, 3, "1080p", "WEB-DL"),
    ),
    "two episodes without a hyphen": ("Show.Name.S01E02E03", Title("Show Name", None, 1, 2, 3)),
    "two episodes without an e": ("Show.Name.S01E02-03", Title("Show Name", None, 1, 2, 3)),
    "a quality is no second episode": (
        "Show.Name.S01E02-720p",
        Title("Show Name", None, 1, 2, None, "720p"),
    ),
    "episodes that run backwards": ("Show.Name.S01E03-E02", Title("Show Name", None, 1, 3)),
    "with an x": ("Show Name - 1x02 - Pilot", Title("Show Name", None, 1, 2, episode_name="Pilot")),
    "with an x, two": ("Show.Name.1x02-03", Title("Show Name", None, 1, 2, 3)),
    "small letters": ("show_name_s01e02", Title("show name", None, 1, 2)),
    "spaces between": ("Show Name S01 E02", Title("Show Name", None, 1, 2)),
    "a season that is a year": ("Show.Name.S2019E05", Title("Show Name", None, 2019, 5)),
    "many episodes": ("Show.Name.S01E1071", Title("Show Name", None, 1, 1071)),
    "year": (
        "Show.Name.2005.S01E01.Rose.720p",
        Title("Show Name", 2005, 1, 1, None, "720p", None, "Rose"),
    ),
    "year in parentheses": (
        "Show Name (2005) S01E01 Rose [1080p]",
        Title("Show Name", 2005, 1, 1, None, "1080p", None, "Rose"),
    ),
    "a show that is a number": (
        "24.S01E02.DVDRip.XviD-GRP",
        Title("24", None, 1, 2, None, None, "DVD"),
    ),
    "name of several words": (
        "Show.Name.S01E02.The.German.Visitor.WEB.x264-GRP",
        Title("Show Name", None, 1, 2, None, None, "WEB-DL", "The German Visitor"),
    ),
    "group alone": ("Show.Name.S01E02-GRP", Title("Show Name", None, 1, 2)),
    "nothing in front": ("S01E02", Title("S01E02", None, 1, 2)),
    "nothing in front but a name behind": ("S01E02 - Pilot", Title("S01E02 - Pilot", None, 1, 2)),
}


@pytest.mark.parametrize(("name", "title"), EPISODES.values(), ids=EPISODES)
def test_an_episode_is_read_from_its_name(name: str, title: Title) -> None:
    assert parse(f"{name}.mkv") == title
    assert parse(name) == title


LABELS = {
    "home name": ("Holiday 2019", "Holiday 2019"),
    "film": ("Dune.1984.1080p", "Dune (1984)"),
    "film, the year inside": ("Sintel (2010) - Trailer", "Sintel (2010) - Trailer"),
    "episode": ("Show.Name.S01E02.720p.HDTV", "Show Name – S01E02"),
    "episodes": ("Show.Name.s1e2-e3", "Show Name – S01E02-E03"),
    "episode with a name": ("Show Name - 1x02 - Pilot", "Show Name – S01E02 – Pilot"),
    "episode alone": ("S01E02", "S01E02"),
}


@pytest.mark.parametrize(("name", "label"), LABELS.values(), ids=LABELS)
def test_a_label_tells_a_video_from_its_like(name: str, label: str) -> None:
    assert parse(name).label == label


EXTENSIONS = {
    "capitals": ("IMG_1234.MOV", "IMG_1234"),
    "a dot in the name": ("Dr. Who.mkv", "Dr. Who"),
    "an unknown one belongs to the name": ("some thing.else", "some thing.else"),
    "nothing else": (".mp4", ".mp4"),
    "nothing to see in front": (" .mp4", " .mp4"),
    "only separators": ("___.mp4", "___"),
    "only dots": ("....mp4", "..."),
    "bytes that are no UTF-8": ("caf\udce9_au_lait.mp4", "caf\udce9 au lait"),
    "bytes that are no UTF-8, scene name": ("caf\udce9.au.lait.1080p.BluRay.mkv", "caf\udce9 au lait"),
    "line end": ("two\nlines.mp4", "two\nlines"),
}


@pytest.mark.parametrize(("name", "text"), EXTENSIONS.values(), ids=EXTENSIONS)
def test_only_the_extension_of_a_video_is_taken_off(name: str, text: str) -> None:
    assert parse(name).text == text


PARTS = (
    "2019",
    "(2019)",
    "1080p",
    "BluRay",
    "S01E02",
    "1x02",
    "x264",
    "5.1",
    "a",
    "word",
    "DVD",
    "cut",
    "WEB-DL",
    "12",
)
ODD_PARTS = (*" ._-()[]", "é", "誕", "\udcff", ".mp4", "\n", "\u202e")
PIECES = st.lists(st.sampled_from(PARTS + ODD_PARTS), min_size=1, max_size=12).map("".join)


@settings(deadline=None)
@given(st.text(st.characters(), min_size=1) | PIECES)
def test_no_name_is_without_a_title(name: str) -> None:
    title = parse(name)
    assert title.text.strip() or not name.strip()
    assert title.label
    assert title.year is None or 1900 <= title.year <= 2099
    assert title.last_episode is None or (title.episode is not None and title.last_episode > title.episode)


HOSTILE = [
    *(piece * (100_000 // len(piece)) for piece in (".", "_", "a", "é", "(", "[", " ", "0", "1x02", "s1", "2019")),
    *(
        piece * (100_000 // len(piece))
        for piece in ("a.", "a_", "1.", "s01e", "(2019)", ".2019", "1080p.", "[x] ", "- ")
    ),
    "1080p " * 10_000 + "x",
    "x" + ".1080p" * 16_000,
    "x" + " german" * 14_000 + " 1080p",
    "x.S01E02" + ".hevc" * 20_000,
    "x.S01E02" + " " * 100_000 + "x",
    "0" * 100_000 + "x02 1080p",
    "x (2019)" + " " * 100_000 + "x",
]


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: f"{name[:9]!a}...{name[-4:]!a}")
def test_a_hostile_name_is_read_in_linear_time(name: str) -> None:
    started = time.perf_counter()
    assert parse(name).text
    assert time.perf_counter() - started < 1.0  # 0.1 s at most when linear, minutes when quadratic


def test_a_hundred_thousand_names_are_read_at_start() -> None:
    names = [f"{name}.mp4" for name in AS_TYPED]
    rounds = 10_000 // len(names)
    started = time.perf_counter()
    for _ in range(rounds):
        for name in names:
            parse(name)
    each_s = (time.perf_counter() - started) / (rounds * len(names))
    assert each_s < 5 * 10e-6  # the promise is 10 microseconds
