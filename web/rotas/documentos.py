"""What an empresa configures by documents: for each kind (:mod:`engine.documentos.especies`) the same routes.

The Structs of bodies and answers are made of the kind's own, so the reference shows each field of each.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec import UNSET, Struct, UnsetType, defstruct
from msgspec.structs import fields

from actors.documentos.comandos import (
    CriarDocumento,
    ExcluirDocumento,
    GravarDocumento,
    ListarDocumentos,
    VerDocumento,
)
from engine import permissoes
from engine.documentos.especie import Especie
from engine.documentos.especies import ESPECIES, RESPOSTA_RAPIDA
from engine.modelo import DocumentoRow
from engine.politica.documento import completo
from engine.tempo import iso
from web.pedido.campos import Nome, Numero, Uuid
from web.pedido.rota import Pedido, Rotas
from web.pedido.validacao import DeFora, Paginacao
from web.resposta.vistas import Lista, pagina
from web.rotas.respostas_rapidas import ConsultaRespostas, procurada

_DO_SERVIDOR: Final = dict.fromkeys(("id", "createdAt", "updatedAt"), "")


class Filtro(Struct, frozen=True):
    """What a list of documents may be asked for, and whether a document is among it."""

    consulta: type[Paginacao] = Paginacao
    passa: Callable[[DocumentoRow, Any], bool] | None = None


_FILTROS: Final = {RESPOSTA_RAPIDA.tipo: Filtro(ConsultaRespostas, procurada)}
"""Of the kinds whose lists are not all that there is."""


def rotas_de(especie: Especie[Any], filtro: Filtro) -> Rotas:
    """List, make, see, replace and delete documents of this kind."""
    rotas, nome = Rotas(especie.recurso), especie.documento.__name__
    do_corpo: list[Any] = [("nome", Nome), ("empresa_id", Uuid | UnsetType, UNSET)]
    regras = {"do_servidor": _DO_SERVIDOR, "__module__": __name__}
    bases = (DeFora, especie.documento)
    novo: Any = defstruct(f"{nome}Novo", do_corpo, bases=bases, frozen=True, kw_only=True, namespace=regras)
    do_corpo.append(("versao", Numero | None, None))
    mudanca: Any = defstruct(f"{nome}Mudanca", do_corpo, bases=bases, frozen=True, kw_only=True, namespace=regras)
    vista = _vista_de(especie)
    um, tipo, qual = especie.um, especie.tipo, f"{especie.tipo}_id"

    async def listar(p: Pedido, consulta: Paginacao) -> Lista[Any]:
        rows = await p.no.pedir(ListarDocumentos(quem=p.quem, tipo=tipo))
        if filtro.passa is not None:
            rows = [row for row in rows if filtro.passa(row, consulta)]
        return pagina(rows, consulta.page, consulta.limit, vista)

    async def criar(p: Pedido, corpo: Any) -> Any:
        dados = _dados(especie, corpo)
        return vista(await p.pedir(CriarDocumento(quem=p.quem, tipo=tipo, nome=corpo.nome, dados=dados)))

    async def ver(p: Pedido, **ids: str) -> Any:
        return vista(await p.no.pedir(VerDocumento(quem=p.quem, tipo=tipo, documento_id=ids[qual])))

    async def gravar(p: Pedido, corpo: Any, **ids: str) -> Any:
        comando = GravarDocumento(
            quem=p.quem, tipo=tipo, documento_id=ids[qual], nome=corpo.nome, dados=_dados(especie, corpo),
            versao=corpo.versao,
        )  # fmt: skip
        return vista(await p.pedir(comando))

    async def excluir(p: Pedido, **ids: str) -> None:
        await p.pedir(ExcluirDocumento(quem=p.quem, tipo=tipo, documento_id=ids[qual]))

    # what the routes are declared from: the same functions take and give other Structs for each kind
    listar.__annotations__ |= {"consulta": filtro.consulta, "return": Lista[vista.tipo]}  # type: ignore[name-defined]
    criar.__annotations__ |= {"corpo": novo, "return": vista.tipo}
    ver.__annotations__["return"] = vista.tipo
    gravar.__annotations__ |= {"corpo": mudanca, "return": vista.tipo}
    for funcao in (listar, criar, ver, gravar, excluir):
        funcao.__name__ = f"{tipo}_{funcao.__name__}"  # each operation has a name of its own in the reference
    caminho = especie.caminho
    um_so = f"{caminho}/<{qual}>"
    rotas.get(caminho, resumo=f"Listar {_minusculo(especie.recurso)}", ato=permissoes.VER)(listar)
    rotas.post(caminho, resumo=f"Criar {um}", ato=permissoes.CONFIGURAR, status=201, erros=(409,))(criar)
    rotas.get(um_so, resumo=f"Ver {um}", ato=permissoes.VER)(ver)
    rotas.put(um_so, resumo=f"Substituir {um}", ato=permissoes.CONFIGURAR, erros=(409,))(gravar)
    rotas.delete(um_so, resumo=f"Excluir {um}", ato=permissoes.CONFIGURAR, erros=(409,))(excluir)
    return rotas


class _Vista:
    """How documents of a kind are shown: all fields of each, also those that have the default."""

    def __init__(self, especie: Especie[Any], tipo: type[Struct]) -> None:
        self._especie = especie
        self.tipo = tipo

    def __call__(self, row: DocumentoRow) -> dict[str, object]:
        documento = {"id": row.id, "nome": row.nome, **completo(self._especie.ler(row.dados))}
        quando = {"createdAt": iso(row.criado_em), "updatedAt": iso(row.atualizado_em)}
        return documento | {"versao": row.versao} | quando


def _vista_de(especie: Especie[Any]) -> _Vista:
    campos: list[Any] = [("id", str), ("nome", str), ("versao", int), ("created_at", str), ("updated_at", str)]
    tipo = defstruct(
        f"{especie.documento.__name__}Vista", campos, bases=(especie.documento,), frozen=True, kw_only=True,
        omit_defaults=False, namespace={"__doc__": especie.documento.__doc__, "__module__": __name__},
    )  # fmt: skip
    return _Vista(especie, tipo)


def _dados(especie: Especie[Any], corpo: Struct) -> str:
    """The document of a body, as it is kept: what has the default is left out."""
    valores = {campo.name: getattr(corpo, campo.name) for campo in fields(especie.documento)}
    return msgspec.json.encode(especie.documento(**valores)).decode()


def _minusculo(recurso: str) -> str:
    return recurso[:1].lower() + recurso[1:]


TODAS: Final = tuple(rotas_de(uma, _FILTROS.get(uma.tipo, Filtro())) for uma in ESPECIES)
