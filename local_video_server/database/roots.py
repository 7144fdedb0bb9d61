"""Roots in the database: the folders that were ever named."""

from __future__ import annotations

import os
from collections.abc import Sequence

from sqlalchemy import Connection, insert, select, update

from ..library.text import shown
from ..library.video import Root
from .tables import roots


def use(connection: Connection, paths: Sequence[str]) -> list[Root]:
    """The roots at these paths, in this order; a path that was never used becomes one."""
    used: list[Root] = []
    names: set[str] = set()
    for path in paths:
        root_id = connection.scalar(select(roots.c.id).where(roots.c.path == path))
        if root_id is None:
            statement = insert(roots).values(path=path).returning(roots.c.id)
            root_id = connection.execute(statement).scalar_one()
        used.append(Root(root_id, path, _own_name(path, names)))
    return used


def paths(connection: Connection) -> list[str]:
    return list(connection.scalars(select(roots.c.path)))


def was_scanned(connection: Connection, root_id: int) -> bool:
    return connection.scalar(select(roots.c.scanned_at).where(roots.c.id == root_id)) is not None


def scanned(connection: Connection, root_id: int, now: float) -> None:
    connection.execute(update(roots).where(roots.c.id == root_id).values(scanned_at=now))


def _own_name(path: str, names: set[str]) -> str:
    """The folder's own name; the second of two alike gets a number."""
    name = shown(os.path.basename(path.rstrip("/"))) or "Videos"
    plain, number = name, 2
    while name.casefold() in names:
        name, number = f"{plain} ({number})", number + 1
    names.add(name.casefold())
    return name
