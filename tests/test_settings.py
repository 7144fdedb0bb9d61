from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local_video_server import settings as all_settings
from local_video_server.library.errors import CannotStart
from local_video_server.settings import TABLE, Settings, combine, read
from tests.server import CHECKOUT


def combined(given: dict[str, Any] | None = None, variables: Any = None, in_file: Any = None) -> Settings:
    return combine(given or {}, variables or {}, in_file or {})


@pytest.mark.parametrize(
    ("given", "variables", "in_file", "port", "origin"),
    [
        pytest.param({"port": "1"}, {"LVS_PORT": "2"}, {"port": 3}, 1, "command line", id="command line first"),
        pytest.param({}, {"LVS_PORT": "2"}, {"port": 3}, 2, "LVS_PORT", id="then the variable"),
        pytest.param({}, {}, {"port": 3}, 3, "lvs.toml", id="then the file"),
        pytest.param({}, {}, {}, 8080, "default", id="then the default"),
        pytest.param({}, {"LVS_PORT": ""}, {"port": 3}, 3, "lvs.toml", id="an empty variable is none"),
    ],
)
def test_a_value_comes_from_the_nearest_place(
    given: Any, variables: Any, in_file: Any, port: int, origin: str
) -> None:
    settings = combined(given, variables, in_file)
    assert settings.port == port
    assert dict(settings.origins)["port"] == origin


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "abc"),
        ("port", "-1"),
        ("port", "65536"),
        ("port", "8080.5"),
        ("port", ""),
        ("threads", "0"),
        ("threads", "many"),
        ("probe_timeout_s", "nan"),
        ("probe_timeout_s", "0"),
        ("probe_timeout_s", "-inf"),
        ("check_interval_s", "0"),
        ("poll_interval_s", "0"),
        ("page_cache_mb", "-5"),
    ],
)
def test_a_bad_value_is_one_sentence_with_its_name(name: str, value: str) -> None:
    with pytest.raises(CannotStart) as refused:
        combined({name: value})
    assert name in refused.value.message
    assert value in refused.value.message
    assert refused.value.message.endswith(".")
    assert "\n" not in refused.value.message


@pytest.mark.parametrize(
    ("name", "value"),
    [("port", True), ("port", 80.5), ("port", [80]), ("folders", 5), ("threads", {"a": 1}), ("host", ["a"])],
    ids=str,
)
def test_a_value_of_another_kind_in_the_file_is_refused(name: str, value: object) -> None:
    with pytest.raises(CannotStart, match=rf"{name} cannot be .*lvs\.toml"):
        combined(in_file={name: value})


def test_a_name_in_the_file_that_is_no_setting_is_refused_by_name() -> None:
    with pytest.raises(CannotStart, match=r"lvs\.toml names a setting that does not exist: prot"):
        combined(in_file={"prot": 80})


@pytest.mark.parametrize("body", ["port = ", "\xff", "= 1"], ids=ascii)
def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path, body: str) -> None:
    (tmp_path / "lvs.toml").write_text(body, "latin-1")
    with pytest.raises(CannotStart, match=r"settings file .*lvs\.toml cannot be read"):
        read(["--data", str(tmp_path)], {})


def test_the_file_lies_in_the_data_folder(tmp_path: Path) -> None:
    (tmp_path / "lvs.toml").write_text('port = 81\nfolders = ["/a", "/b"]\nallowed_hosts = ["films.example"]\n')
    settings = read(["--data", str(tmp_path)], {})
    assert (settings.port, settings.folders, settings.allowed_hosts) == (81, ("/a", "/b"), ("films.example",))
    assert read([], {"LVS_DATA": str(tmp_path)}).port == 81


def test_the_home_folder_may_be_written_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "lvs").mkdir()
    (tmp_path / "lvs" / "lvs.toml").write_text('port = 81\nfolders = ["~/Videos"]\n')
    settings = read([], {"LVS_DATA": "~/lvs"})
    assert settings.data == str(tmp_path / "lvs")
    assert settings.port == 81
    assert settings.folders == (str(tmp_path / "Videos"),)


@pytest.mark.parametrize(
    ("given", "variable", "folders"),
    [
        pytest.param(["/a, b", " c "], None, ("/a, b", " c "), id="the command line is taken as it is"),
        pytest.param([], "/a, /b,,", ("/a", "/b"), id="a variable has commas between"),
        pytest.param([], None, (), id="none"),
    ],
)
def test_folders_are_named_one_by_one(
    tmp_path: Path, given: list[str], variable: str | None, folders: tuple[str, ...]
) -> None:
    environment = {"LVS_FOLDERS": variable} if variable else {}
    assert read([*given, "--data", str(tmp_path)], environment).folders == folders


def test_data_folders_are_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read(["--data", "here", "--thumbnails", "there"], {})
    assert (settings.data, settings.thumbnails) == (str(tmp_path / "here"), str(tmp_path / "there"))


def test_the_values_are_exactly_the_table() -> None:
    fields = [name for name in Settings.__dataclass_fields__ if name not in ("origins", "strange_variables")]
    assert fields == [setting.name for setting in TABLE]
    settings = combined()
    for setting in TABLE:
        assert type(getattr(settings, setting.name)) is type(setting.default)


@pytest.mark.parametrize("setting", TABLE, ids=lambda setting: setting.name)
def test_a_setting_says_its_unit_and_one_sentence(setting: all_settings.Setting) -> None:
    assert setting.unit
    assert setting.sentence.endswith(".")
    assert setting.sentence[0].isupper()


def test_help_names_every_option_and_where_the_rest_is() -> None:
    command = [sys.executable, "app.py", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT, check=True)
    text = " ".join(done.stdout.split())
    for setting in TABLE:
        if setting.on_command_line:
            assert f"--{setting.name}" in text
            assert setting.sentence.split(";")[0] in text
    assert "LVS_*" in text
    assert "lvs.toml" in text
    assert "FOLDER" in text


def test_a_bad_setting_ends_the_program_with_one_sentence() -> None:
    command = [sys.executable, "app.py", "--port", "abc", "/nowhere"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "The setting port cannot be 'abc' (from command line): it takes port number, such as 8080.\n"
    )


def test_the_level_of_the_log_may_be_written_as_the_original_server_did() -> None:
    assert combine({}, {"LVS_LOG_LEVEL": "WARNING"}, {}).log_level == "warning"
