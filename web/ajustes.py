"""What the web edge can be set to."""

from __future__ import annotations

from msgspec import Struct

from web.admissao import LimitesDeAdmissao


class AjustesWeb(Struct, frozen=True, kw_only=True):
    """Settings of the edge; the wiring fills them from the process's own."""

    jwt_secret: str
    frontend_url: str | None = None
    """The browser origin that may call the API; None: no other origin may."""
    corpo_maximo: int = 1_048_576
    """Bytes of a JSON body."""
    prazo_do_corpo: float = 30.0
    """Seconds a client has to send its body."""
    admissao: LimitesDeAdmissao = LimitesDeAdmissao()

    def __repr__(self) -> str:
        """Without the secret."""
        return f"AjustesWeb(frontend_url={self.frontend_url!r}, corpo_maximo={self.corpo_maximo}, …)"
