"""Atendentes: ``/atendimento/atendentes``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from msgspec import UNSET, Struct, UnsetType, field

from actors.atendente.comandos import (
    AtendenteEstado,
    AtualizarAtendente,
    CriarAtendente,
    EncerrarArremates,
    ExcluirAtendente,
    GarantirAtendente,
    ListarAtendentes,
    MudarPresenca,
    RevogarAcesso,
    VerArremates,
    VerAtendente,
    VerEstados,
)
from actors.diretorio.diretorio import atendente_nao_encontrado
from engine import permissoes
from engine.errors import Detalhe
from engine.ids import NINGUEM
from engine.politica import horario
from engine.politica.documento import completo
from engine.politica.modelo import Horario
from engine.tempo import iso, ms_de
from engine.vistas import AtendenteVista, atendente_vista, json_text
from web.pedido.campos import Capacidade, Email, Habilidades, Instante, Motivo, Niveis, Nome, Rotulo, Uuid
from web.pedido.rota import Pedido, Rotas
from web.pedido.validacao import Dados, DaEmpresa, Paginacao, Realocacao
from web.resposta.vistas import (
    ArremateVista,
    EstadoNoTempo,
    Lista,
    arremate_vista,
    estado_no_tempo,
    lista,
    pagina,
)
from web.rotas.visiveis import ticket_visivel

rotas = Rotas("Atendentes")

_PAGINA: Final = 100


class AcessoVista(Struct, frozen=True, gc=False, rename="camel"):
    """From when on a user's tokens are good."""

    usuario_id: str
    vale_desde: str


class AtendenteNovo(DaEmpresa, frozen=True, kw_only=True):
    esquema_extra: ClassVar = {"not": {"properties": {"id": {"const": NINGUEM}}, "required": ["id"]}}

    id: Uuid | None = None
    nome: Nome
    email: Email
    capacidade: Capacidade = 5
    habilidades: Habilidades = ()
    niveis: Niveis = field(default_factory=dict)
    turno: Horario | None = None

    def problemas(self) -> Iterable[Detalhe]:
        if self.id == NINGUEM:
            yield Detalhe("id", "não pode ser o UUID nulo, que não é de ninguém")
        yield from _do_turno(self.turno)


class AtendenteMudanca(Dados, frozen=True, kw_only=True):
    do_servidor: ClassVar = dict.fromkeys(
        ("id", "empresaId", "atendimentosAtivos", "createdAt", "updatedAt"), ""
    ) | dict.fromkeys(("online", "estado", "motivo"), "use PATCH …/status")  # fmt: skip

    nome: Nome | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    capacidade: Capacidade | UnsetType = UNSET
    habilidades: Habilidades | UnsetType = UNSET
    niveis: Niveis | UnsetType = UNSET
    turno: Horario | UnsetType | None = UNSET

    def problemas(self) -> Iterable[Detalhe]:
        yield from _do_turno(self.turno)


def _do_turno(turno: Horario | UnsetType | None) -> Iterable[Detalhe]:
    for um in horario.problemas(turno) if isinstance(turno, Horario) else ():
        yield Detalhe(f"turno.{um.campo}", um.problema)


class ConsultaEstados(Paginacao, frozen=True, kw_only=True):
    desde: Instante | None = None
    ate: Instante | None = None


class Presenca(DaEmpresa, frozen=True, kw_only=True):
    online: bool
    estado: Rotulo | UnsetType = UNSET
    motivo: Motivo | None = None


class FimDoArremate(DaEmpresa, frozen=True, kw_only=True):
    ticket_id: Uuid | None = None


@rotas.get("/atendentes", resumo="Listar os atendentes", ato=permissoes.VER)
async def listar(p: Pedido) -> list[AtendenteVista]:
    return [_vista(estado) for estado in await p.no.pedir(ListarAtendentes(quem=p.quem))]


@rotas.post("/atendentes", resumo="Cadastrar um atendente", ato=permissoes.CONFIGURAR, status=201, erros=(409,))
async def criar(p: Pedido, corpo: AtendenteNovo) -> AtendenteVista:
    estado = await p.pedir(
        CriarAtendente(
            quem=p.quem,
            id=corpo.id,
            nome=corpo.nome,
            email=corpo.email,
            capacidade=corpo.capacidade,
            habilidades=corpo.habilidades,
            niveis=corpo.niveis,
            turno=None if corpo.turno is None else json_text(completo(corpo.turno)),
        )
    )
    return _vista(estado)


@rotas.get("/atendentes/<atendente_id>", resumo="Ver um atendente", ato=permissoes.VER)
async def ver(p: Pedido, atendente_id: str) -> AtendenteVista:
    return _vista(await p.no.pedir(VerAtendente(quem=p.quem, atendente_id=atendente_id)))


@rotas.patch("/atendentes/<atendente_id>", resumo="Atualizar um atendente", ato=permissoes.CONFIGURAR, erros=(409,))
async def atualizar(p: Pedido, atendente_id: str, corpo: AtendenteMudanca) -> AtendenteVista:
    estado = await p.pedir(
        AtualizarAtendente(
            quem=p.quem,
            atendente_id=atendente_id,
            nome=corpo.nome,
            email=corpo.email,
            capacidade=corpo.capacidade,
            habilidades=corpo.habilidades,
            niveis=corpo.niveis,
            turno=json_text(completo(corpo.turno)) if isinstance(corpo.turno, Horario) else corpo.turno,
        )
    )
    return _vista(estado)


@rotas.delete("/atendentes/<atendente_id>", resumo="Excluir um atendente", ato=permissoes.CONFIGURAR, erros=(409,))
async def excluir(p: Pedido, atendente_id: str, consulta: Realocacao) -> None:
    await p.pedir(ExcluirAtendente(quem=p.quem, atendente_id=atendente_id, realocar=consulta.realocar))


@rotas.post(
    "/atendentes/<atendente_id>/revogar",
    resumo="Revogar os tokens que um usuário tem",
    ato=permissoes.REVOGAR_ACESSO,
    documento={
        "description": (
            "Para admin. Todo token deste usuário emitido (`iat`) até agora, e todo que não diz quando foi emitido, "
            "passa a ser recusado com 403 `token_revogado`, e as conexões abertas são fechadas (4403); um emitido "
            "depois vale. O id pode ser o de qualquer usuário da empresa, também o de um admin que não é atendente."
        )
    },
)
async def revogar(p: Pedido, atendente_id: str) -> AcessoVista:
    if atendente_id == NINGUEM:
        raise atendente_nao_encontrado()
    row = await p.pedir(RevogarAcesso(quem=p.quem, usuario_id=atendente_id))
    return AcessoVista(row.usuario_id, iso(row.vale_desde))


@rotas.patch(
    "/atendentes/<atendente_id>/status",
    resumo="Mudar a presença de um atendente",
    ato=permissoes.TER_PRESENCA,
    erros=(409,),
)
async def mudar_status(p: Pedido, atendente_id: str, corpo: Presenca) -> AtendenteVista:
    """Its own, for an atendente (which is provisioned here when still unknown); anybody's, for who configures."""
    if atendente_id == p.quem.id and permissoes.pode(p.quem, permissoes.SER_ATENDENTE):
        await p.no.pedir(GarantirAtendente(quem=p.quem))
    estado = await p.pedir(
        MudarPresenca(
            quem=p.quem, atendente_id=atendente_id, online=corpo.online, estado=corpo.estado, motivo=corpo.motivo
        )
    )
    return _vista(estado)


@rotas.get(
    "/atendentes/<atendente_id>/estados",
    resumo="Ver em que estados um atendente esteve",
    ato=permissoes.VER_ESTADOS,
    documento={
        "description": (
            "Do mais recente ao mais antigo; com `desde` e `ate`, os que duravam em algum momento entre eles. No "
            "que ainda dura, `ate` e `duracaoSegundos` são nulos. Com `atorId` nulo, foi o sistema que o mudou, como "
            "ao perder a conexão. Um atendente só vê os próprios. São guardados por `ESTADOS_GUARDADOS`."
        )
    },
)
async def estados(p: Pedido, atendente_id: str, consulta: ConsultaEstados) -> Lista[EstadoNoTempo]:
    await p.no.pedir(VerEstados(quem=p.quem, atendente_id=atendente_id))
    desde = None if consulta.desde is None else ms_de(consulta.desde)
    ate = None if consulta.ate is None else ms_de(consulta.ate)
    achados, total = await p.leitor.estados(
        p.quem.empresa_id, atendente_id, desde, ate, consulta.page, consulta.limit
    )  # fmt: skip
    return lista([estado_no_tempo(um) for um in achados], total, consulta.page, consulta.limit)


def _vista(estado: AtendenteEstado) -> AtendenteVista:
    return atendente_vista(estado.row, estado.ativos)


@rotas.get(
    "/atendentes/<atendente_id>/arremates",
    resumo="Ver o que um atendente ainda arremata",
    ato=permissoes.VER_ESTADOS,
    documento={
        "description": (
            "Os tickets que ele resolveu e cujas vagas ficam ocupadas até `ate`, por `arremateSegundos` da empresa; o "
            "que termina antes vem primeiro. Um atendente só vê os próprios."
        )
    },
)
async def arremates(p: Pedido, atendente_id: str, consulta: Paginacao) -> Lista[ArremateVista]:
    achados = await p.no.pedir(VerArremates(quem=p.quem, atendente_id=atendente_id))
    return pagina(achados, consulta.page, consulta.limit, arremate_vista)


@rotas.post(
    "/atendentes/<atendente_id>/arremates/encerrar",
    resumo="Encerrar o arremate de um atendente antes do prazo",
    ato=permissoes.TER_PRESENCA,
    documento={
        "description": (
            "O arremate do ticket `ticketId`, ou todos, se não é dito: as vagas ficam livres já. Encerrar o que já "
            "terminou não muda nada. A resposta é o que ainda arremata. Um atendente só encerra os próprios; os de "
            "outro, supervisor ou admin."
        )
    },
)
async def encerrar_arremates(p: Pedido, atendente_id: str, corpo: FimDoArremate) -> Lista[ArremateVista]:
    if corpo.ticket_id is not None:
        await ticket_visivel(p, corpo.ticket_id)
    comando = EncerrarArremates(quem=p.quem, atendente_id=atendente_id, ticket_id=corpo.ticket_id)
    restam = await p.pedir(comando)
    return pagina(restam, 1, _PAGINA, arremate_vista)
