"""What drawing may use."""

from __future__ import annotations

from typing import Final

CPU_S: Final = 20
"""Seconds of CPU; then the kernel ends it. Most is loading matplotlib, and the first time, looking for fonts."""
PRAZO_S: Final = 30.0
"""By the clock on the wall; then it is killed."""
MEMORIA: Final = 2_147_483_648
"""Bytes of address space."""
GENTILEZA: Final = 10
"""How far it stands back behind others (nice)."""
AO_MESMO_TEMPO: Final = 2
"""Of all empresas of a node."""
