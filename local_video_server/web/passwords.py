"""The admin password, the viewer password, and who has shown which.

A session is Flask's signed cookie. Without an admin password, the address that start prints sets it, once. Too many
wrong tries from one client are answered with a wait.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable

from itsdangerous import BadSignature, TimestampSigner
from werkzeug.security import check_password_hash, generate_password_hash

from ..library.errors import InvalidValue, NotAllowed

TRIES, TRIES_S = 5, 60.0  # wrong tries of one client in this many seconds
PLAYER_PASS_S = 7 * 24 * 3600  # a playlist file that was kept longer is asked for anew
_CLIENTS = 1000  # remembered at once
_SHORTEST = 8  # characters


class Passwords:
    def __init__(
        self,
        read: Callable[[str], str | None],
        write: Callable[[str, str], None],
        viewer_password: str,
    ) -> None:
        self._read = read
        self._write = write
        self._viewer_password = viewer_password
        self._wrong: dict[str, list[float]] = {}
        self.once: str | None = None if read("admin_password") else secrets.token_urlsafe(16)

    @property
    def asks_viewers(self) -> bool:
        return bool(self._viewer_password)

    def session_secret(self) -> str:
        """What signs the cookies: made once, kept in the database. It changes with the viewer password, so
        that a new one signs everybody out."""
        secret = self._read("session_secret")
        if secret is None:
            secret = secrets.token_urlsafe(32)
            self._write("session_secret", secret)
        return secret + self._viewer_password

    def player_pass(self) -> str:
        """A word in the addresses of a playlist file, for players that cannot sign in; "" where nobody has to."""
        return self._player_signer().sign(b"player").decode() if self.asks_viewers else ""

    def is_player_pass(self, word: str) -> bool:
        try:
            return self._player_signer().unsign(word, max_age=PLAYER_PASS_S) == b"player"
        except BadSignature:
            return False

    def _player_signer(self) -> TimestampSigner:
        return TimestampSigner(self.session_secret(), salt="player")

    def set_admin(self, once: str, password: str, is_admin: bool = False) -> None:
        """Sets the admin password, with the one-time word or as admin. Errors: NotAllowed, InvalidValue."""
        self.check_once(once, is_admin)
        if len(password) < _SHORTEST:
            raise InvalidValue(f"The password needs at least {_SHORTEST} characters.")
        self._write("admin_password", generate_password_hash(password))
        self.once = None

    def check_once(self, once: str, is_admin: bool) -> None:
        """Errors: NotAllowed for who has neither the one-time word nor is admin."""
        is_right = bool(self.once) and hmac.compare_digest(once.encode(), (self.once or "").encode())
        if not is_right and not is_admin:
            raise NotAllowed("This address was used already or is not right. Start prints the one that is.")

    def check(self, password: str, client: str) -> str | None:
        """Who the password is for: "admin", "viewer" or None. Errors: NotAllowed after too many wrong ones."""
        now = time.monotonic()
        wrong = [at for at in self._wrong.get(client, ()) if now - at < TRIES_S]
        if len(wrong) >= TRIES:
            raise NotAllowed(f"Too many wrong passwords. Try again in {TRIES_S:.0f} seconds.")
        stored = self._read("admin_password")
        if stored and check_password_hash(stored, password):
            return "admin"
        if self._viewer_password and hmac.compare_digest(password.encode(), self._viewer_password.encode()):
            return "viewer"
        if len(self._wrong) >= _CLIENTS:
            self._wrong.clear()
        self._wrong[client] = [*wrong, now]
        return None
