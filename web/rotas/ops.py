"""How channels do: ``/atendimento/ops/filas-de-envio``, and its dead letters."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Annotated, ClassVar, Final

from msgspec import Meta
from msgspec.structs import replace

from actors.canal.comandos import (
    CanalEstado,
    DescartarMortos,
    DescartarOrfaos,
    ListarCanais,
    MortosTratados,
    ReenviarMortos,
    VerDespacho,
)
from engine import permissoes
from engine.envios.situacao import (
    CONTADOS,
    CORPO_MOSTRADO,
    MORTOS_CONTADOS,
    TRATADOS_NO_MAXIMO,
    FiltroMortos,
    Leva,
    SituacaoDoTrabalho,
    levas,
)
from engine.errors import Conflict, Detalhe, NotFound
from engine.modelo import NomeDoTrabalho
from engine.tempo import ms_de
from web.pedido.campos import Codigo, Instante, Uuid
from web.pedido.rota import Documento, Pedido, Rotas
from web.pedido.validacao import Dados, DaEmpresa, Paginacao, um_destes
from web.resposta.envios import (
    FilaDeEnvios,
    MortoVisto,
    Tratados,
    TratamentoVisto,
    fila_de_envios,
    morto_visto,
    tratados,
    tratamento_visto,
)
from web.resposta.vistas import Lista, lista
from web.rotas.mortos import CanaisComMortos, canais_com_mortos

rotas = Rotas("Operação")

Tratar = type[ReenviarMortos] | type[DescartarMortos]
"""What is done about dead letters of one canal."""
ComandoDosMortos = ReenviarMortos | DescartarMortos | DescartarOrfaos

Ids = Annotated[tuple[Uuid, ...], Meta(max_length=TRATADOS_NO_MAXIMO)]

DAS_FILAS: Final[Documento] = {
    "description": (
        "Para admin ou supervisor. Por canal e por trabalho, o que espera (`profundidade`), o que está com um conector "
        "(`emCurso`), o que o provedor talvez tenha recebido (`emDuvida`), as mensagens mortas, a mais antiga por "
        "fazer e quantas se fizeram no último minuto. Para custar o mesmo com mil ou com um milhão à espera, contam-se "
        f"até {CONTADOS} de cada lado de um canal (o que entra e o que sai): com `ouMais`, há mais do que isso, e um "
        "trabalho que só aparece depois delas não é mostrado. Também até onde vai `mortos`. `disjuntor` está `aberto` "
        "enquanto o canal descansa de falhas seguidas, e `testando` quando só um envio de cada vez é tentado."
    )
}
DOS_MORTOS: Final[Documento] = {
    "description": (
        "Para admin ou supervisor. O que não se conseguiu fazer, o mais recente primeiro. De um webhook que não se "
        f"conseguiu ler mostra-se o começo do corpo, até {CORPO_MOSTRADO} bytes. `total` vai até {MORTOS_CONTADOS}. "
        "`desde` e `ate` dizem quando morreu. As de um canal excluído ficam aqui, com `canalExcluido`, e só podem ser "
        "descartadas; com `reenviavel` falso, também as de que o ticket ou a mensagem foi excluído."
    )
}
DA_AUDITORIA: Final[Documento] = {
    "description": (
        "Para admin ou supervisor. Quem tentou de novo ou descartou mensagens mortas, quando, e quais; o mais recente "
        "primeiro, enquanto o registro de eventos os guarda. Quem pausou e retomou um canal está nos eventos "
        f"`canal_atualizado`. `total` vai até {MORTOS_CONTADOS}."
    )
}
DE_MUITOS: Final[Documento] = {
    "description": (
        "Para admin ou supervisor. Ou `ids`, ou `filtro`; um filtro vazio são todas. De cada vez tratam-se até "
        f"{TRATADOS_NO_MAXIMO}, as mais antigas primeiro, e por filtro as de um canal só: enquanto `haMais`, peça de "
        "novo. O que já não está morto fica como está. De `ids`, `naoEncontrados` diz quantos não há aqui, e "
        "`impossiveis` quantos não podem ser tentados de novo, por o canal, o ticket ou a mensagem ter sido excluído."
    )
}


class ConsultaMortos(Paginacao, frozen=True, kw_only=True):
    canal_id: Uuid | None = None
    trabalho: NomeDoTrabalho | None = None
    codigo: Codigo | None = None
    desde: Instante | None = None
    ate: Instante | None = None


class FiltroDeMortos(Dados, frozen=True, kw_only=True):
    canal_id: Uuid | None = None
    trabalho: NomeDoTrabalho | None = None
    codigo: Codigo | None = None
    desde: Instante | None = None
    ate: Instante | None = None


class MortosEscolhidos(DaEmpresa, frozen=True, kw_only=True):
    esquema_extra: ClassVar = {"oneOf": um_destes("ids", "filtro")}

    ids: Ids | None = None
    filtro: FiltroDeMortos | None = None

    def problemas(self) -> Iterable[Detalhe]:
        if (self.ids is None) == (self.filtro is None):
            yield Detalhe("ids", "mande ids ou filtro, um dos dois")


@rotas.get(
    "/ops/filas-de-envio", resumo="Ver as filas de envio dos canais", ato=permissoes.CONFIGURAR, documento=DAS_FILAS
)
async def filas_de_envio(p: Pedido, consulta: Paginacao) -> Lista[FilaDeEnvios]:
    canais = await p.no.pedir(ListarCanais(quem=p.quem))
    inicio = (consulta.page - 1) * consulta.limit
    da_pagina = canais[inicio : inicio + consulta.limit]
    situacoes = await p.leitor.situacao_dos_envios(p.quem.empresa_id, [canal.row.id for canal in da_pagina])
    filas = await asyncio.gather(*(_fila(p, canal, situacoes) for canal in da_pagina))
    return lista([fila for fila in filas if fila is not None], len(canais), consulta.page, consulta.limit)


async def _fila(p: Pedido, canal: CanalEstado, situacoes: list[SituacaoDoTrabalho]) -> FilaDeEnvios | None:
    """None: it was deleted meanwhile."""
    row = canal.row
    try:
        despacho = await p.no.pedir(VerDespacho(quem=p.quem, canal_id=row.id))
    except NotFound:
        return None
    dele = [uma for uma in situacoes if uma.canal_id == row.id]
    return fila_de_envios(row, despacho, p.conectores.quantos(row.empresa_id, row.id), dele)


# -- dead letters ------------------------------------------------------------------------------------------------------


@rotas.get(
    "/ops/filas-de-envio/dlq", resumo="Listar as mensagens mortas", ato=permissoes.CONFIGURAR, documento=DOS_MORTOS
)
async def listar_mortos(p: Pedido, consulta: ConsultaMortos) -> Lista[MortoVisto]:
    canais = await canais_com_mortos(p, consulta.canal_id)
    mortos, total = await p.leitor.mortos(
        p.quem.empresa_id, _filtro(consulta, canais.todos), consulta.page, consulta.limit
    )  # fmt: skip
    vistos = [morto_visto(morto, canal_excluido=morto.canal_id in canais.excluidos) for morto in mortos]
    return lista(vistos, total, consulta.page, consulta.limit)


@rotas.get(
    "/ops/filas-de-envio/auditoria",
    resumo="Ver quem tratou mensagens mortas",
    ato=permissoes.CONFIGURAR,
    documento=DA_AUDITORIA,
)
async def auditoria(p: Pedido, consulta: Paginacao) -> Lista[TratamentoVisto]:
    rows, total = await p.leitor.auditoria_dos_mortos(p.quem.empresa_id, consulta.page, consulta.limit)
    return lista([tratamento_visto(row) for row in rows], total, consulta.page, consulta.limit)


@rotas.post(
    "/ops/filas-de-envio/dlq/reenviar",
    resumo="Tentar de novo mensagens mortas",
    ato=permissoes.CONFIGURAR,
    documento=DE_MUITOS,
)
async def reenviar_mortos(p: Pedido, corpo: MortosEscolhidos) -> Tratados:
    return await _tratar(p, corpo, ReenviarMortos)


@rotas.post(
    "/ops/filas-de-envio/dlq/descartar",
    resumo="Descartar mensagens mortas",
    ato=permissoes.CONFIGURAR,
    documento=DE_MUITOS,
)
async def descartar_mortos(p: Pedido, corpo: MortosEscolhidos) -> Tratados:
    return await _tratar(p, corpo, DescartarMortos)


@rotas.post(
    "/ops/filas-de-envio/dlq/<envio_id>/reenviar",
    resumo="Tentar de novo uma mensagem morta",
    ato=permissoes.CONFIGURAR,
    erros=(409,),
)
async def reenviar_morto(p: Pedido, envio_id: str) -> Tratados:
    return await _tratar_um(p, envio_id, ReenviarMortos)


@rotas.delete(
    "/ops/filas-de-envio/dlq/<envio_id>",
    resumo="Descartar uma mensagem morta",
    ato=permissoes.CONFIGURAR,
    erros=(409,),
)
async def descartar_morto(p: Pedido, envio_id: str) -> None:
    await _tratar_um(p, envio_id, DescartarMortos)


def _filtro(dito: ConsultaMortos | FiltroDeMortos, canais: list[str]) -> FiltroMortos:
    return FiltroMortos(
        canais=tuple(canais),
        trabalho=dito.trabalho,
        codigo=dito.codigo,
        desde=None if dito.desde is None else ms_de(dito.desde),
        ate=None if dito.ate is None else ms_de(dito.ate),
    )


async def _tratar_um(p: Pedido, envio_id: str, tratar: Tratar) -> Tratados:
    canais = await canais_com_mortos(p)
    cartas = await p.leitor.cartas(p.quem.empresa_id, [envio_id])
    if not cartas or cartas[0].canal_id not in canais.todos:
        raise NotFound("envio_nao_encontrado", "Não há mensagem morta com este id")
    if tratar is ReenviarMortos and cartas[0].morta:
        canais.exigir_reenviavel(cartas[0])
    feitos = await _mandar(p, tratar, canais, [Leva(cartas[0].canal_id, (envio_id,))])
    if not feitos.quantos:
        raise Conflict("envio_vivo", "Este envio não está entre as mensagens mortas: já foi tratado, ou não morreu")
    return feitos


async def _tratar(p: Pedido, corpo: MortosEscolhidos, tratar: Tratar) -> Tratados:
    if corpo.filtro is None:
        return await _tratar_ids(p, corpo.ids or (), tratar)
    canais = await canais_com_mortos(p, corpo.filtro.canal_id)
    reenviar = tratar is ReenviarMortos
    filtro = _filtro(corpo.filtro, canais.vivos if reenviar else canais.todos)
    cartas = await p.leitor.mortos_a_tratar(p.quem.empresa_id, filtro, TRATADOS_NO_MAXIMO + 1, com_carga=reenviar)
    todas = levas(cartas)
    if not todas:  # asked all the same, where there is whom to ask: under its key it may have been answered before
        return await _mandar(p, tratar, canais, [Leva(id_, ()) for id_ in canais.vivos[:1]])
    da_vez = next(leva for leva in todas if leva.canal_id == cartas[0].canal_id)
    return await _mandar(p, tratar, canais, [replace(da_vez, ha_mais=da_vez.ha_mais or len(todas) > 1)])


async def _tratar_ids(p: Pedido, ids: Sequence[str], tratar: Tratar) -> Tratados:
    canais = await canais_com_mortos(p)
    achadas = [um for um in await p.leitor.cartas(p.quem.empresa_id, ids) if um.canal_id in canais.todos]
    impossiveis = {um.id for um in achadas if um.morta and tratar is ReenviarMortos and canais.impede(um) is not None}
    cartas = [um for um in achadas if um.id not in impossiveis]
    feitos = await _mandar(p, tratar, canais, levas(cartas))
    nao_encontrados = len(set(ids)) - len({um.id for um in achadas})
    return replace(feitos, nao_encontrados=nao_encontrados, impossiveis=len(impossiveis))


async def _mandar(p: Pedido, tratar: Tratar, canais: CanaisComMortos, todas: list[Leva]) -> Tratados:
    """One command for each canal. The first has the request's key, the others keys of their own, made of it: a blank,
    which is in no key that somebody sends, and the canal.
    """
    chave, p.chave = p.chave, None
    feitos: list[MortosTratados] = []
    for leva in todas:
        comando = await _comando(p, tratar, canais, leva)
        desta = chave if chave is None or not feitos else replace(chave, chave=f"{chave.chave} {leva.canal_id}")
        feitos.append(await p.no.pedir(comando, desta))
    return tratados(feitos)


async def _comando(p: Pedido, tratar: Tratar, canais: CanaisComMortos, leva: Leva) -> ComandoDosMortos:
    if leva.canal_id not in canais.excluidos:
        return tratar(quem=p.quem, canal_id=leva.canal_id, ids=leva.ids, ha_mais=leva.ha_mais)
    rows = await p.leitor.mortos_inteiros(p.quem.empresa_id, leva.ids)
    return DescartarOrfaos(quem=p.quem, canal_id=leva.canal_id, rows=tuple(rows), ha_mais=leva.ha_mais)
