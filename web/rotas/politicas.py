"""The policy of a fila: ``/atendimento/filas/:id/politica``."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import msgspec
from msgspec import UNSET, Struct, UnsetType

from actors.fila.comandos import VerFila
from actors.fila.comandos_politica import GravarPolitica, PoliticaEstado, VerificarPolitica, VerPolitica
from engine import permissoes
from engine.errors import NotFound
from engine.modelo import FilaRow, PoliticaVersaoRow
from engine.politica import documento
from engine.politica.da_fila import politica_de
from engine.politica.modelo import Politica
from engine.politica.verificacao import Aviso
from engine.tempo import iso
from web.pedido.campos import Motivo, Numero, Uuid
from web.pedido.rota import Pedido, Rotas
from web.pedido.validacao import DaEmpresa, DeFora, Paginacao
from web.resposta.vistas import Lista, lista

rotas = Rotas("Políticas")

_CAMPOS: Final = msgspec.structs.fields(Politica)
_DO_SERVIDOR: Final = dict.fromkeys(("desde", "autorId", "restauradaDe", "avisos"), "retire-o")


class PoliticaEnviada(DeFora, Politica, frozen=True, kw_only=True):
    """The whole document: what is left out has the default."""

    do_servidor: ClassVar = _DO_SERVIDOR

    empresa_id: Uuid | UnsetType = UNSET


class PoliticaNova(PoliticaEnviada, frozen=True, kw_only=True):
    """``versao`` is the one that it is to follow: if another has come between, nothing is done."""

    versao: Numero | None = None
    motivo: Motivo | None = None


class PoliticaVista(Politica, frozen=True, kw_only=True, omit_defaults=False):
    """The document with every field in it, which version it is, and what the linter says of it."""

    versao: int
    desde: str
    autor_id: str | None
    motivo: str | None
    restaurada_de: int | None
    avisos: tuple[Aviso, ...]


class VersaoResumida(Struct, frozen=True, rename="camel"):
    """A version: since when it was in force, who set it and why, and of which it is one over again."""

    versao: int
    desde: str
    autor_id: str | None
    motivo: str | None
    restaurada_de: int | None


class VersaoVista(VersaoResumida, frozen=True, rename="camel"):
    politica: Politica


class Diferenca(Struct, frozen=True):
    """One field that differs: its path, and what it was and is. Null is also what is not there."""

    campo: str
    antes: Any
    depois: Any


class Diferencas(Struct, frozen=True):
    """What has changed from the version ``com`` to ``versao``; ``com`` is null where there is none before."""

    versao: int
    com: int | None
    diferencas: tuple[Diferenca, ...]


class Verificacao(Struct, frozen=True):
    avisos: tuple[Aviso, ...]


class Comparacao(DaEmpresa, frozen=True, kw_only=True):
    com: Numero | None = None


class Restauracao(DaEmpresa, frozen=True, kw_only=True):
    motivo: Motivo | None = None


@rotas.get("/filas/<fila_id>/politica", resumo="Ver a política de uma fila", ato=permissoes.VER)
async def ver(p: Pedido, fila_id: str) -> PoliticaVista:
    return await _vista(p, await p.no.pedir(VerPolitica(quem=p.quem, fila_id=fila_id)))


@rotas.put(
    "/filas/<fila_id>/politica", resumo="Substituir a política de uma fila", ato=permissoes.CONFIGURAR, erros=(409,)
)
async def gravar(p: Pedido, fila_id: str, corpo: PoliticaNova) -> PoliticaVista:
    comando = GravarPolitica(
        quem=p.quem, fila_id=fila_id, documento=_documento(corpo), versao=corpo.versao, motivo=corpo.motivo
    )
    return await _vista(p, await p.pedir(comando))


@rotas.post("/filas/<fila_id>/politica/verificar", resumo="Verificar uma política", ato=permissoes.CONFIGURAR)
async def verificar(p: Pedido, fila_id: str, corpo: PoliticaEnviada | None) -> Verificacao:
    enviada = None if corpo is None else _documento(corpo)
    return Verificacao(await p.pedir(VerificarPolitica(quem=p.quem, fila_id=fila_id, documento=enviada)))


@rotas.get("/filas/<fila_id>/politica/versoes", resumo="Listar as versões de uma política", ato=permissoes.VER)
async def versoes(p: Pedido, fila_id: str, consulta: Paginacao) -> Lista[VersaoResumida]:
    row = await _fila(p, fila_id)
    rows, total = await p.leitor.politica_versoes(p.quem.empresa_id, fila_id, consulta.page, consulta.limit)
    if row.versao_politica == 1:
        rows, total = [documento.primeira_versao(row)] if consulta.page == 1 else [], 1
    return lista([_resumida(uma) for uma in rows], total, consulta.page, consulta.limit)


@rotas.get("/filas/<fila_id>/politica/versoes/<versao>", resumo="Ver uma versão de uma política", ato=permissoes.VER)
async def versao(p: Pedido, fila_id: str, versao: int) -> VersaoVista:
    row = await _versao(p, await _fila(p, fila_id), versao)
    return VersaoVista(**msgspec.structs.asdict(_resumida(row)), politica=_inteira(documento.ler(row.documento)))


@rotas.get(
    "/filas/<fila_id>/politica/versoes/<versao>/diferencas",
    resumo="Comparar duas versões de uma política",
    ato=permissoes.VER,
)
async def diferencas(p: Pedido, fila_id: str, versao: int, consulta: Comparacao) -> Diferencas:
    fila = await _fila(p, fila_id)
    depois = await _versao(p, fila, versao)
    com = consulta.com or (versao - 1 or None)
    if com is None:
        return Diferencas(versao, None, ())
    antes = await _versao(p, fila, com)
    achadas = documento.diferencas(documento.ler(antes.documento), documento.ler(depois.documento))
    return Diferencas(versao, com, tuple(Diferenca(campo, *valores) for campo, valores in achadas.items()))


@rotas.post(
    "/filas/<fila_id>/politica/versoes/<versao>/restaurar",
    resumo="Voltar a uma versão de uma política",
    ato=permissoes.CONFIGURAR,
)
async def restaurar(p: Pedido, fila_id: str, versao: int, corpo: Restauracao) -> PoliticaVista:
    row = await _versao(p, await _fila(p, fila_id), versao)
    comando = GravarPolitica(
        quem=p.quem,
        fila_id=fila_id,
        documento=documento.ler(row.documento),
        motivo=corpo.motivo,
        restaurada_de=versao,
    )
    return await _vista(p, await p.pedir(comando))


def _documento(corpo: PoliticaEnviada) -> Politica:
    return Politica(**{campo.name: getattr(corpo, campo.name) for campo in _CAMPOS})


async def _fila(p: Pedido, fila_id: str) -> FilaRow:
    return (await p.no.pedir(VerFila(quem=p.quem, fila_id=fila_id))).row


async def _versao(p: Pedido, fila: FilaRow, versao: int) -> PoliticaVersaoRow:
    """Raises NotFound."""
    row = await p.leitor.politica_versao(p.quem.empresa_id, fila.id, versao)
    if row is not None:
        return row
    if versao == fila.versao_politica == 1:
        return documento.primeira_versao(fila)
    raise NotFound("versao_nao_encontrada", f"A política está na versão {fila.versao_politica}; não há a {versao}")


async def _vista(p: Pedido, estado: PoliticaEstado) -> PoliticaVista:
    fila = estado.row
    row = estado.versao or await _versao(p, fila, fila.versao_politica)
    resumo = msgspec.structs.asdict(_resumida(row))
    return PoliticaVista(**_campos(politica_de(fila)), **resumo, avisos=estado.avisos)


def _campos(politica: Politica) -> dict[str, Any]:
    """The fields, with everything that is in them: a part of a document leaves its defaults out."""
    inteiro = documento.completo(politica)
    return {campo.name: inteiro[campo.encode_name] for campo in _CAMPOS}


def _inteira(politica: Politica) -> Any:
    return documento.completo(politica)


def _resumida(row: PoliticaVersaoRow) -> VersaoResumida:
    return VersaoResumida(row.versao, iso(row.em), row.autor_id, row.motivo, row.restaurada_de)
