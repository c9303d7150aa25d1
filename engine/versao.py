"""The version, said once: of the package, of the API, and in the log."""

from __future__ import annotations

from typing import Final

VERSAO: Final = "0.1.0"
