"""What one library says about one file, as a JSON object: a row of library.json, and of what waits for its file.

Only what is known is written. Names that are no UTF-8 hold the lone surrogates of PEP 383, which JSON can write
as escapes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from .errors import InvalidValue
from .moving import Carried, CarriedPlaylist
from .playlists import parse_description, parse_name

_Values = dict[str, Any]
_T = TypeVar("_T")
MOST_VIEWS = 10**9


def to_values(carried: Carried) -> _Values:
    values = {name: getattr(carried, name) for name in _PLAIN}
    if carried.fingerprint is not None:
        values["fingerprint"] = carried.fingerprint.hex()
    return {name: value for name, value in values.items() if value not in (None, (), "")}


def from_values(values: object) -> Carried:
    """Errors: InvalidValue that names the field, for anything that `to_values` would not have written."""
    if not isinstance(values, Mapping):
        raise InvalidValue("It has to be an object.")
    unknown = set(values) - set(_FIELDS)
    if unknown:
        raise InvalidValue(f"«{min(unknown, key=str)}» is not known here.")
    if "name" not in values:
        raise InvalidValue("It has no name.")
    return Carried(**{name: _field(name, value, _FIELDS[name]) for name, value in values.items()})


def playlist_to_values(playlist: CarriedPlaylist) -> _Values:
    return {
        "name": playlist.name,
        "description": playlist.description,
        "created_at": playlist.created_at,
        "items": [list(item) for item in playlist.items],
    }


def playlist_from_values(values: object) -> CarriedPlaylist:
    """Errors: InvalidValue that names the field."""
    if not isinstance(values, Mapping) or set(values) != set(_OF_A_PLAYLIST):
        raise InvalidValue(f"A playlist has {', '.join(_OF_A_PLAYLIST)}, and nothing else.")
    return CarriedPlaylist(**{name: _field(name, values[name], read) for name, read in _OF_A_PLAYLIST.items()})


def _field(name: str, value: object, read: Callable[[Any], _T]) -> _T:
    try:
        return read(value)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise InvalidValue(f"«{name}» cannot be {str(value)[:80]!r}.") from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    value.encode()  # half a letter cannot be stored
    return value


def _file(value: object) -> str:
    """A path, whose bytes may be no UTF-8."""
    if not isinstance(value, str):
        raise TypeError(value)
    value.encode("utf-8", "surrogateescape")
    return value


def _path(value: object) -> str:
    path = _file(value)
    if not path or "\0" in path or len(path) > 4096 or any(part in ("", ".", "..") for part in path.split("/")):
        raise ValueError(path)
    return path


def _when(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    if not math.isfinite(value) or abs(value) > 1e12:
        raise ValueError(value)
    return float(value)


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(value)
    if not 0 <= value <= MOST_VIEWS:
        raise ValueError(value)
    return value


def _size(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
        raise ValueError(value)
    return value


def _rating(value: Any) -> tuple[int, float]:
    rating, when = value
    if not 1 <= _count(rating) <= 5:
        raise ValueError(value)
    return rating, _when(when)


def _key(value: object) -> str:
    key = _text(value)
    if len(key) != 10 or not (key.isascii() and key.isalnum() and key == key.lower()):
        raise ValueError(key)
    return key


def _list(read: Callable[[Any], _T]) -> Callable[[Any], tuple[_T, ...]]:
    def whole(value: Any) -> tuple[_T, ...]:
        if not isinstance(value, list):
            raise TypeError(value)
        return tuple(map(read, value))

    return whole


def _group(*readers: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def whole(value: Any) -> Any:
        if not isinstance(value, list):
            raise TypeError(value)
        return tuple(read(part) for read, part in zip(readers, value, strict=True))

    return whole


def _name_of_play(value: object) -> str | None:
    return None if value is None else _text(value)


_FIELDS: dict[str, Callable[[Any], Any]] = {
    "name": _path,
    "root": _file,
    "rating": _rating,
    "favorite": _when,
    "tags": _list(_group(_text, _when)),
    "views": _list(_group(_text, _count, _when)),
    "plays": _list(_group(_when, _name_of_play)),
    "added_at": _when,
    "media_hashes": _list(_text),
    "key": _key,
    "size_bytes": _size,
    "fingerprint": bytes.fromhex,
    "former_paths": _list(_path),
    "retired_keys": _list(_key),
}
_PLAIN = tuple(name for name in _FIELDS if name != "fingerprint")
_OF_A_PLAYLIST: dict[str, Callable[[Any], Any]] = {
    "name": parse_name,
    "description": parse_description,
    "created_at": _when,
    "items": _list(_group(_path, _file, _when)),
}
