"""What SQLite has no type for: paths that are no text, and numbers of 64 bits without sign."""

from __future__ import annotations

import os
from typing import Any

from sqlalchemy import Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator


class FilePath(TypeDecorator[str]):
    """A path as on disk. Names that are no UTF-8 are kept as bytes: SQLite takes both in one column, and no
    text could hold the surrogate escapes of PEP 383."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None or value.isascii():
            return value
        try:
            value.encode()
        except UnicodeEncodeError:
            return os.fsencode(value)
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return os.fsdecode(value) if isinstance(value, bytes) else value


class Unsigned64(TypeDecorator[int]):
    """A number of 64 bits without sign, such as an inode of a network share, in SQLite's signed ones."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return value - 2**64 if value is not None and value >= 2**63 else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return value + 2**64 if value is not None and value < 0 else value
