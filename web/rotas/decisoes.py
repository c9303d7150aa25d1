"""Why a ticket went where it went, and what one that waits is waiting for: ``/atendimento/tickets/:id/explicacao``."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from actors.ticket.comandos import NaFila, VerNaFila, VerPosicao
from engine import permissoes
from engine.explicacao.contada import explicacao
from engine.explicacao.espera import EsperandoVista, esperando_vista, ids_da_espera
from engine.explicacao.palavras import escritas
from engine.explicacao.vista import DecisaoVista, decisao_vista, ids_de
from engine.modelo import DecisaoRow
from web.pedido.rota import Pedido, Rotas
from web.pedido.validacao import Paginacao
from web.resposta.posicoes import PosicaoVista, posicao_vista
from web.resposta.vistas import Lista, lista

rotas = Rotas("Tickets")

_ULTIMAS: Final = 5


class Explicacao(Struct, frozen=True):
    """``texto`` is all of ``frases``. ``esperando`` is null for a ticket that does not wait; ``decisoes`` are the last
    few, the latest first.
    """

    texto: str
    frases: list[str]
    esperando: EsperandoVista | None
    decisoes: list[DecisaoVista]


@rotas.get("/tickets/<ticket_id>/decisoes", resumo="Ver por que um ticket foi para quem foi", ato=permissoes.VER)
async def listar(p: Pedido, ticket_id: str, consulta: Paginacao) -> Lista[DecisaoVista]:
    visto = await p.no.pedir(VerNaFila(quem=p.quem, ticket_id=ticket_id, com_espera=False))
    rows, total = await p.leitor.decisoes(p.quem.empresa_id, ticket_id, consulta.page, consulta.limit)
    nomes = await p.leitor.nomes(p.quem.empresa_id, ids_de(rows))
    return lista(_vistas(visto, rows, nomes), total, consulta.page, consulta.limit)


@rotas.get(
    "/tickets/<ticket_id>/explicacao",
    resumo="Ver em palavras por que um ticket foi para quem foi, ou o que ele espera",
    ato=permissoes.VER,
)
async def explicar(p: Pedido, ticket_id: str) -> Explicacao:
    visto = await p.no.pedir(VerNaFila(quem=p.quem, ticket_id=ticket_id, com_espera=True))
    espera = visto.espera
    rows, _ = await p.leitor.decisoes(p.quem.empresa_id, ticket_id, 1, _ULTIMAS)
    ids = ids_de(rows) | (set() if espera is None else ids_da_espera(espera))
    nomes, ditas = await p.leitor.nomes(p.quem.empresa_id, ids), escritas(visto.fila, visto.ticket)
    decisoes = _vistas(visto, rows, nomes)
    frases = explicacao(espera, decisoes, nomes.get, ditas)
    vista = None if espera is None else esperando_vista(espera, nomes.get, ditas)
    return Explicacao(" ".join(frases), frases, vista, decisoes)


@rotas.get(
    "/tickets/<ticket_id>/posicao",
    resumo="Ver a posição de um ticket na fila, e quanto deve esperar",
    ato=permissoes.VER,
    erros=(409,),
)
async def posicao(p: Pedido, ticket_id: str) -> PosicaoVista:
    achada = await p.no.pedir(VerPosicao(quem=p.quem, ticket_id=ticket_id))
    return posicao_vista(achada)


def _vistas(visto: NaFila, rows: list[DecisaoRow], nomes: dict[str, str]) -> list[DecisaoVista]:
    ditas, rota = escritas(visto.fila, visto.ticket), visto.ticket.rota
    return [decisao_vista(row, nomes.get, ditas, None if rota is None else rota.afim) for row in rows]
