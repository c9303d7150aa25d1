"""Who answers at the address of the settings, and whether it is the server of these data."""

from __future__ import annotations

from typing import Final

import httpx2
from msgspec import Struct

from balcao.ajustes.campos import Ajustes
from balcao.exames import Exame
from balcao.servidor.marca import marca
from web.app import IDENTIDADE

_PERGUNTAR_S: Final = 5.0


class Achado(Struct, frozen=True):
    """What was found there. ``marca``: of the data of who answers, if it says."""

    exame: Exame
    marca: str = ""


async def perguntar(ajustes: Ajustes) -> Achado:
    """Whether the server says that it is ready, and of which data it is."""
    url = ajustes.url
    try:
        async with httpx2.AsyncClient(timeout=_PERGUNTAR_S) as cliente:
            saude = await cliente.get(f"{url}/saude")
            pronto = await cliente.get(f"{url}/saude/pronto")
    except httpx2.ConnectError:
        remedio = "inicie com: balcao run; se ele está noutro endereço, diga HOST e PORT"
        return Achado(Exame("servidor", f"nada responde em {url}", remedio))
    except httpx2.TransportError:
        return Achado(
            Exame("servidor", f"{url} não responde em {_PERGUNTAR_S:.0f} s, ou não em HTTP",
                  "confira HOST e PORT, e o log do servidor")
        )  # fmt: skip
    de_quem = saude.headers.get(IDENTIDADE, "")
    if pronto.status_code == httpx2.codes.OK:
        return Achado(Exame("servidor", f"{url} está pronto"), de_quem)
    if pronto.status_code == httpx2.codes.SERVICE_UNAVAILABLE:
        return Achado(
            Exame("servidor", f"{url} ainda não está pronto", "veja abaixo o banco, e o log do servidor"), de_quem
        )
    return Achado(Exame("servidor", f"quem responde em {url} não é o Balcão", "confira HOST e PORT"))


def mesma_pasta(ajustes: Ajustes, de_quem: str) -> Exame | None:
    """The server's data folder against ours; None if it does not say."""
    if not de_quem:
        return None
    onde = ajustes.dados.absolute()
    if ajustes.dados.exists() and de_quem.partition(".")[0] == marca(onde, "").partition(".")[0]:
        return Exame("servidor", f"usa a pasta {onde}")
    return Exame(
        "servidor", f"quem responde em {ajustes.url} é um Balcão de outra pasta de dados, e não de {onde}",
        "aponte --dados para a pasta dele, ou PORT para o servidor desta",
    )  # fmt: skip


def mesmo_banco(ajustes: Ajustes, de_quem: str, banco: str) -> Exame | None:
    """The server's database against the one that was examined; None if one of them does not say."""
    dele = de_quem.partition(".")[2]
    meu = marca(ajustes.dados, banco).partition(".")[2] if banco and ajustes.dados.exists() else ""
    if not dele or not meu:
        return None
    if dele == meu:
        return Exame("servidor", "usa o banco examinado abaixo")
    return Exame(
        "servidor", f"quem responde em {ajustes.url} usa outro banco que não o examinado abaixo",
        "confira DATABASE_URL aqui e onde o servidor foi iniciado",
    )  # fmt: skip
