"""How the outbox stands, as it is shown to whoever runs it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable
from typing import Final, Literal

import msgspec
from msgspec import Struct

from actors.canal.comandos import DespachoVisto, MortosTratados
from engine.conector.enderecos import Endereco
from engine.envios.situacao import CORPO_MOSTRADO, Morto, SituacaoDoTrabalho
from engine.modelo import CanalRow, NomeDoTrabalho, TipoCanal
from engine.tempo import iso, iso_or_none

Disjuntor = Literal["fechado", "aberto", "testando"]


class TrabalhoVisto(Struct, frozen=True, rename="camel", kw_only=True):
    """The jobs of one kind of a canal."""

    trabalho: NomeDoTrabalho
    profundidade: int
    ou_mais: bool
    em_curso: int
    em_duvida: int
    mortos: int
    mortos_ou_mais: bool
    mais_antigo_em: str | None
    mais_antigo_segundos: float | None
    por_minuto: int


class FilaDeEnvios(Struct, frozen=True, rename="camel", kw_only=True):
    """A canal, and its jobs by kind."""

    canal_id: str
    nome: str
    tipo: TipoCanal
    ativo: bool
    pausado_em: str | None
    pausa_motivo: str | None
    disjuntor: Disjuntor
    disjuntor_ate: str | None
    conectado: bool
    conectores: int
    trabalhos: list[TrabalhoVisto]


def fila_de_envios(
    canal: CanalRow, despacho: DespachoVisto, conectores: int, situacoes: Iterable[SituacaoDoTrabalho]
) -> FilaDeEnvios:
    aberto_ate = despacho.aberto_ate
    disjuntor: Disjuntor = (
        "fechado" if aberto_ate is None else "aberto" if aberto_ate > despacho.agora else "testando"
    )  # fmt: skip
    por_trabalho = {uma.trabalho: uma for uma in situacoes}
    for trabalho in despacho.feitos:
        por_trabalho.setdefault(trabalho, SituacaoDoTrabalho(canal_id=canal.id, trabalho=trabalho))
    return FilaDeEnvios(
        canal_id=canal.id,
        nome=canal.nome,
        tipo=canal.tipo,
        ativo=canal.ativo,
        pausado_em=iso_or_none(canal.pausado_em),
        pausa_motivo=canal.pausa_motivo,
        disjuntor=disjuntor,
        disjuntor_ate=iso_or_none(aberto_ate),
        conectado=conectores > 0,
        conectores=conectores,
        trabalhos=[_trabalho(por_trabalho[nome], despacho) for nome in sorted(por_trabalho)],
    )


def _trabalho(uma: SituacaoDoTrabalho, despacho: DespachoVisto) -> TrabalhoVisto:
    desde = uma.mais_antigo
    return TrabalhoVisto(
        trabalho=uma.trabalho,
        profundidade=uma.esperam.quantos,
        ou_mais=uma.esperam.ha_mais,
        em_curso=uma.em_curso.quantos,
        em_duvida=uma.em_duvida.quantos,
        mortos=uma.mortos.quantos,
        mortos_ou_mais=uma.mortos.ha_mais,
        mais_antigo_em=iso_or_none(desde),
        mais_antigo_segundos=None if desde is None else max(0, despacho.agora - desde) / 1000,
        por_minuto=despacho.feitos.get(uma.trabalho, 0),
    )


_ler_endereco: Final = msgspec.json.Decoder(Endereco).decode


class MortoVisto(Struct, frozen=True, rename="camel", kw_only=True):
    """A dead letter, which it is since ``desde``. ``corpo`` is the beginning of a webhook that could not be read."""

    id: str
    canal_id: str
    trabalho: NomeDoTrabalho
    ticket_id: str | None
    mensagem_id: str | None
    para: Endereco | None
    tentativas: int
    falhas: int
    codigo: str | None
    erro: str | None
    corpo: str | None
    corpo_cortado: bool
    tamanho: int
    desde: str
    created_at: str


def morto_visto(morto: Morto) -> MortoVisto:
    corpo = None if morto.corpo is None else b64decode(morto.corpo[: len(morto.corpo) // 4 * 4])
    return MortoVisto(
        id=morto.id,
        canal_id=morto.canal_id,
        trabalho=morto.trabalho,
        ticket_id=morto.ticket_id,
        mensagem_id=morto.mensagem_id,
        para=None if morto.para is None else _ler_endereco(morto.para),
        tentativas=morto.tentativas,
        falhas=morto.falhas,
        codigo=morto.codigo,
        erro=morto.erro,
        corpo=None if corpo is None else corpo[:CORPO_MOSTRADO].decode("utf-8", "replace"),
        corpo_cortado=corpo is not None and len(corpo) > CORPO_MOSTRADO,
        tamanho=morto.tamanho,
        desde=iso(morto.morto_em),
        created_at=iso(morto.criado_em),
    )


class Tratados(Struct, frozen=True, rename="camel", kw_only=True):
    """How many dead letters something was done about; ``haMais``: there are more that were meant."""

    quantos: int
    ha_mais: bool


def tratados(feitos: Iterable[MortosTratados]) -> Tratados:
    todos = list(feitos)
    return Tratados(quantos=sum(um.quantos for um in todos), ha_mais=any(um.ha_mais for um in todos))
