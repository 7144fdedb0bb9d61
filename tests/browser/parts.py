"""Pictures of every part of the pages for docs/interface.md, by day and by night, of a library made for it:

.venv/bin/python -m tests.browser.parts [name ...]

The films are drawn by ffmpeg, so nobody's pictures but ours are in the repository.
"""

from __future__ import annotations

import base64
import io
import math
import os
import random
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from selenium.webdriver import Chrome

from local_video_server.database.metrics import Metrics
from local_video_server.library.figures import Kind
from local_video_server.monitoring.counted import Counted
from local_video_server.settings import CHECKOUT
from tests.browser.screenshots import set_window, start_browser, tell
from tests.clips import run_ffmpeg
from tests.server import serve, wait_for

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # as in tests/clips.py
    import ffmpeg

PICTURES = CHECKOUT / "docs" / "pictures"
MARGIN = 12
START = 1_700_000_000  # when the first film was made
WATCHED, UPRIGHT, BROKEN = "Northern lights.mp4", "Phone/Upright.mp4", "Old camera/Copy stopped half way.mp4"

_X264 = {"c:v": "libx264", "preset": "veryfast", "pix_fmt": "yuv420p", "movflags": "+faststart"}
_WIDE = "s=1280x720"
# name -> what ffmpeg draws; the last one is the newest and comes first
FILMS = {
    UPRIGHT: "gradients=s=720x1280:c0=0xffb347:c1=0xd6336c:c2=0x2b1055:n=3:type=radial:seed=3",
    "Phone/Square.mp4": "gradients=s=720x720:c0=0x1d4350:c1=0xa43931:n=2:type=circular:seed=5",
    "Summer by the lake/Reeds.mp4": f"sierpinski={_WIDE}:type=carpet:seed=4,hue=h=120,boxblur=2",
    "عيد ميلاد سعيد.mp4": f"gradients={_WIDE}:c0=0x134e5e:c1=0x71b280:c2=0xf6e58d:n=3:seed=21",
    "Zoë’s birthday – 誕生日/🎂 The cake.mp4": (
        f"gradients={_WIDE}:c0=0xfde2e4:c1=0xe36588:c2=0x9a1750:n=3:type=circular:seed=11"
    ),
    "2019-12-24 First snow.mp4": f"gradients={_WIDE}:c0=0xdfe9f3:c1=0x8fb8de:c2=0x1b3a5b:n=3:type=radial:seed=2",
    "Summer by the lake/Sunset over the water.mp4": (
        f"gradients={_WIDE}:c0=0xff9a3c:c1=0x3a1c71:n=2:x0=0:y0=720:x1=1280:y1=0"
    ),
    "Zoë’s birthday – 誕生日/Dancing.mp4": (
        "life=s=320x180:mold=12:ratio=0.2:death_color=0x7a1fa2:life_color=0xffd166:mold_color=0x118ab2:seed=9,"
        "scale=1280:720:flags=neighbor"
    ),
    "Garden/Butterfly.mp4": f"mandelbrot={_WIDE}:start_scale=0.3:end_scale=0.1:start_x=0.28:start_y=0.53,hue=h=60",
    "Phone/Fireworks.mp4": (f"mandelbrot={_WIDE}:start_scale=0.02:end_scale=0.005:start_x=-0.7436:start_y=-0.1318"),
    "Summer by the lake/The boat.mp4": (
        f"mandelbrot={_WIDE}:start_scale=2.2:end_scale=0.9:start_x=-0.9:start_y=0,hue=h=200"
    ),
    WATCHED: f"gradients={_WIDE}:c0=0x06141f:c1=0x0fb58a:c2=0x7b3fe4:c3=0x0a2a4a:n=4:type=spiral:seed=7",
}
# What is asked for, and how many milliseconds it takes; what is read off the machine, and how high it is.
ASKED = {
    (Kind.PAGE, "GET /"): 9,
    (Kind.PAGE, "GET /watch/<video>"): 14,
    (Kind.PAGE, "GET /folders/<folder>"): 11,
    (Kind.PAGE, "GET /search"): 130,
    (Kind.PAGE, "GET /playlist/<playlist_id>"): 22,
    (Kind.PAGE, "POST /watch/<key>/rating"): 8,
    (Kind.API, "GET /api/videos"): 18,
    (Kind.STREAM, "GET /video/<video>"): 3,
    (Kind.PICTURE, "GET /thumbnails/<picture>"): 1,
}
LEVELS = {
    (Kind.GAUGE, "streams"): 2,
    (Kind.GAUGE, "machine_cpu_percent"): 30,
    (Kind.GAUGE, "machine_memory_percent"): 40,
}
PLAYLISTS = {
    "A long evening": (*list(FILMS)[3:9], WATCHED),
    "Snow and light": ("2019-12-24 First snow.mp4", WATCHED),
    "For later": (),
}
# Leaves one tile of each kind, and takes the picture of the first away as if it were not made yet.
ONE_OF_EACH = """
const all = [...document.querySelectorAll(".grid > li")]
const kept = [all[0], all[1], ...all.filter((one) => one.querySelector(".picture--whole, .picture--none"))]
for (const one of all) if (!kept.includes(one)) one.remove()
const tile = all[0].querySelector(".picture")
tile.dataset.lacks = ""
tile.querySelector("picture").outerHTML = document.querySelector(".icon").outerHTML.replace("#logo", "#play")
"""


@dataclass(frozen=True)
class Part:
    """A part of a page: where it is found, and what is done before the picture is taken."""

    name: str
    address: str
    selector: str = ""  # all that it finds, together; nothing: the window
    width: int = 1280
    before: str = ""
    is_away: bool = False  # with one folder that is offline


PARTS = (
    Part("gallery", "/"),
    Part("gallery-phone", "/", width=360),
    Part("gallery-television", "/", width=1920),
    Part("watch", "{watched}"),
    Part("watch-upright", "{upright}"),
    Part("watch-phone", "{watched}", width=360),
    Part("header", "/tags", ".site-header"),
    Part("list-head", "/?sort=title", ".list-head"),
    Part("card", "/favorites", ".grid > li"),
    Part("focus", "/", ".grid > li:nth-child(-n+3)", before="document.querySelector('.card__link').focus()"),
    Part("picture", "/", ".grid > li", before=ONE_OF_EACH, is_away=True),
    Part("marks", "{watched}", ".watch__head, .watch__where, .watch__marks"),
    Part("neighbours", "{upright}", ".watch__neighbours"),
    Part("facts", "{watched}", ".facts", before="document.querySelector('.facts').open = true"),
    Part("tags", "/tags", ".chips"),
    Part("folders", "/folders/", ".folders"),
    Part("recent", "/", ".recent"),
    Part("history", "/history", ".history"),
    Part("playlists", "/playlists", ".grid"),
    Part("playlist", "/playlist/1?at=4"),
    Part("playlist-phone", "/playlist/1?at=4", width=360),
    Part("pager", "/?per_page=4&page=2", ".pager"),
    Part("notices", "/", ".notices", is_away=True),
    Part("admin", "/admin"),
    Part("admin-phone", "/admin", width=360),
    Part("attention", "/admin", "#attention"),
    Part("work", "/admin", "#tasks"),
    Part("addresses", "/admin", "#routes"),
    Part("habits", "/admin", "#habits"),
    Part("form", "/login", ".sheet"),
    Part("empty", "/search?q=zzz", "main"),
    Part("error", "/nowhere", "main"),
    Part("first-start", "{empty}", "main"),
    Part("broken", "{broken}", ".stage"),
    Part(
        "connection",
        "/",
        "connection-state",
        before="document.querySelector('connection-state').textContent ="
        "'The server does not answer. The page stays as it is and tries again.'",
    ),
)


_IS_LOADED = (
    "return [...document.images].every((one) => one.complete)"
    "&& [...document.querySelectorAll('video')].every((one) => one.readyState > 1)"
)
_BOX = """
const [selector, margin] = arguments
const all = [...document.querySelectorAll(selector)].map((one) => one.getBoundingClientRect())
const [left, top] = ["left", "top"].map((side) => Math.min(...all.map((one) => one[side])))
const [right, bottom] = ["right", "bottom"].map((side) => Math.max(...all.map((one) => one[side])))
const around = left > 0 ? margin : 0
return [left - around, top + scrollY - around, right - left + 2 * around, bottom - top + 2 * around]
"""


def main(wanted: list[str]) -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        films, nothing, disk = (Path(scratch, name) for name in ("Films", "Nothing", "Disk"))
        make_films(films)
        for folder in (nothing, disk):
            folder.mkdir()
        (disk / "Lent to a friend.mp4").write_bytes((films / UPRIGHT).read_bytes() + b"\0")
        os.utime(disk / "Lent to a friend.mp4", (START - 1, START - 1))
        remember_an_hour(Path(scratch, "data", "metrics.db"))
        with serve(films, disk, data=Path(scratch, "data")) as server, serve(nothing) as empty:
            with httpx.Client(base_url=server.base_url) as home:
                where = prepare(home) | {"empty": empty.base_url + "/"}
                for part in sorted(PARTS, key=lambda part: part.is_away):
                    if part.is_away and disk.exists():
                        unplug(home, disk)
                    if not wanted or part.name in wanted:
                        take(part, part.address.format(**where), server.base_url, Path(scratch, part.name))


def make_films(folder: Path) -> None:
    (folder / BROKEN).parent.mkdir(parents=True)
    (folder / BROKEN).write_bytes(b"\0\0\0\x18ftypmp42" + bytes(12))
    os.utime(folder / BROKEN, (START - 2, START - 2))
    for number, (name, drawn) in enumerate(FILMS.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        source = ffmpeg.input(drawn, f="lavfi")
        run_ffmpeg(ffmpeg.output(source, str(path), t=3 + number, r=12, **_X264))
        os.utime(path, (START + number, START + number))


def remember_an_hour(metrics: Path) -> None:
    """What an hour of a home with a few viewers leaves behind."""
    chance, now = random.Random(5), int(time.time()) // 60 * 60
    tallies = []
    for back in range(60, 0, -1):
        for series, milliseconds in ASKED.items():
            counted = Counted()
            for _ in range(chance.randrange(1 if 18 < back < 30 else 8)):
                counted.note(milliseconds / 1000 * chance.lognormvariate(0, 0.5), False)
            if counted.count:
                tallies.append(counted.tally(now - 60 * back, series))
        for series, level in LEVELS.items():
            counted = Counted()
            counted.count, counted.total = 12, 12 * level * (1 + math.sin(back / 9) / 2)
            tallies.append(counted.tally(now - 60 * back, series))
    metrics.parent.mkdir(parents=True)
    kept = Metrics(metrics, 2, 90)
    kept.keep(tallies, [], now)
    kept.close()


def prepare(home: httpx.Client) -> dict[str, str]:
    """Waits for all pictures and sets some marks; the addresses of the videos that are shown."""

    def videos() -> list[dict[str, Any]]:
        return list(home.get("/api/videos?per_page=100").json()["videos"])

    def are_there() -> bool:
        found = videos()
        ready = [video for video in found if video["status"] == "ready"]
        return (
            len(found) == len(FILMS) + 2 and len(ready) == len(FILMS) + 1 and all(v["thumbnail_url"] for v in ready)
        )

    wait_for(are_there, 20)
    by_name = {video["filename"]: video for video in videos()}
    for name, rating in ((WATCHED, 5), ("Garden/Butterfly.mp4", 4), ("Phone/Fireworks.mp4", 3)):
        key = by_name[name]["key"]
        home.put(f"/api/videos/{key}/rating", json={"value": rating}).raise_for_status()
        home.put(f"/api/videos/{key}/favorite").raise_for_status()
        home.post(f"/api/videos/{key}/views").raise_for_status()
    for tag in ("Holiday", "night", "Ελληνικά", "夏休み", "birthday / garden"):
        home.put(f"/api/videos/{by_name[WATCHED]['key']}/tags/{tag}").raise_for_status()
    for name, held in PLAYLISTS.items():
        number = home.post("/playlists", data={"name": name}).headers["Location"].rpartition("/")[2]
        for path in held:
            home.post(f"/watch/{by_name[path]['key']}/playlists", data={"playlist": number})
    shown = {"watched": WATCHED, "upright": UPRIGHT, "broken": BROKEN}
    return {name: by_name[path]["watch_url"] for name, path in shown.items()}


def unplug(home: httpx.Client, disk: Path) -> None:
    disk.rename(disk.with_name("unplugged"))
    home.post("/admin/tasks", data={"task": "scan", "deed": "start"})
    wait_for(lambda: '"offline"' in home.get("/api/videos?per_page=100").text, 5)


def take(part: Part, address: str, base_url: str, profile: Path) -> None:
    height = {360: 740, 1280: 800, 1920: 1080}[part.width]
    browser = start_browser(str(profile), has_mouse=part.width == 1280)
    try:
        for theme in ("light", "dark"):
            set_window(browser, part.width, height, theme)
            browser.get(address if address.startswith("http") else base_url + address)
            browser.execute_script(part.before)
            wait_for(lambda: browser.execute_script(_IS_LOADED), 5)
            image = Image.open(io.BytesIO(base64.b64decode(_shot(browser, part, height))))
            image.convert("RGB").save(PICTURES / f"{part.name}-{theme}.webp", quality=82, method=6)
    finally:
        browser.quit()


def _shot(browser: Chrome, part: Part, height: int) -> str:
    box = [0, 0, part.width, height]
    if part.selector:
        box = browser.execute_script(_BOX, part.selector, MARGIN)
    clip = dict(zip(("x", "y", "width", "height"), box, strict=True), scale=0.75 if part.width == 1920 else 1)
    return str(tell(browser, "Page.captureScreenshot", captureBeyondViewport=bool(part.selector), clip=clip)["data"])


if __name__ == "__main__":
    main(sys.argv[1:])
