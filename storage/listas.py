"""The statement that lists tickets, put together for each kind of filter from parts (``sql/leituras_tickets.sql``).

Each kind has a text of its own (and so a plan of its own), made once; what is filtered by are its arguments.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from engine.busca import consulta
from engine.modelo import Ordem
from engine.ports import FiltroTickets
from storage.consultas import sql

_ARGUMENTO: Final = re.compile(r"(?<![:\w]):([a-z]+)")
_LISTA: Final = sql("tickets_lista")
_URGENCIA: Final = {"URGENTE": 0, "ALTA": 1, "NORMAL": 2, "BAIXA": 3}
_DE_CONTAGEM: Final = ("status", "prioridade", "atendente", "fila", "canal", "visivel")
"""Filters by what atendimento_contagens tells apart."""
_CORTES: Final = {(): 1, ("fila",): 2, ("atendente",): 3}
"""The cut that covers what is filtered by beside status; the last, finest one covers everything."""
_CORTE_MAIS_FINO: Final = 4
_BIGINT_MAX: Final = 2**63 - 1


class Lista(Struct, frozen=True):
    """A statement and its arguments."""

    texto: str
    argumentos: tuple[object, ...]


def lista_de_tickets(empresa_id: str, filtro: FiltroTickets, page: int, limit: int) -> Lista | None:
    """What to ask for a page of the tickets that the filter lets through; None if it lets none through at all.

    The answer's rows are the total and the columns of a TicketRow, which are all NULL where the page is empty.
    """
    visto = _sem_redundancia(filtro)
    if visto is None:
        return None
    salto = min((page - 1) * limit, _BIGINT_MAX - limit)
    valores: dict[str, object] = {
        "status": visto.status,
        "prioridade": visto.prioridade,
        "atendente": visto.atendente_id,
        "fila": visto.fila_id,
        "canal": visto.canal_id,
        "contato": visto.contato_id,
        "busca": visto.busca,
        "visivel": visto.visivel_para,
    }
    dados = tuple(nome for nome, valor in valores.items() if valor is not None)
    if visto.busca is not None:
        valores["busca"] = consulta(empresa_id, visto.busca)
        if valores["busca"] is None:
            return None
    valores |= {
        "empresa": empresa_id,
        "filas": visto.visivel_filas,
        "limite": limit,
        "salto": salto,
        "ate": salto + limit,
    }
    valores["urgencia"] = _URGENCIA.get(visto.prioridade or "")
    texto, nomes = _montar(dados, visto.ordem)
    return Lista(texto, tuple(valores[nome] for nome in nomes))


def _sem_redundancia(filtro: FiltroTickets) -> FiltroTickets | None:
    """The same filter with less of ``visivel_para``: who asks for what it may see, or for its own, needs no more."""
    eu = filtro.visivel_para
    if eu is None or filtro.atendente_id == eu or filtro.fila_id in filtro.visivel_filas:
        return replace(filtro, visivel_para=None)
    if filtro.fila_id is None:
        return filtro
    if filtro.atendente_id is None:
        return replace(filtro, atendente_id=eu, visivel_para=None)
    return None


@cache
def _montar(dados: tuple[str, ...], ordem: Ordem) -> tuple[str, tuple[str, ...]]:
    """The text for a filter by ``dados``, and the names of its arguments in order."""
    partes = _partes(dados, ordem)
    texto = _LISTA
    for nome in ("fonte", "posicoes", "total"):
        texto = texto.replace(f"<{nome}>", partes[nome])
    texto = texto.replace("<onde>", partes["onde"]).replace("<onde c>", partes["onde c"])
    for tabela in "tp":
        texto = texto.replace(f"<ordem {tabela}>", sql(f"tickets_{ordem}").replace("?", tabela))
    nomes: dict[str, int] = {}
    texto = _ARGUMENTO.sub(lambda achado: f"${nomes.setdefault(achado[1], len(nomes) + 1)}", texto)
    return texto, tuple(nomes)


def _partes(dados: tuple[str, ...], ordem: Ordem) -> dict[str, str]:
    onde = [sql("tickets_onde"), *(sql(f"tickets_onde_{nome}") for nome in dados if nome != "busca")]
    if "busca" in dados or "contato" in dados:
        fonte = "tickets_fonte_achados" if "busca" in dados else "tickets_fonte_do_contato"
        return {
            "fonte": sql(fonte),
            "posicoes": sql("tickets_posicoes_achados"),
            "total": sql("tickets_total_achados"),
            "onde": " AND ".join(onde),
            "onde c": "",
        }
    por_numero = ordem in {"recentes", "antigas"}
    if por_numero and "visivel" in dados and "atendente" not in dados:
        onde.remove(sql("tickets_onde_visivel"))
        posicoes = sql("tickets_posicoes_visiveis")
    else:
        posicoes = sql(f"tickets_posicoes_todas_{ordem}" if por_numero and not dados else "tickets_posicoes")
    return {"fonte": "", "posicoes": posicoes, "onde": " AND ".join(onde)} | _total(dados)


def _total(dados: tuple[str, ...]) -> dict[str, str]:
    """How the tickets of a filter by ``dados`` are counted."""
    alem_de_status = tuple(nome for nome in dados if nome != "status")
    onde = [sql(f"contagens_{nome}") for nome in dados if nome != "visivel"]
    if alem_de_status == ("visivel",):
        return {"total": sql("tickets_total_visiveis"), "onde c": " AND ".join(onde) or "true"}
    corte = _CORTES.get(alem_de_status, _CORTE_MAIS_FINO)
    onde = [sql(f"contagens_corte_{corte}"), *(sql(f"contagens_{nome}") for nome in dados)]
    return {"total": sql("tickets_total"), "onde c": " AND ".join(onde)}
