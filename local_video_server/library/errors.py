"""Everything that can be refused, as a closed set.

Each error says what happened and what to do next, to a person; `code` says it to a program, and `web.answers`
has the one table from class to HTTP status. Raise these; raise nothing else across a folder's border.
"""

from __future__ import annotations


class LibraryError(Exception):
    """Base of all refusals. `details` are JSON values for programs."""

    code = "error"

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class NotFound(LibraryError):
    code = "not_found"


class Gone(LibraryError):
    """The thing was here and is away: a missing file, an offline folder."""

    code = "gone"


class InvalidValue(LibraryError):
    code = "invalid_value"


class NotAllowed(LibraryError):
    code = "not_allowed"


class Unavailable(LibraryError):
    """Something that is needed does not answer now: a disk, the database. Trying again later may help."""

    code = "unavailable"


class NotStored(Unavailable):
    """The database did not take a change; nothing of it is shown."""


class MediaUnreadable(LibraryError):
    """A file that is no video we can read; the message is the true reason, shown to the viewer."""

    code = "media_unreadable"


class CannotMove(LibraryError):
    """An old library cannot be moved in, or ours not out; nothing was changed."""

    code = "cannot_move"


class CannotStart(LibraryError):
    """The program ends with this sentence and exit code 1."""

    code = "cannot_start"
