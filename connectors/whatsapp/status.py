"""One status of a webhook → one of ours (they come in any order, more than once, or never)."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from connectors.whatsapp.erros import erro_de_status
from connectors.whatsapp.mensagens import instante
from engine.conector.entradas import EstadoExterno, StatusRecebido
from engine.conector.json_tolerante import Ilegivel
from engine.conector.limpeza import Objeto, lista_de, texto_de

_ESTADOS: Final[dict[str, EstadoExterno]] = {
    "sent": "enviado",
    "delivered": "entregue",
    "read": "lido",
    "played": "lido",
    "failed": "falhou",
}


def ler_status(bruto: Objeto, recebido_em: int) -> StatusRecebido | None:
    """None: it is of something else (a payment has statuses too), or one that says nothing of a message's way.
    Raises Ilegivel.
    """
    dito = texto_de(bruto, "status", 64)
    if dito is None:
        raise Ilegivel("não diz o status")
    if dito not in _ESTADOS or bruto.get("type", "message") != "message":
        return None
    trabalho, externo = trabalho_de(bruto), texto_de(bruto, "id", 512)
    if trabalho is None and externo is None:
        raise Ilegivel("nada diz de que mensagem é")
    classe, codigo, erro = erro_de_status(lista_de(bruto, "errors")) if dito == "failed" else (None, None, None)
    return StatusRecebido(
        estado=_ESTADOS[dito],
        em=instante(bruto, recebido_em),
        trabalho_id=trabalho,
        id_externo=externo,
        classe=classe,
        codigo=codigo,
        erro=erro,
    )


def trabalho_de(bruto: Objeto) -> str | None:
    """The job whose id we gave along; None if it was not ours that gave it."""
    eco = bruto.get("biz_opaque_callback_data")
    try:
        return str(UUID(eco)) if isinstance(eco, str) and len(eco) == 36 else None
    except ValueError:
        return None
