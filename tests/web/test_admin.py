"""/admin: what it shows of numbers and readings, whatever its address asks for, and who may read what."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_video_server.library.figures import Kind, Tally
from local_video_server.library.readings import Finding, State, TaskReading
from local_video_server.monitoring.counted import Counted
from local_video_server.web.dashboard import PANELS, WINDOWS
from tests.clips import make_clip
from tests.homes import PROBE_S, Home, open_home
from tests.server import wait_for
from tests.web.test_answers import Page

MINUTE_S = 60
PAGES = {"GET /": 0.012, "GET /watch/<video>": 0.3, "GET /tags": 0.7}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A film, one that no decoder answers to, one that is broken; and an hour in which pages were asked for."""
    scratch = tmp_path_factory.mktemp("admin")
    make_clip(scratch / "Films" / "Dune.mp4")
    odd = make_clip(scratch / "Films" / "Odd.mp4", seed=1)
    odd.write_bytes(odd.read_bytes().replace(b"avc1", b"zzz1"))
    (scratch / "Films" / "<b>Broken.mp4").write_bytes(b"no video")
    with open_home(scratch / "data", scratch / "Films", videos=3) as home:
        _be_asked(home)
        yield home


def _be_asked(home: Home) -> None:
    ledger, now = home.application.observatory.ledger, int(time.time()) // MINUTE_S * MINUTE_S
    tallies = []
    for back in range(1, 11):
        for name, seconds in PAGES.items():
            counted = Counted()
            counted.note(seconds * (1 + back / 100), False)
            tallies.append(counted.tally(now - back * MINUTE_S, (Kind.PAGE, name)))
    ledger.load(tallies, [])
    for name, seconds in PAGES.items():
        ledger.request(Kind.PAGE, *name.split(" ", 1), 200, seconds, "abc-1")  # type: ignore[call-arg]
    ledger.request(Kind.API, "GET", "/api/videos", 500, 0.05, "abc-2")
    ledger.request(Kind.STREAM, "GET", "/video/<video>", 206, 0.001, "abc-3")


def part(home: Home, name: str, query: str = "") -> str:
    answer = home.get(f"/parts/admin/{name}?{query}")
    assert answer.status_code == 200
    return answer.text


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def addresses(html: str) -> list[str]:
    """The rows of the table that stands open, in order."""
    open_part = html.split("<details", 1)[0]
    return re.findall(r'<th scope="row"><code>([^<]+)</code>', open_part.replace("&lt;", "‹").replace("&gt;", "›"))


@pytest.mark.parametrize("name", PANELS)
def test_every_panel_is_in_the_page_as_it_is_alone(house: Home, name: str) -> None:
    answer = house.get(f"/parts/admin/{name}")
    assert answer.headers["Cache-Control"] == "no-store"
    shown = re.sub(r"\s+", "", _steady(answer.text))
    assert shown in re.sub(r"\s+", "", _steady(house.get("/admin").text))
    assert "style=" not in answer.text
    assert len(outermost(answer.text)) <= 1, "a script swaps one element"


def outermost(html: str) -> list[str]:
    """The elements that lie in no other."""
    found, depth = [], 0
    for closes, name, ends in re.findall(r"<(/?)([a-z][\w-]*)(?:[^>\"]|\"[^\"]*\")*?(/?)>", html):
        if not closes and not depth:
            found.append(name)
        if name != "input" and not ends:
            depth += -1 if closes else 1
    return found


def _steady(html: str) -> str:
    """Without what goes on while two pages are asked for."""
    html = re.sub(r"Running for [^<]*|took [\d.]+ s|\d+(\.\d+)? (%|KB|MB|GB|ms|s)\b", "", html)
    return re.sub(r"<path[^>]*>|aria-label=\"[^\"]*\"|<dd>[\d,]+", "", html)


def test_the_page_is_whole_html(house: Home) -> None:
    page = house.get("/admin").text
    assert Page(page).wrong == []
    names = re.findall(r' id="([^"]+)"', page)
    assert len(names) == len(set(names))
    for target in re.findall(r'href="#([^"]+)"', page):
        assert target in names


@pytest.mark.parametrize("name", ["nothing", "../admin", "admin_state.html"])
def test_a_panel_that_there_is_not_is_not_found(house: Home, name: str) -> None:
    assert house.get(f"/parts/admin/{name}").status_code == 404


@pytest.mark.parametrize("window", [seconds for seconds, _ in WINDOWS])
def test_the_chosen_time_is_marked_and_goes_on_into_parts_and_files(house: Home, window: int) -> None:
    page = house.get(f"/admin?window={window}").text
    assert re.search(rf'href="/admin\?window={window}&[^"]*" aria-current="true"', page)
    sources = re.findall(r'data-source="(/parts/admin/[^"]+)"', page)
    assert len(sources) > 8
    assert all(f"window={window}&" in source for source in sources)
    assert f"/admin/performance/routes.csv?window={window}&" in page
    assert f"/api/admin/performance/routes?window_seconds={window}" in page


@pytest.mark.parametrize("window", ["7", "0", "-3600", "1e9", "abc", "", "3600 ", "²", "<script>"])
def test_a_time_that_cannot_be_chosen_shows_the_last_hour_and_says_so(house: Home, window: str) -> None:
    answer = house.get("/admin", query_string={"window": window})
    assert answer.status_code == 200
    assert "These figures are of the last hour." in answer.text
    assert "window=3600&" in answer.text
    assert "<script>a" not in answer.text


def test_a_card_tells_speed_target_and_state_in_words(house: Home) -> None:
    figures = part(house, "figures")
    cards = {words(one.split("</h3>")[0]): words(one) for one in figures.split('<article class="gauge')[1:]}
    home_page = next(text for text in cards.values() if "Home page" in text)
    assert re.search(r"good 1[23] ms p95: 95 of 100 took no longer", home_page)
    assert re.search(r"aim 100 ms, reached$", home_page)
    film = next(text for text in cards.values() if "Page of a film" in text)
    assert re.search(r"warning .* aim 75 ms, slower than that$", film)
    assert any(re.search(r"JSON poor 5\d ms p95", text) for text in cards.values()), "half of its answers failed"


def test_a_chart_is_told_in_a_sentence(house: Home) -> None:
    figures = part(house, "figures")
    labels = re.findall(r'<svg[^>]* role="img" aria-label="([^"]+)"', figures)
    told = next(label for label in labels if label.startswith("Home page"))
    assert re.fullmatch(
        r"Home page, 95th percentile in the last hour, minute by minute: "
        r"lowest 12 ms, highest 13 ms, (now 12 ms|last 12 ms 1 minute ago)\.",
        told,
    )
    hidden = figures.count('<svg class="filled')
    assert len(labels) + hidden == figures.count("<svg ")


def test_the_table_is_sorted_by_its_links(house: Home) -> None:
    slowest_first = ["/tags", "/watch/‹video›", "/api/videos", "/"]
    assert addresses(part(house, "routes")) == slowest_first
    assert addresses(part(house, "routes", "sort=p95&order=asc")) == slowest_first[::-1]
    assert addresses(part(house, "routes", "sort=path")) == sorted(slowest_first)
    assert 'aria-sort="descending"' in part(house, "routes")
    for link in re.findall(r'href="(/admin\?[^"#]*)#routes"', part(house, "routes")):
        assert house.get(link.replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize("query", ["sort=__class__", "sort=", "order=sideways", "sort=p95&order=<b>", "sort=size"])
def test_an_order_that_there_is_not_is_the_usual_one(house: Home, query: str) -> None:
    assert addresses(part(house, "routes", query)) == addresses(part(house, "routes"))


def test_films_stand_apart_with_the_reason(house: Home) -> None:
    apart = part(house, "routes").split("<details", 1)[1]
    assert "/video/&lt;video&gt;" in apart
    assert "how long it is watched" in apart


def test_all_addresses_come_as_csv(house: Home) -> None:
    answer = house.get("/admin/performance/routes.csv?window=3600&sort=asked")
    assert answer.content_type.startswith("text/csv")
    assert "routes.csv" in answer.headers["Content-Disposition"]
    read = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert {row["path"] for row in read} >= {"/", "/tags", "/api/videos", "/video/<video>"}
    assert house.get("/admin/performance/routes.csv?window=abc&sort=b").status_code == 200


def test_the_slowest_are_told_by_rule_and_request(house: Home) -> None:
    assert re.search(r"/tags GET 700 ms 200 .* abc-1", words(part(house, "slow")).replace("&lt;", "<"))


def test_what_failed_is_told_with_its_reason_and_can_be_tried_again(house: Home) -> None:
    shown = part(house, "attention")
    reason = house.application.workshop.postering.report().failed[0][1].reason
    assert reason in shown
    assert 'action="/admin/posters/retry"' in shown
    assert "&lt;b&gt;Broken.mp4" in shown
    assert str(house.video("<b>Broken.mp4").broken_reason) in shown


def test_one_broken_file_is_looked_into_again_where_it_is_told(house: Home) -> None:
    broken = house.video("<b>Broken.mp4")
    row = part(house, "attention").split(f"/watch/{broken.key}", 1)[1].split("</li>")[0]
    assert f'name="key" value="{broken.key}"' in row
    done = house.application.workshop.jobs.reading("probe")
    answer = house.client.post("/admin/posters/retry", data={"key": broken.key})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin?again=1#attention")
    assert "Tried again now: 1." in house.get("/admin?again=1").text
    wait_for(lambda: house.application.workshop.jobs.reading("probe").failed == done.failed + 1, PROBE_S)
    house.settle(3)


@pytest.mark.parametrize(
    ("address", "form", "lands"),
    [
        ("/admin/tasks", {"task": "scan", "deed": "go_on"}, "tasks"),
        ("/admin/forget", {"sure": "1"}, "away"),
    ],
)
def test_a_deed_leads_back_to_what_was_shown(house: Home, address: str, form: dict[str, str], lands: str) -> None:
    shown = {"window": "86400", "sort": "path", "order": "desc"}
    answer = house.client.post(address, data={**form, **shown})
    assert answer.headers["Location"] == f"/admin?window=86400&sort=path&order=desc#{lands}"
    assert house.client.post(address, data={**form, "window": "7"}).headers["Location"] == f"/admin#{lands}"


def test_every_form_sends_along_what_is_shown(house: Home) -> None:
    page = house.get("/admin?window=86400&sort=path&order=desc").text
    forms = re.findall(r'<form action="/admin/([^"]+)"(.*?)</form>', page, re.DOTALL)
    assert {action for action, _ in forms} >= {"tasks", "doctor", "posters/retry"}
    for action, form in forms:
        sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', form))
        assert (sent["window"], sent["sort"], sent["order"]) == ("86400", "path", "desc"), action


def test_the_numbers_as_json_come_in_the_order_that_is_shown(house: Home) -> None:
    link = re.search(r'href="(/api/admin/performance/routes[^"]*)"', part(house, "routes", "sort=path&order=desc"))
    assert link
    told = house.get(link[1].replace("&amp;", "&")).get_json()
    paths = [one["path"] for one in told["routes"]]
    assert paths == sorted(paths, reverse=True)


def test_a_folder_that_is_away_wants_attention(tmp_path: Path) -> None:
    films = tmp_path / "films"
    make_clip(films / "Dune.mp4")
    with open_home(tmp_path / "data", films, videos=1) as home:
        assert "Nothing wants your attention" in part(home, "attention")
        films.rename(tmp_path / "unplugged")
        wait_for(lambda: "Folders that are away" in part(home, "attention"), 5)
        assert str(films) in part(home, "attention")
        assert "Nothing wants your attention" not in part(home, "attention")
        assert re.search(r"away since \d[^.]*, \d\d:\d\d", words(part(home, "folders")))


def test_a_folder_that_is_not_looked_at_is_not_called_watched(house: Home) -> None:
    assert "watched" in words(part(house, "folders")).split()
    for deed, state in (("pause", "paused"), ("go_on", "watched")):
        house.client.post("/admin/tasks", data={"task": "scan", "deed": deed})
        assert state in words(part(house, "folders")).split()
    assert "paused" not in part(house, "folders")


def test_a_busy_processor_is_poor_on_its_card_and_a_warning_in_the_head(house: Home) -> None:
    ledger, minute = house.application.observatory.ledger, int(time.time()) // MINUTE_S * MINUTE_S
    ledger.load([Tally(minute - MINUTE_S, Kind.GAUGE, "machine_cpu_percent", 12, 0, 12 * 95.0)], [])
    assert re.search(r"Processor poor [\d.–]+", words(part(house, "figures")))
    head = words(part(house, "state"))
    assert re.search(r"State poor Something does not work as it should: [^.]*\. Worth a look too: .*processor", head)
    assert "Processor warning The processor of this machine is busy." in head


def test_never_watched_leads_to_the_film(house: Home) -> None:
    shown = part(house, "habits")
    assert "Nothing was watched yet." in shown
    assert "Never watched: 2" in shown
    assert f"/watch/{house.video('Dune.mp4').key}" in shown


def test_the_tasks_are_forms(house: Home) -> None:
    shown = part(house, "tasks")
    for task in house.application.workshop.tasks.readings():
        assert isinstance(task, TaskReading)
        assert f'name="task" value="{task.name}"' in shown
    assert 'name="deed" value="pause"' in shown
    assert 'action="/admin/tasks"' in shown


def test_a_guest_reads_but_changes_nothing(house: Home) -> None:
    page = house.guest().get("/admin").text
    inside = page[page.index("<main") : page.index("</main>")]
    assert re.findall(r"<button(?![^>]* disabled)[^>]*>", inside) == []
    assert 'id="settings"' not in page
    assert page.index("Sign in</a> to change anything here") < page.index('id="state-title"')
    assert 'id="log"' not in page
    for name in ("settings", "log"):
        assert house.guest().get(f"/parts/admin/{name}").status_code == 403
    assert "Slow questions" not in house.guest().get("/parts/admin/slow").text


def test_times_are_those_of_the_house(house: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    scanned_at = house.application.index.reports()[0].scanned_at
    assert scanned_at
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "House-5:30")
        time.tzset()
        assert time.strftime("%H:%M", time.localtime(scanned_at)) in part(house, "folders")
    time.tzset()
    assert "UTC" not in words(house.get("/admin").text)


def test_the_head_names_what_is_not_good(house: Home) -> None:
    told = words(part(house, "state"))
    assert re.match(r"State poor Something does not work as it should: .*speed", told), told
    health = house.application.observatory.readings.health()
    assert all(isinstance(one, Finding) and f"{one.name.capitalize()} {one.state.value}" in told for one in health)
    assert State.POOR.value in told
    assert "Jobs good" in told, "the decoder of one file is not the background work"


def test_with_nothing_measured_every_panel_says_so(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    with open_home(tmp_path / "data", tmp_path / "films", videos=0) as home:
        page = words(home.get("/admin").text)
        for sentence in ("nobody asked in this time", "Nobody asked for a page", "Nothing was watched yet."):
            assert sentence in page
        assert not re.search(r"\bNone\b(?!:| took)|Undefined|\bnan\b", page)
