"""A record of a decision on the wire: what stands in it, with names, and what it means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from engine.distribuicao.decisao import Considerado, Decisao, DecisaoDeFora
from engine.distribuicao.exigencia import Pedidas
from engine.explicacao.decidido import frases, ler
from engine.explicacao.margem import DO_TICKET, Margem, Termo, margem, termos
from engine.explicacao.palavras import Nomes
from engine.modelo import DecisaoRow, Estrategia, Papel, TipoDecisao
from engine.ordenado import Chave
from engine.tempo import iso


class HabilidadePedida(Struct, frozen=True):
    nome: str
    nivel: int


class CandidatoVista(Struct, frozen=True, rename="camel"):
    """``chave``: what it was ordered by, the least first; null for whoever a rule kept away (``porqueNao``)."""

    atendente_id: str
    nome: str | None
    porque_nao: str | None
    chave: dict[Termo, float] | None


class ConcorrenteVista(Struct, frozen=True, rename="camel"):
    """The first ticket of a fila that the agent might have had; the least ``posto`` goes first."""

    fila_id: str
    fila_nome: str | None
    ticket_id: str
    posto: dict[Termo, float]


class DecisaoVista(Struct, frozen=True, rename="camel", kw_only=True):
    """``lado``: whether somebody was looked for to have the ticket, or a ticket for somebody who became free; or it was
    a person, or the system, and nothing was weighed: then ``quemId``, ``papel``, ``forcado``, ``motivo`` and ``paraId``
    (a fila) say what is known, and the rest is empty.
    """

    id: str
    tipo: TipoDecisao
    em: str
    texto: str
    lado: str
    atendente_id: str | None
    atendente_nome: str | None
    fila_id: str
    fila_nome: str | None
    versao_politica: int
    estrategia: Estrategia | None = None
    esperou_ms: int | None = None
    etapa: int | None = None
    exige: tuple[HabilidadePedida, ...] = ()
    prefere: tuple[HabilidadePedida, ...] = ()
    candidatos: tuple[CandidatoVista, ...] = ()
    outros: dict[str, int] = {}
    concorrentes: tuple[ConcorrenteVista, ...] = ()
    preferido_id: str | None = None
    quantos: int | None = None
    margem: Margem | None = None
    us: int | None = None
    quem_id: str | None = None
    papel: Papel | None = None
    forcado: bool = False
    motivo: str | None = None
    para_id: str | None = None


def decisao_vista(
    row: DecisaoRow, nomes: Nomes, escritas: Mapping[str, str], afim: str | None = None
) -> DecisaoVista:  # fmt: skip
    """``escritas`` and ``afim``: as in :func:`engine.explicacao.decidido.frases`."""
    decisao, texto = ler(row), " ".join(frases(row, nomes, escritas, afim))
    if isinstance(decisao, DecisaoDeFora):
        return _sem_pesar(row, decisao, texto, nomes)
    nome = None if row.atendente_id is None else nomes(row.atendente_id)
    return DecisaoVista(
        id=row.id,
        tipo=row.tipo,
        em=iso(row.em),
        texto=texto,
        lado=decisao.lado,
        atendente_id=row.atendente_id,
        atendente_nome=nome,
        fila_id=row.fila_id,
        fila_nome=nomes(row.fila_id),
        versao_politica=row.versao_politica,
        estrategia=decisao.estrategia,
        esperou_ms=decisao.esperou,
        etapa=decisao.etapa,
        exige=habilidades_pedidas(decisao.exige, escritas),
        prefere=habilidades_pedidas(decisao.prefere, escritas),
        candidatos=tuple(_candidato(um, decisao, nomes) for um in decisao.candidatos),
        outros=decisao.outros,
        concorrentes=tuple(
            ConcorrenteVista(um.fila_id, nomes(um.fila_id), um.ticket_id, _com_nomes(DO_TICKET, um.posto))
            for um in decisao.concorrentes
        ),
        preferido_id=decisao.preferido,
        quantos=decisao.quantos,
        margem=margem(decisao),
        us=decisao.us,
    )


def _sem_pesar(row: DecisaoRow, decisao: DecisaoDeFora, texto: str, nomes: Nomes) -> DecisaoVista:
    return DecisaoVista(
        id=row.id,
        tipo=row.tipo,
        em=iso(row.em),
        texto=texto,
        lado=decisao.lado,
        atendente_id=row.atendente_id,
        atendente_nome=None if row.atendente_id is None else nomes(row.atendente_id),
        fila_id=row.fila_id,
        fila_nome=nomes(row.fila_id),
        versao_politica=row.versao_politica,
        quem_id=decisao.quem,
        papel=decisao.papel,
        forcado=decisao.forcado,
        motivo=decisao.motivo,
        para_id=decisao.para,
    )


def habilidades_pedidas(pedidas: Pedidas, escritas: Mapping[str, str]) -> tuple[HabilidadePedida, ...]:
    return tuple(HabilidadePedida(escritas.get(qual, qual), nivel) for qual, nivel in pedidas)


def _candidato(um: Considerado, decisao: Decisao, nomes: Nomes) -> CandidatoVista:
    chave = _com_nomes(termos(decisao), um.chave) if um.chave else None
    return CandidatoVista(um.atendente_id, nomes(um.atendente_id), um.porque_nao, chave)


def _com_nomes(quais: Sequence[Termo], chave: Chave) -> dict[Termo, float]:
    return dict(zip(quais, chave, strict=False))


def ids_de(rows: Iterable[DecisaoRow]) -> set[str]:
    """All atendentes and filas that these records name."""
    ids: set[str | None] = set()
    for row in rows:
        ids |= {row.atendente_id, row.fila_id}
        decisao = ler(row)
        if isinstance(decisao, DecisaoDeFora):
            ids |= {decisao.quem, decisao.para}
        else:
            ids.update(um.atendente_id for um in decisao.candidatos)
            ids.update(um.fila_id for um in decisao.concorrentes)
            ids.add(decisao.preferido)
    return {id_ for id_ in ids if id_ is not None}
