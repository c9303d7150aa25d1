"""What the web edge can be set to."""

from __future__ import annotations

from msgspec import Struct

from web.chat._ajustes import AjustesDoChat
from web.portaria.admissao import LimitesDeAdmissao
from web.portaria.limites import LimitesDeRitmo


class AjustesWeb(Struct, frozen=True, kw_only=True):
    """Settings of the edge; the wiring fills them from the process's own."""

    jwt_secret: str
    navegadores: tuple[str, ...] = ()
    """The browser origins that may call the API."""
    proxies: tuple[str, ...] = ()
    """Networks (CIDR) of the proxies whose X-Forwarded-For is believed."""
    metricas_redes: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    """Networks (CIDR) that may read the metrics."""
    metricas_token: str | None = None
    """Who shows it may read them from anywhere."""
    limites: LimitesDeRitmo = LimitesDeRitmo()
    corpo_maximo: int = 1_048_576
    """Bytes of a JSON body."""
    prazo_do_corpo: float = 30.0
    """Seconds a client has to send its body."""
    identidade: str = ""
    """What tells the data of this server from those of any other; it is no secret."""
    url_publica: str = "http://127.0.0.1:3001"
    """The server's address as providers know it: some sign it."""
    numero_padrao: str | None = None
    """The WhatsApp number (``phone_number_id``) whose canal answers for the webhook that names none."""
    admissao: LimitesDeAdmissao = LimitesDeAdmissao()
    chat: AjustesDoChat = AjustesDoChat()

    def __repr__(self) -> str:
        """Without the secret."""
        return f"AjustesWeb(navegadores={self.navegadores!r}, corpo_maximo={self.corpo_maximo}, …)"
