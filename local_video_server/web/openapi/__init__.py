"""The description of every JSON address (OpenAPI 3.1), ours and the original server's.

A test proves that answers fit it, good ones and refusals, that every example does, and that no address is missing.
"""

from __future__ import annotations

from typing import Any

from . import (
    operations,
    original_paths,
    original_schemas,
    our_paths,
    performance_paths,
    performance_schemas,
    schemas,
)


def describe() -> dict[str, Any]:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Local Video Server", "version": "1"},
        "paths": our_paths.PATHS | performance_paths.PATHS | original_paths.PATHS,
        "components": {
            "schemas": schemas.SCHEMAS | performance_schemas.SCHEMAS | original_schemas.SCHEMAS,
            "responses": operations.shared_answers(),
        },
    }
