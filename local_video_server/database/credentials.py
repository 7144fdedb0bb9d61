"""What proves who somebody is: the admin password's hash and the secret that signs sessions."""

from __future__ import annotations

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as insert_or

from .tables import credentials


def get(connection: Connection, name: str) -> str | None:
    return connection.scalar(select(credentials.c.value).where(credentials.c.name == name))


def put(connection: Connection, name: str, value: str) -> None:
    statement = insert_or(credentials).values(name=name, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
