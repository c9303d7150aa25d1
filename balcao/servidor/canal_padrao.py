"""The WhatsApp canal that the environment describes (``WHATSAPP_*``, as the mission names them): made once, in the only
empresa of the installation, and kept as the environment says.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final, Protocol

from actors.canal.comandos import AtualizarCanal, CriarCanal
from actors.no.no import No
from balcao.ajustes.campos import Ajustes
from engine.errors import BalcaoError
from engine.modelo import Quem
from engine.vistas import json_text

log = logging.getLogger(__name__)

ESPERA_S: Final = 1.0
"""Before it is looked again whether there is an empresa by now: whoever made the first one is about to have Meta verify
the webhook. It is one look at a table with nothing in it.
"""


class Empresas(Protocol):
    """What is looked up in the database. Both raise StoreAway."""

    async def lugares_do_numero(self, numero: str) -> list[tuple[str, str]]: ...
    async def primeiras_empresas(self, quantas: int) -> list[str]: ...


async def manter(ajustes: Ajustes, no: No, empresas: Empresas) -> None:
    """Make the canal, or have it as the environment says. Ends when that is done, or cannot be."""
    numero = ajustes.whatsapp_phone_number_id
    if numero is None:
        return
    while True:
        try:
            if await _tentar(numero, ajustes, no, empresas):
                return
        except BalcaoError as erro:
            log.warning("the WhatsApp canal of the environment has to wait: %s", erro)
        await asyncio.sleep(ESPERA_S)


async def _tentar(numero: str, ajustes: Ajustes, no: No, empresas: Empresas) -> bool:
    """False if there is no empresa yet. With several nothing is touched: any of them may say that the number is its
    own, and would be given the token.
    """
    achadas = await empresas.primeiras_empresas(2)
    if len(achadas) > 1:
        log.warning(
            "WHATSAPP_PHONE_NUMBER_ID is set and there are several empresas: make and change the canal of each by "
            "/atendimento/canais instead"
        )
        return True
    if not achadas:
        return False
    quem, config = _admin(achadas[0]), _config(numero, ajustes)
    canais = [
        canal_id for empresa_id, canal_id in await empresas.lugares_do_numero(numero) if empresa_id == quem.empresa_id
    ]
    if canais:
        await no.pedir(AtualizarCanal(quem=quem, canal_id=canais[0], config=config))
        return True
    canal = await no.pedir(CriarCanal(quem=quem, nome="WhatsApp", tipo="whatsapp", config=config))
    log.info("the WhatsApp canal of the environment is %s, in empresa %s", canal.row.id, quem.empresa_id)
    return True


def _config(numero: str, ajustes: Ajustes) -> str:
    ditos: dict[str, Any] = {
        "phoneNumberId": numero,
        "wabaId": ajustes.whatsapp_business_account_id,
        "accessToken": ajustes.whatsapp_access_token,
        "appSecret": ajustes.whatsapp_app_secret,
        "webhookVerifyToken": ajustes.whatsapp_webhook_verify_token,
        "urlBase": ajustes.whatsapp_url_base,
    }
    return json_text({nome: valor for nome, valor in ditos.items() if valor is not None})


def _admin(empresa_id: str) -> Quem:
    return Quem(empresa_id, None, "admin")
