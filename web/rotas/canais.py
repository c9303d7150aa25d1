"""Canais: ``/atendimento/canais``."""

from __future__ import annotations

from typing import ClassVar, Literal

from msgspec import UNSET, UnsetType, field

from actors.canal.comandos import AtualizarCanal, CanalEstado, CriarCanal, ExcluirCanal, ListarCanais, VerCanal
from engine import permissoes
from engine.vistas import CanalVista, canal_vista, json_text
from web.pedido.campos import Nome, Uuid
from web.pedido.rota import Pedido, Rotas
from web.pedido.validacao import Dados, DaEmpresa, Paginacao, Realocacao
from web.resposta.vistas import Lista, pagina
from web.rotas.config_de_canal import Config

rotas = Rotas("Canais")


TipoNovo = Literal["whatsapp", "email", "sms", "webchat", "push", "api"]
"""What contacts write by. (Webhooks to other systems: :mod:`web.rotas.webhooks`.)"""


class CanalNovo(DaEmpresa, frozen=True, kw_only=True):
    nome: Nome
    tipo: TipoNovo
    fila_id: Uuid | None = None
    ativo: bool = True
    config: Config = field(default_factory=dict)

    def __repr__(self) -> str:
        """Without ``config``, where secrets are."""
        return f"CanalNovo(nome={self.nome!r}, tipo={self.tipo!r}, …)"


class CanalMudanca(Dados, frozen=True, kw_only=True):
    do_servidor: ClassVar = dict.fromkeys(("id", "empresaId", "createdAt", "updatedAt"), "") | {
        "tipo": "crie outro canal",
        "segredos": "mande o segredo em config",
    }

    nome: Nome | UnsetType = UNSET
    fila_id: Uuid | UnsetType | None = UNSET
    ativo: bool | UnsetType = UNSET
    config: Config | UnsetType = UNSET

    def __repr__(self) -> str:
        """Without ``config``, where secrets are."""
        return "CanalMudanca(…)"


@rotas.get("/canais", resumo="Listar os canais", ato=permissoes.VER_CANAIS)
async def listar(p: Pedido, consulta: Paginacao) -> Lista[CanalVista]:
    canais = await p.no.pedir(ListarCanais(quem=p.quem))
    return pagina(canais, consulta.page, consulta.limit, _vista)


@rotas.post("/canais", resumo="Criar um canal", ato=permissoes.CONFIGURAR, status=201, erros=(404,))
async def criar(p: Pedido, corpo: CanalNovo) -> CanalVista:
    canal = await p.pedir(
        CriarCanal(
            quem=p.quem,
            nome=corpo.nome,
            tipo=corpo.tipo,
            fila_id=corpo.fila_id,
            ativo=corpo.ativo,
            config=json_text(corpo.config),
        )
    )
    return _vista(canal)


@rotas.get("/canais/<canal_id>", resumo="Ver um canal", ato=permissoes.VER_CANAIS)
async def ver(p: Pedido, canal_id: str) -> CanalVista:
    return _vista(await p.no.pedir(VerCanal(quem=p.quem, canal_id=canal_id)))


@rotas.patch("/canais/<canal_id>", resumo="Atualizar um canal", ato=permissoes.CONFIGURAR, erros=(409,))
async def atualizar(p: Pedido, canal_id: str, corpo: CanalMudanca) -> CanalVista:
    canal = await p.pedir(
        AtualizarCanal(
            quem=p.quem,
            canal_id=canal_id,
            nome=corpo.nome,
            fila_id=corpo.fila_id,
            ativo=corpo.ativo,
            config=UNSET if isinstance(corpo.config, UnsetType) else json_text(corpo.config),
        )
    )
    return _vista(canal)


@rotas.delete("/canais/<canal_id>", resumo="Excluir um canal", ato=permissoes.CONFIGURAR, erros=(409,))
async def excluir(p: Pedido, canal_id: str, consulta: Realocacao) -> None:
    await p.pedir(ExcluirCanal(quem=p.quem, canal_id=canal_id, realocar=consulta.realocar))


def _vista(canal: CanalEstado) -> CanalVista:
    return canal_vista(canal.row, canal.segredos)
