"""The browsers by which an agent is told: ``/atendimento/push/inscricoes``."""

from __future__ import annotations

import re
from typing import Annotated, Final

from msgspec import Meta, Struct

from actors.empresa.comandos import CancelarInscricao, InscreverPush, VerInscricoes
from engine import permissoes
from engine.canais import valor_publico
from engine.conector.inscricoes import problemas_da_inscricao
from engine.modelo import CanalRow, InscricaoRow
from engine.tempo import iso
from web.pedido.campos import Ler, Problema, Uuid
from web.pedido.rota import Pedido, Rotas
from web.pedido.validacao import DaEmpresa, invalido

rotas = Rotas("Push")

_ENDERECO: Final = "^https?://[!-~]{1,2040}$"
_P256DH: Final = "^[A-Za-z0-9_+/=-]{87,88}$"
_AUTH: Final = "^[A-Za-z0-9_+/=-]{22,24}$"
"""In base64url, with padding or without."""


def _como(padrao: str, problema: str) -> Ler:
    e_um = re.compile(padrao).fullmatch

    def ler(valor: object) -> object:
        if not isinstance(valor, str) or e_um(valor) is None or valor.endswith("\n"):
            raise Problema(problema)
        return valor

    return Ler(ler)


class Inscricao(DaEmpresa, frozen=True, kw_only=True):
    """A ``PushSubscription`` of a browser, with its keys beside the address."""

    endpoint: Annotated[
        str, Meta(pattern=_ENDERECO), _como(_ENDERECO, "deve ser o endereço que está em PushSubscription.endpoint")
    ]
    p256dh: Annotated[
        str, Meta(pattern=_P256DH), _como(_P256DH, "deve ser a chave p256dh da inscrição, 65 bytes em base64url")
    ]
    auth: Annotated[
        str, Meta(pattern=_AUTH), _como(_AUTH, "deve ser o segredo auth da inscrição, 16 bytes em base64url")
    ]
    canal_id: Uuid | None = None

    def __repr__(self) -> str:
        """Without what whoever has it could write to the browser by."""
        return "Inscricao(…)"


class InscricaoVista(Struct, frozen=True, gc=False, rename="camel"):
    """A browser, as its own agent sees it."""

    id: str
    canal_id: str
    endpoint: str
    created_at: str


class CanalDePush(Struct, frozen=True, gc=False, rename="camel"):
    """What a browser has to subscribe with (``applicationServerKey``)."""

    id: str
    nome: str
    vapid_chave_publica: str | None


class Inscricoes(Struct, frozen=True, rename="camel"):
    data: list[InscricaoVista]
    total: int
    page: int
    total_pages: int
    canais: list[CanalDePush]


@rotas.get("/push/inscricoes", resumo="Ver as próprias inscrições de push", ato=permissoes.TER_PRESENCA)
async def listar(p: Pedido) -> Inscricoes:
    achadas = await p.no.pedir(VerInscricoes(quem=p.quem))
    vistas = [_vista(row) for row in achadas.inscricoes]
    return Inscricoes(vistas, len(vistas), 1, 1 if vistas else 0, [_canal(row) for row in achadas.canais])


@rotas.post(
    "/push/inscricoes",
    resumo="Inscrever o próprio navegador para push",
    ato=permissoes.TER_PRESENCA,
    status=201,
    erros=(404, 409),
    documento={
        "description": (
            "O que `PushManager.subscribe` deu ao navegador (PushSubscription), que se inscreve com a "
            "`vapidChavePublica` do canal. O mesmo navegador de novo é a mesma inscrição; de mais de 20, a mais velha "
            "sai. Uma que o serviço de push diz que expirou é removida."
        )
    },
)
async def inscrever(p: Pedido, corpo: Inscricao) -> InscricaoVista:
    problemas = [*problemas_da_inscricao(corpo.endpoint, corpo.p256dh, corpo.auth)]  # which no schema can say
    if problemas:
        raise invalido(problemas)
    row = await p.pedir(
        InscreverPush(
            quem=p.quem,
            endpoint=corpo.endpoint,
            p256dh=corpo.p256dh,
            auth=corpo.auth,
            canal_id=corpo.canal_id,
        )
    )
    return _vista(row)


@rotas.delete(
    "/push/inscricoes/<inscricao_id>", resumo="Cancelar uma inscrição de push própria", ato=permissoes.TER_PRESENCA
)
async def cancelar(p: Pedido, inscricao_id: str) -> None:
    await p.pedir(CancelarInscricao(quem=p.quem, inscricao_id=inscricao_id))


def _vista(row: InscricaoRow) -> InscricaoVista:
    return InscricaoVista(row.id, row.canal_id, row.endpoint, iso(row.criada_em))


def _canal(row: CanalRow) -> CanalDePush:
    chave = valor_publico(row.config, "vapidChavePublica")
    return CanalDePush(row.id, row.nome, chave if isinstance(chave, str) else None)
