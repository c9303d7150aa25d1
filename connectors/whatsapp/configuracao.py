"""What a canal of WhatsApp is configured with: its names are those of ``POST /atendimento/canais``."""

from __future__ import annotations

import re
from typing import Any, Final

from msgspec import Struct

from engine.conector.protocolo import CanalDoConector

URL_BASE: Final = "https://graph.facebook.com"
VERSAO: Final = "v24.0"
"""Of the Graph API; each lives for two years (https://developers.facebook.com/docs/graph-api/changelog)."""

_e_id: Final = re.compile(r"[0-9]{1,64}").fullmatch
_e_versao: Final = re.compile(r"v[0-9]{1,3}\.[0-9]{1,2}").fullmatch
_e_base: Final = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?").fullmatch
_e_token: Final = re.compile(r"[!-~]{1,4096}").fullmatch


class Configuracao(Struct, frozen=True, kw_only=True):
    """As it was written; :func:`problemas_de` says what is wrong with it."""

    phone_number_id: str
    waba_id: str | None
    token: str
    url_base: str
    versao: str
    app_secret: bool
    verify_token: bool

    def __repr__(self) -> str:
        """Without the token."""
        return f"Configuracao(phone_number_id={self.phone_number_id!r}, url_base={self.url_base!r})"


def configuracao_de(canal: CanalDoConector) -> Configuracao:
    """What the canal says; what is missing is empty."""
    return Configuracao(
        phone_number_id=_texto(canal.config, "phoneNumberId"),
        waba_id=_texto(canal.config, "wabaId") or None,
        token=_texto(canal.segredos, "accessToken"),
        url_base=_base(canal),
        versao=_texto(canal.config, "versao") or VERSAO,
        app_secret=bool(_texto(canal.segredos, "appSecret")),
        verify_token=bool(_texto(canal.segredos, "webhookVerifyToken")),
    )


def _base(canal: CanalDoConector) -> str:
    """Where the Graph API is: Meta's only where nothing else is said. What is said and is of no use is used as little:
    the token would go where nobody meant it to. (One with a password in it is kept among the secrets.)
    """
    if "urlBase" in canal.segredos:
        return ""
    dita = canal.config.get("urlBase")
    if not isinstance(dita, str):
        return URL_BASE if dita is None else ""
    return dita.strip().rstrip("/") or URL_BASE


def _texto(valores: dict[str, Any], nome: str) -> str:
    valor = valores.get(nome)
    return str(valor).strip() if isinstance(valor, str | int) else ""


def problemas_de(configuracao: Configuracao) -> list[str]:
    """What keeps it from sending at all, as sentences that say what to do."""
    c = configuracao
    regras = (
        (c.phone_number_id, "Falta phoneNumberId: copie o identificador do número de Configuração da API"),
        (
            not c.phone_number_id or _e_id(c.phone_number_id),
            "O phoneNumberId só tem algarismos (não é o telefone): copie-o de Configuração da API",
        ),
        (
            c.waba_id is None or _e_id(c.waba_id),
            "O wabaId só tem algarismos: copie o da conta do WhatsApp Business, de Configuração da API",
        ),
        (c.token, "Falta accessToken: gere o token de um usuário do sistema, com as permissões do WhatsApp"),
        (not c.token or _e_token(c.token), "O accessToken não pode ter espaços nem acentos: copie-o de novo"),
        (_e_base(c.url_base), f"A urlBase não é um endereço sem usuário e senha: o da Meta é {URL_BASE}"),
        (_e_versao(c.versao), f"A versao não é uma versão da Graph API, como {VERSAO}"),
    )
    return [frase for vale, frase in regras if not vale]
