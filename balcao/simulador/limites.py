"""What a simulation may use."""

from __future__ import annotations

from typing import Final

CPU_S: Final = 10
"""Seconds of CPU; then the kernel ends it."""
PRAZO_S: Final = 30.0
"""By the clock on the wall; then it is killed."""
MEMORIA: Final = 1_073_741_824
"""Bytes of address space."""
GENTILEZA: Final = 10
"""How far it stands back behind others (nice)."""
AO_MESMO_TEMPO: Final = 2
"""Of all empresas of a node."""
