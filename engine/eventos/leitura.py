"""Reading the log: an event of before, as it is told now."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec.structs import replace

from engine.canais import e_publico
from engine.eventos._evento import tipos
from engine.eventos.cadastros import CanalAtualizado, CanalCriado
from engine.eventos.versoes import atual
from engine.modelo import EventoRow, TipoCanal
from engine.vistas import json_text

_COM_CONFIG: Final = tipos(CanalCriado, CanalAtualizado)
_ler: Final = msgspec.json.Decoder(dict[str, Any]).decode


def lido(evento: EventoRow) -> EventoRow:
    """An entry as it was written, in the shape of now and without what is secret now: the very same one if it is so."""
    return sem_segredos(atual(evento))


def sem_segredos(evento: EventoRow) -> EventoRow:
    """The event as it is told: one from before a name was secret does not tell it either."""
    if evento.tipo not in _COM_CONFIG:
        return evento
    dados = _ler(evento.dados)
    canal = dados["canal"]
    escondidos = _esconder(canal["tipo"], canal, "config")
    mudancas = {} if evento.mudancas is None else _ler(evento.mudancas)
    for lado in range(len(mudancas.get("config", ()))):
        escondidos |= _esconder(canal["tipo"], mudancas["config"], lado)
    if not escondidos:
        return evento
    canal["segredos"] = sorted({*canal["segredos"], *escondidos})
    return replace(
        evento,
        dados=json_text(dados),
        mudancas=None if evento.mudancas is None else json_text(mudancas),
    )


def _esconder(tipo: TipoCanal, onde: Any, chave: str | int) -> frozenset[str]:
    """Take what is secret out of the ``config`` that stands at ``onde[chave]``; gives the names."""
    escondidos = frozenset(nome for nome, valor in onde[chave].items() if not e_publico(tipo, nome, valor))
    onde[chave] = {nome: valor for nome, valor in onde[chave].items() if nome not in escondidos}
    return escondidos
