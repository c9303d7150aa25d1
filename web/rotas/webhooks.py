"""Webhooks to other systems: ``/atendimento/webhooks``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Annotated, ClassVar, Final

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import asdict

from actors.canal.ganchos import (
    AtualizarGancho,
    CriarGancho,
    ExcluirGancho,
    GanchoAberto,
    GanchoEstado,
    ListarGanchos,
    ReenviarEntrega,
    RenovarSegredo,
    TestarGancho,
    VerGancho,
)
from engine import permissoes
from engine.conector.ganchos import URL_MAXIMA
from engine.conector.webhooks_de_saida import filtro_valido, problema_do_filtro
from engine.envios.entregas import registro_de
from engine.errors import Detalhe, NotFound
from engine.eventos import POR_TIPO
from engine.modelo import EnvioRow, EstadoEnvio
from engine.tempo import iso, iso_or_none
from engine.vistas import WebhookVista, webhook_vista
from web.pedido.campos import Descricao, Ler, Problema, texto
from web.pedido.rota import Pedido, Rotas
from web.pedido.validacao import Dados, DaEmpresa, Paginacao, invalido
from web.resposta.vistas import Lista, lista

rotas = Rotas("Webhooks")

_URL: Final = r"[Hh][Tt][Tt][Pp][Ss]?://[\u0021-\u007e]+"
_e_url = re.compile(_URL).fullmatch
_FILTRO: Final = r"^(\*|[a-z][a-z0-9_:.]{0,63}\*?)$"


def _ler_filtro(valor: object) -> str:
    lido = texto(valor)
    if not filtro_valido(lido):
        raise Problema("deve ser o nome de um evento, como ticket_criado, um começo de nomes, como ticket_*, ou *")
    return lido


def _ler_url(valor: object) -> str:
    lido = texto(valor)
    if len(lido) > URL_MAXIMA:
        raise Problema(f"deve ter no máximo {URL_MAXIMA} caracteres; tem {len(lido)}")
    if _e_url(lido) is None:
        raise Problema("deve ser um endereço como https://erp.example.com/balcao, sem espaços nem acentos")
    return lido


Filtro = Annotated[str, Meta(min_length=1, max_length=65, pattern=_FILTRO), Ler(_ler_filtro)]
Filtros = Annotated[
    tuple[Filtro, ...],
    Meta(
        min_length=1,
        max_length=50,
        description=(
            "Os eventos que interessam: nomes (ticket_criado), começos de nomes (ticket_*), ou tudo (*). O que a "
            "equipe diz entre si (nota_interna, nota_atualizada, nota_excluida, mencao) só vai a quem o pede pelo nome "
            "inteiro."
        ),
    ),
]
Url = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=URL_MAXIMA,
        pattern=f"^{_URL}$",
        description="Para onde vão as entregas, na internet pública, sem usuário e senha. Desvios não são seguidos.",
    ),
    Ler(_ler_url),
]


def _problemas_dos_filtros(eventos: Sequence[str]) -> Iterable[Detalhe]:
    return () if eventos else (Detalhe("eventos", "deve ter ao menos um evento, ou * para todos"),)


class WebhookNovo(DaEmpresa, frozen=True, kw_only=True):
    url: Url
    eventos: Filtros
    ativo: bool = True
    descricao: Descricao | None = None

    def problemas(self) -> Iterable[Detalhe]:
        return _problemas_dos_filtros(self.eventos)

    def __repr__(self) -> str:
        """Without the address, which may have a key in it."""
        return f"WebhookNovo(eventos={self.eventos!r}, …)"


class WebhookMudanca(Dados, frozen=True, kw_only=True):
    do_servidor: ClassVar = dict.fromkeys(
        ("id", "empresaId", "falhandoDesde", "desativadoEm", "motivoDesativacao", "createdAt", "updatedAt"), ""
    ) | {"segredo": "use POST …/segredo"}  # fmt: skip

    url: Url | UnsetType = UNSET
    eventos: Filtros | UnsetType = UNSET
    ativo: bool | UnsetType = UNSET
    descricao: Descricao | UnsetType | None = UNSET

    def problemas(self) -> Iterable[Detalhe]:
        return () if isinstance(self.eventos, UnsetType) else _problemas_dos_filtros(self.eventos)

    def __repr__(self) -> str:
        """Without the address."""
        return "WebhookMudanca(…)"


class WebhookDetalhado(WebhookVista, frozen=True, rename="camel"):
    """A webhook with its address. ``segredoAnteriorAte``: until then the secret before signs too."""

    url: str
    segredo_anterior_ate: str | None


class WebhookComSegredo(WebhookDetalhado, frozen=True, rename="camel"):
    """``segredo`` is shown here and never again; null: it has been replaced meanwhile."""

    segredo: str | None


class EntregaVista(Struct, frozen=True, rename="camel"):
    """A delivery: ``id`` is its ``webhook-id``. The last four are what the last try came to: what was answered, how
    long that took, the beginning of what was said, and what was wrong.
    """

    id: str
    evento: str
    seq: int | None
    situacao: EstadoEnvio
    tentativas: int
    proxima_tentativa: str | None
    created_at: str
    updated_at: str
    status: int | None
    duracao_ms: int | None
    resposta: str | None
    erro: str | None


def entrega_vista(row: EnvioRow) -> EntregaVista:
    registro = registro_de(row)
    return EntregaVista(
        row.id,
        registro.evento,
        registro.seq,
        row.estado,
        row.tentativas,
        iso_or_none(row.proxima_em),
        iso(row.criado_em),
        iso(row.atualizado_em),
        registro.status,
        registro.duracao_ms,
        registro.resposta,
        row.erro,
    )


@rotas.get("/webhooks", resumo="Listar os webhooks", ato=permissoes.CONFIGURAR)
async def listar(p: Pedido, consulta: Paginacao) -> Lista[WebhookDetalhado]:
    rows = await p.no.pedir(ListarGanchos(quem=p.quem))
    inicio = (consulta.page - 1) * consulta.limit
    mostrados = []
    for row in rows[inicio : inicio + consulta.limit]:
        try:
            mostrados.append(_detalhado(await p.no.pedir(VerGancho(quem=p.quem, canal_id=row.id))))
        except NotFound:  # it was deleted in this moment
            continue
    return lista(mostrados, len(rows), consulta.page, consulta.limit)


def _exigir_eventos(filtros: Sequence[str]) -> None:
    """Raises Invalid for those that no event passes, which no schema can say."""
    problemas = [problema for filtro in filtros if (problema := problema_do_filtro(filtro, POR_TIPO)) is not None]
    if problemas:
        raise invalido(Detalhe("eventos", problema) for problema in problemas)


@rotas.post("/webhooks", resumo="Criar um webhook", ato=permissoes.CONFIGURAR, status=201, erros=(409,))
async def criar(p: Pedido, corpo: WebhookNovo) -> WebhookComSegredo:
    _exigir_eventos(corpo.eventos)
    estado = await p.pedir(
        CriarGancho(
            quem=p.quem,
            url=corpo.url,
            eventos=corpo.eventos,
            ativo=corpo.ativo,
            descricao=corpo.descricao,
        )
    )
    return await _com_segredo(p, estado)


@rotas.get("/webhooks/<webhook_id>", resumo="Ver um webhook", ato=permissoes.CONFIGURAR)
async def ver(p: Pedido, webhook_id: str) -> WebhookDetalhado:
    return _detalhado(await p.no.pedir(VerGancho(quem=p.quem, canal_id=webhook_id)))


@rotas.patch("/webhooks/<webhook_id>", resumo="Atualizar um webhook", ato=permissoes.CONFIGURAR, erros=(409,))
async def atualizar(p: Pedido, webhook_id: str, corpo: WebhookMudanca) -> WebhookDetalhado:
    _exigir_eventos(() if isinstance(corpo.eventos, UnsetType) else corpo.eventos)
    await p.pedir(
        AtualizarGancho(
            quem=p.quem,
            canal_id=webhook_id,
            url=corpo.url,
            eventos=corpo.eventos,
            ativo=corpo.ativo,
            descricao=corpo.descricao,
        )
    )
    return _detalhado(await p.no.pedir(VerGancho(quem=p.quem, canal_id=webhook_id)))


@rotas.delete("/webhooks/<webhook_id>", resumo="Excluir um webhook", ato=permissoes.CONFIGURAR)
async def excluir(p: Pedido, webhook_id: str) -> None:
    await p.pedir(ExcluirGancho(quem=p.quem, canal_id=webhook_id))


@rotas.post("/webhooks/<webhook_id>/segredo", resumo="Trocar o segredo de um webhook", ato=permissoes.CONFIGURAR)
async def renovar_segredo(p: Pedido, webhook_id: str) -> WebhookComSegredo:
    return await _com_segredo(p, await p.pedir(RenovarSegredo(quem=p.quem, canal_id=webhook_id)))


@rotas.post(
    "/webhooks/<webhook_id>/testar",
    resumo="Enviar um evento de teste a um webhook",
    ato=permissoes.CONFIGURAR,
    status=202,
    erros=(409,),
)
async def testar(p: Pedido, webhook_id: str) -> EntregaVista:
    return entrega_vista(await p.pedir(TestarGancho(quem=p.quem, canal_id=webhook_id)))


@rotas.get("/webhooks/<webhook_id>/entregas", resumo="Ver as entregas de um webhook", ato=permissoes.CONFIGURAR)
async def entregas(p: Pedido, webhook_id: str, consulta: Paginacao) -> Lista[EntregaVista]:
    await p.no.pedir(VerGancho(quem=p.quem, canal_id=webhook_id))
    rows, total = await p.leitor.entregas(p.quem.empresa_id, webhook_id, consulta.page, consulta.limit)
    return lista([entrega_vista(row) for row in rows], total, consulta.page, consulta.limit)


@rotas.post(
    "/webhooks/<webhook_id>/entregas/<entrega_id>/reenviar",
    resumo="Entregar de novo",
    ato=permissoes.CONFIGURAR,
    status=202,
    erros=(409,),
)
async def reenviar(p: Pedido, webhook_id: str, entrega_id: str) -> EntregaVista:
    return entrega_vista(
        await p.pedir(ReenviarEntrega(quem=p.quem, canal_id=webhook_id, entrega_id=entrega_id))
    )  # fmt: skip


async def _com_segredo(p: Pedido, estado: GanchoEstado) -> WebhookComSegredo:
    aberto = await p.no.pedir(VerGancho(quem=p.quem, canal_id=estado.row.id, marca=estado.marca))
    return WebhookComSegredo(**asdict(_detalhado(aberto)), segredo=aberto.segredo)


def _detalhado(aberto: GanchoAberto) -> WebhookDetalhado:
    return WebhookDetalhado(
        **asdict(webhook_vista(aberto.row)),
        url=aberto.url,
        segredo_anterior_ate=iso_or_none(aberto.anterior_ate),
    )
