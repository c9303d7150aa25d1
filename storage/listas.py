"""The statement that lists tickets, put together for each kind of filter from parts (``sql/leituras_tickets.sql``).

Each kind has a text of its own, and so a plan of its own, made once and kept (``force_generic_plan``): making it costs
three times as much as a page does.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from engine.busca import consulta, consulta_de_etiqueta
from engine.ids import NINGUEM
from engine.modelo import Ordem, Prioridade, Status
from engine.ports import FiltroTickets
from storage.consultas import sql

_ARGUMENTO: Final = re.compile(r"(?<![:\w]):([a-z]+)")
_LISTA: Final = sql("tickets_lista")
_TODAS: Final = sql("tickets_lista_todas")
_URGENCIA: Final[dict[Prioridade, int]] = {"URGENTE": 0, "ALTA": 1, "NORMAL": 2, "BAIXA": 3}
_CORTES: Final = {(): 1, ("fila",): 2, ("atendente",): 3}
"""The cut of atendimento_contagens that covers what is filtered by beside status; the finest one covers everything."""
_CORTE_MAIS_FINO: Final = 4
_SALTO_MAXIMO: Final = 2**62
"""Past every ticket, and far enough from what a bigint holds to be counted on with."""


class Instrucao(Struct, frozen=True):
    """A statement and its arguments."""

    texto: str
    argumentos: tuple[object, ...]


class _Forma(Struct, frozen=True):
    """A kind of filter: what is filtered by (in a fixed order), and what makes a plan of its own."""

    dados: tuple[str, ...]
    ordem: Ordem
    status: Status | None
    prioridade: Prioridade | None

    @property
    def todas(self) -> bool:
        """Whether nothing is filtered, and a numero says where in the list a ticket is."""
        return self.por_numero and not self.dados

    @property
    def por_numero(self) -> bool:
        return self.ordem in {"recentes", "antigas"}


def lista_de_tickets(empresa_id: str, filtro: FiltroTickets, page: int, limit: int) -> Instrucao | None:
    """What to ask for a page of the tickets that the filter lets through; None if it lets none through at all.

    The answer's rows are the total and the columns of a TicketRow, which are all NULL where the page is empty.
    """
    visto = _sem_redundancia(filtro)
    if visto is None:
        return None
    procurado = None if visto.busca is None else consulta(empresa_id, visto.busca)
    if procurado is None and visto.busca is not None:
        return None
    if visto.etiqueta is not None:
        procurado = " & ".join(filter(None, (consulta_de_etiqueta(empresa_id, visto.etiqueta), procurado)))
    filtros = {
        "status": visto.status,
        "prioridade": visto.prioridade,
        "atendente": visto.atendente_id,
        "fila": visto.fila_id,
        "canal": visto.canal_id,
        "contato": visto.contato_id,
        "visivel": visto.visivel_para,
        "busca": procurado,
        "adiado": visto.adiado or None,
    }
    dados = tuple(nome for nome, valor in filtros.items() if valor is not None)
    salto = min((page - 1) * limit, _SALTO_MAXIMO)
    valores = {
        **filtros,
        "empresa": empresa_id,
        "filas": visto.visivel_filas,
        "limite": limit,
        "salto": salto,
        "ate": salto + limit,
    }
    texto, nomes = _montar(_Forma(dados, visto.ordem, visto.status, visto.prioridade))
    return Instrucao(texto, tuple(valores[nome] for nome in nomes))


def _sem_redundancia(filtro: FiltroTickets) -> FiltroTickets | None:
    """The same filter with less of ``visivel_para``: who asks for what it may see, or for its own, needs no more."""
    if NINGUEM in {filtro.atendente_id, filtro.canal_id, filtro.visivel_para}:  # where it stands for none of them
        return None
    eu = filtro.visivel_para
    if eu is None or filtro.atendente_id == eu or filtro.fila_id in filtro.visivel_filas:
        return replace(filtro, visivel_para=None)
    if filtro.fila_id is None:
        return filtro
    if filtro.atendente_id is None:
        return replace(filtro, atendente_id=eu, visivel_para=None)
    return None


@lru_cache(512)
def _montar(forma: _Forma) -> tuple[str, tuple[str, ...]]:
    """The text, and the names of its arguments in order."""
    partes = (
        _achados(forma) if {"busca", "contato", "adiado"} & {*forma.dados} else {**_posicoes(forma), **_total(forma)}
    )
    texto = _TODAS if forma.todas else _LISTA
    for nome in ("fonte", "posicoes", "total", "onde", "onde c"):
        texto = texto.replace(f"<{nome}>", partes.get(nome, ""))
    for tabela in "tp":
        texto = texto.replace(f"<ordem {tabela}>", sql(f"tickets_{forma.ordem}").replace("?", tabela))
    if forma.prioridade is not None:
        texto = texto.replace("<urgencia>", str(_URGENCIA[forma.prioridade]))
    texto = texto.replace("<status>", f"'{forma.status}'").replace("<prioridade>", f"'{forma.prioridade}'")
    nomes: dict[str, int] = {}
    texto = _ARGUMENTO.sub(lambda achado: f"${nomes.setdefault(achado[1], len(nomes) + 1)}", texto)
    return texto, tuple(nomes)


def _onde(nomes: list[str]) -> str:
    return " AND ".join(sql(nome) for nome in nomes)


def _achados(forma: _Forma) -> dict[str, str]:
    """What is found by words, is of a contact, or is put off."""
    so_palavras = forma.dados == ("busca",) and forma.por_numero
    fonte = "do_contato" if "busca" not in forma.dados else "so_achados" if so_palavras else "achados"
    return {
        "fonte": sql(f"tickets_fonte_{fonte}"),
        "posicoes": sql("tickets_posicoes_achados"),
        "total": sql("tickets_total_achados"),
        "onde": _onde(["tickets_onde", *(f"tickets_onde_{nome}" for nome in forma.dados if nome != "busca")]),
    }


def _posicoes(forma: _Forma) -> dict[str, str]:
    """How the page is found among the tickets of an index."""
    dados = forma.dados
    posicoes = "tickets_posicoes"
    if forma.todas:
        posicoes = f"tickets_posicoes_todas_{forma.ordem}"
    elif forma.por_numero and "visivel" in dados and "atendente" not in dados:
        posicoes = "tickets_posicoes_visiveis"
        dados = tuple(nome for nome in dados if nome != "visivel")
    return {"posicoes": sql(posicoes), "onde": _onde(["tickets_onde", *(f"tickets_onde_{nome}" for nome in dados)])}


def _total(forma: _Forma) -> dict[str, str]:
    """How the tickets are counted."""
    alem_de_status = tuple(nome for nome in forma.dados if nome != "status")
    if alem_de_status == ("visivel",):
        return {
            "total": sql("tickets_total_visiveis"),
            "onde c": "true" if forma.status is None else _onde(["contagens_status"]),
        }
    corte = _CORTES.get(alem_de_status, _CORTE_MAIS_FINO)
    onde = _onde([f"contagens_corte_{corte}", *(f"contagens_{nome}" for nome in forma.dados)])
    return {"total": sql("tickets_total"), "onde c": onde}
