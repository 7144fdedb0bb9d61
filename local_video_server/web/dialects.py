"""How a refusal looks to whom: a page for people, JSON for programs, and to those of the original server as it spoke.

The address alone decides, so that a wrong method, a wrong body and our own faults are told in the same words.
"""

from __future__ import annotations

import re
from typing import Any

_ORIGINAL = re.compile(
    r"/(?:get_views|rate|view|tag|delete_tag|favorite|admin/(?:cache|metadata)/.*"
    r"|api/tags/(?:popular|video)|(?:analytics|api/(?:ratings|playlists|gallery))(?:/.*)?)/?",
    re.S,
)
_NUMBERS = re.compile(
    r"/(?:api/admin/(?:storage|errors|performance(?:/.*)?)|admin/performance(?:\.json|/json|/metrics)"
    r"|dashboard/performance/.*)/?",
    re.S,
)
_OURS = re.compile(r"/api/.*|/ping|/health|/metrics|/dashboard/media/.*|.*/json", re.S)
# What the original called these two; the other codes are ours in capitals.
_NUMBERS_SAY = {"invalid_value": "INVALID_PARAMETER", "internal": "METRICS_UNAVAILABLE"}


def is_json(path: str) -> bool:
    return bool(_ORIGINAL.fullmatch(path) or _NUMBERS.fullmatch(path) or _OURS.fullmatch(path))


def refusal(path: str, status: int, code: str, message: str, details: dict[str, Any]) -> dict[str, Any] | None:
    """What a program is told; None where a person reads a page."""
    if _ORIGINAL.fullmatch(path):
        has_detail = path.startswith("/api/ratings/") and status in (400, 429)
        return {"error": message} | ({"detail": details.get("detail", message)} if has_detail else {})
    if _NUMBERS.fullmatch(path):
        word = _NUMBERS_SAY.get(code, code.upper())
        return {"success": False, "error": {"code": word, "message": message, "details": details}}
    if _OURS.fullmatch(path):
        error = {"error": {"code": code, "message": message, "details": details}}
        return {"success": False} | error if path.startswith("/dashboard/") else error
    return None
