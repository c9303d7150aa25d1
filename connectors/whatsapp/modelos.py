"""The message templates of an account, as Meta has them.

https://developers.facebook.com/documentation/business-messaging/whatsapp/reference/whatsapp-business-account/template-api
"""

from __future__ import annotations

import re
from typing import Final

from connectors.whatsapp.erros import Falha, Recusa
from connectors.whatsapp.graph import Graph
from engine.conector.entradas import Modelo
from engine.conector.limpeza import Objeto, estrutura, objeto_de, objetos_de, texto_de

_PAGINAS: Final = 100
_POR_PAGINA: Final = 100
_CAMPOS: Final = "name,language,status,category,components"
_variaveis: Final = re.compile(r"\{\{\s*([0-9A-Za-z_]{1,64})\s*\}\}").findall


async def buscar_modelos(graph: Graph, waba_id: str) -> list[Modelo]:
    """All of them. Raises Recusa."""
    modelos: list[Modelo] = []
    consulta = {"fields": _CAMPOS, "limit": str(_POR_PAGINA)}
    for _ in range(_PAGINAS):
        pagina = await graph.pedir("GET", f"{waba_id}/message_templates", consulta=consulta)
        modelos += [modelo for bruto in objetos_de(pagina, "data") if (modelo := modelo_de(bruto))]
        depois = proxima(pagina)
        if depois is None:
            return modelos
        consulta = consulta | {"after": depois}
    raise Recusa(Falha(erro=f"a conta tem mais de {_PAGINAS * _POR_PAGINA} modelos", classe="final"))


def proxima(pagina: Objeto) -> str | None:
    """The cursor of the next page. Its ready-made address is not used: it has the token in it."""
    paginas = objeto_de(pagina, "paging")
    return texto_de(objeto_de(paginas, "cursors"), "after", 4_096) if paginas.get("next") else None


def modelo_de(bruto: Objeto) -> Modelo | None:
    """None if it has no name or no language."""
    nome, idioma = texto_de(bruto, "name", 512), texto_de(bruto, "language", 32)
    if nome is None or idioma is None:
        return None
    componentes = objetos_de(bruto, "components")
    corpos = (texto_de(c, "text") for c in componentes if (texto_de(c, "type", 32) or "").upper() == "BODY")
    corpo = next(corpos, None)
    return Modelo(
        nome=nome,
        idioma=idioma,
        estado=(texto_de(bruto, "status", 64) or "UNKNOWN").upper(),
        categoria=texto_de(bruto, "category", 64),
        corpo=corpo,
        parametros=len(set(_variaveis(corpo or ""))),
        componentes=estrutura(componentes),
    )
