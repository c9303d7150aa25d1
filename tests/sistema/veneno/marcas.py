"""What the poisoned server and its test agree on."""

from __future__ import annotations

from typing import Final

VENENO: Final = "veneno"
"""What a message must say to crash its handler."""
SEGREDO_INTERNO: Final = "o que só o log pode dizer"
"""What the crash says."""
