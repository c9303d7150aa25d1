"""Origins of pages (RFC 6454)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

e_origem = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?").fullmatch
"""Whether a text is one, as it may stand in a header (§6.2)."""


def origem_de(url: str) -> str:
    """Scheme, host and port, as browsers write them: the default port left out."""
    try:
        partes = urlsplit(url.lower())
        porta = partes.port
    except ValueError:
        return ""
    padrao = {"http": 80, "https": 443}.get(partes.scheme)
    maquina = partes.netloc if porta != padrao else partes.netloc.removesuffix(f":{porta}")
    return f"{partes.scheme}://{maquina}"
