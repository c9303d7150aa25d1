"""The last word on a load of channels: what contacts and agents wrote, against the tickets, the outbox and the
provider's own book.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from msgspec import Struct

from connectors.fakes.graph import Aceita
from tests.sistema.banco import consultar, dsn_de, violacoes
from tests.sistema.livro_dos_canais import CargaDosCanais, Pessoa

_ABERTOS: Final = (
    "SELECT count(*) FROM atendimento_envios "
    "WHERE empresa_id = $1 AND estado IN ('pendente', 'enviando', 'desconhecido')"
)
_TICKETS: Final = (
    "SELECT t.id::text, t.canal_id::text, t.contato_telefone FROM atendimento_tickets t WHERE t.empresa_id = $1"
)
_MENSAGENS: Final = (
    "SELECT ticket_id::text, id::text, direcao, conteudo, status_entrega FROM atendimento_mensagens "
    "WHERE empresa_id = $1 ORDER BY ticket_id, criada_em, seq"
)
_ENVIOS: Final = (
    "SELECT id::text, ticket_id::text, estado, duvidas, id_externo, codigo FROM atendimento_envios "
    "WHERE empresa_id = $1 AND linha = 'saida' AND mensagem_id IS NOT NULL"
)
_MORTOS: Final = (
    "SELECT trabalho || ' ' || codigo || ': ' || coalesce(erro, '') FROM atendimento_envios "
    "WHERE empresa_id = $1 AND estado IN ('falhou', 'cancelado')"
)
_EVENTOS: Final = "SELECT seq FROM atendimento_eventos WHERE empresa_id = $1 ORDER BY seq"


class Mensagem(Struct, frozen=True):
    ticket_id: str
    id: str
    direcao: str
    conteudo: str
    status_entrega: str


class Envio(Struct, frozen=True):
    id: str
    ticket_id: str
    estado: str
    duvidas: int
    id_externo: str | None
    codigo: str | None


class Repetidas(Struct, frozen=True):
    """What was sent more than once, each time because nobody knew, of so many."""

    repetidas: int
    enviadas: int


async def em_aberto(carga: CargaDosCanais) -> int:
    """Jobs that are not done."""
    quantos: int = (await consultar(dsn_de(carga.servidor), _ABERTOS, carga.admin.empresa_id))[0]
    return quantos


async def conferir_canais(carga: CargaDosCanais) -> Repetidas:
    """Once nothing is open any more: all that was written is there once and in order, all that was answered has come to
    its contact, and nothing is there that nobody wrote.
    """
    dsn, empresa = dsn_de(carga.servidor), carga.admin.empresa_id
    assert await consultar(dsn, _MORTOS, empresa) == []
    tickets = {(canal, telefone): id_ for id_, canal, telefone in await consultar(dsn, _TICKETS, empresa)}
    assert len(tickets) == len([pessoa for pessoa in carga.pessoas if pessoa.escritas]), "one for each who wrote"
    por_ticket = defaultdict(list)
    for uma in await consultar(dsn, _MENSAGENS, empresa):
        por_ticket[uma[0]].append(Mensagem(*uma))
    envios = {um[0]: Envio(*um) for um in await consultar(dsn, _ENVIOS, empresa)}
    for pessoa in carga.pessoas:
        if pessoa.escritas:
            ticket_id = tickets[pessoa.canal_id, pessoa.telefone]
            _conferir_pessoa(
                pessoa, ticket_id, por_ticket.pop(ticket_id), carga.graph.livro.de(pessoa.telefone), envios
            )
    assert not por_ticket, "messages of nobody"
    _conferir_livro(carga, envios)
    seqs = await consultar(dsn, _EVENTOS, empresa)
    assert seqs == list(range(1, len(seqs) + 1))
    assert await violacoes(dsn) == {}
    return Repetidas(len(carga.graph.livro.repetidos()), len(envios))


def _conferir_pessoa(
    pessoa: Pessoa, ticket_id: str, mensagens: list[Mensagem], aceitas: list[Aceita], envios: dict[str, Envio]
) -> None:
    """One contact: what it wrote, and what it got."""
    recebidas = [uma.conteudo for uma in mensagens if uma.direcao == "recebida"]
    assert recebidas == pessoa.textos, f"{pessoa.telefone}: {_diferenca(recebidas, pessoa.textos)}"
    enviadas = [uma for uma in mensagens if uma.direcao == "enviada"]
    pessoa.respostas.conferir([uma.conteudo for uma in enviadas])
    primeiras = list({aceita.trabalho: aceita.texto for aceita in aceitas}.items())
    assert primeiras == [(uma.id, uma.conteudo) for uma in enviadas], f"{pessoa.telefone}: order, or content"
    for uma in enviadas:
        envio = envios[uma.id]
        assert (envio.ticket_id, uma.status_entrega) == (ticket_id, envio.estado)


def _diferenca(ha: list[str], devia: list[str]) -> str:
    faltam, sobram = [um for um in devia if um not in ha], [um for um in ha if ha.count(um) > 1 or um not in devia]
    return f"{len(faltam)} missing {faltam[:5]}, {len(sobram)} too many {sobram[:5]}, or out of order"


def _conferir_livro(carga: CargaDosCanais, envios: dict[str, Envio]) -> None:
    """The provider's book and ours: the same jobs and ids; none twice but where ours says that it may be."""
    livro = carga.graph.livro
    assert {aceita.trabalho for aceita in livro.aceitas} == envios.keys()
    for envio in envios.values():
        aceitas = livro.do_trabalho(envio.id)
        assert 1 <= len(aceitas) <= 1 + envio.duvidas, (envio, len(aceitas))
        assert envio.estado in {"enviado", "entregue"}, envio
        assert envio.id_externo in {aceita.id for aceita in aceitas}, envio
