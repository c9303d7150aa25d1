"""The script of a simulation: random commands, from one seed."""

from __future__ import annotations

from random import Random
from typing import Any, get_args

from msgspec import UNSET
from msgspec.structs import replace

from actors.atendente.comandos import (
    AtualizarAtendente,
    Conectou,
    CriarAtendente,
    Desconectou,
    ExcluirAtendente,
    GarantirAtendente,
    ListarAtendentes,
    MudarPresenca,
)
from actors.canal.comandos import (
    AtualizarCanal,
    CriarCanal,
    DescartarMortos,
    ExcluirCanal,
    ListarCanais,
    PausarCanal,
    ReceberNovidades,
    ReenviarMortos,
    RetomarCanal,
)
from actors.canal.ganchos import (
    AtualizarGancho,
    CriarGancho,
    ExcluirGancho,
    ReenviarEntrega,
    RenovarSegredo,
    TestarGancho,
)
from actors.comandos import Comando
from actors.contatos.comandos import AtualizarContato, CriarContato, ExcluirContato, UnirContatos
from actors.empresa.comandos import AtualizarEmpresa
from actors.equipe.comandos import (
    AtualizarEquipe,
    CriarEquipe,
    DesvincularFila,
    ExcluirEquipe,
    IncluirNaEquipe,
    ListarEquipes,
    RetirarDaEquipe,
    VincularFila,
)
from actors.fila.comandos import AtualizarFila, CriarFila, ExcluirFila, IncluirMembro, ListarFilas, RemoverMembro
from actors.ticket.comandos import (
    AtribuirTicket,
    AtualizarTicket,
    CriarTicket,
    EncerrarTicket,
    EnviarMensagem,
    ExcluirMensagem,
    ExcluirTicket,
    MarcarLida,
    MarcarLidas,
    ReabrirTicket,
    TransferirTicket,
    VerTicket,
)
from engine.conector.entradas import NovidadeDoCanal
from engine.errors import Forbidden
from engine.modelo import Estrategia, Prioridade, Quem, Status, TipoComContatos
from tests.simulacao.azares import Ritmo
from tests.simulacao.elenco import Elenco, Opcao, Sorteio
from tests.simulacao.roteiro_da_distribuicao import RoteiroDaDistribuicao
from tests.simulacao.roteiro_dos_prazos import RoteiroDosPrazos

ESTADOS = ("pausa", "Disponível", "Fila do banco", "offline")
FILTROS = (("ticket_*",), ("nova_mensagem", "ticket_criado"), ("webhook_*", "canal_*"), ("*",))
EMPRESAS = ("00000000-0000-7000-8000-00000000000a", "00000000-0000-7000-8000-00000000000b")


class Roteirista:
    """Makes up commands. In some runs agents have too much to do, in others there is room."""

    def __init__(self, aleatorio: Random, ritmo: Ritmo) -> None:
        self._r = aleatorio
        self._vagas = aleatorio.choice((4, 4, 20))
        sorteio = Sorteio(aleatorio)
        self._algum = sorteio.algum
        self._so = ritmo.so
        self._da_distribuicao = RoteiroDaDistribuicao(sorteio, curto=ritmo.curto) if ritmo.politicas else None
        self._dos_prazos = RoteiroDosPrazos(sorteio, curto=ritmo.curto) if ritmo.prazos else None

    def _capacidade(self) -> int:
        return self._r.randrange(self._vagas)

    def _quem(self, elenco: Elenco) -> Quem:
        if elenco.atendentes and self._r.random() < 0.5:
            return Quem(elenco.empresa_id, self._algum(elenco.atendentes), "atendente", "a@b.c")
        papel = self._r.choice(("admin", "supervisor"))
        return Quem(elenco.empresa_id, None, papel)  # type: ignore[arg-type]

    def _lugar(self, ids: list[str]) -> str | None:
        """What takes the place of something that is deleted."""
        return None if self._r.random() < 0.25 else self._r.choice(ids or [self._algum(ids)])

    def _telefone(self) -> str:
        """Of few people, whose numbers are written with the ninth digit or without it."""
        return f"5511{self._r.choice(('9', ''))}8765432{self._r.randrange(6)}"

    def _email(self) -> str:
        return f"{self._r.choice('abcdef')}@x.y"

    def comando(self, elenco: Elenco) -> Comando[Any]:
        quem = self._quem(elenco)
        opcoes = [
            *self._de_tickets(elenco, quem),
            *self._de_pessoas(elenco, quem),
            *self._de_filas(elenco, quem),
            *self._de_equipes(elenco, quem),
        ]
        if not self._so:
            opcoes += self._de_contatos(elenco, quem) + self._de_canais(elenco, quem) + self._de_ganchos(elenco, quem)
        if self._da_distribuicao is not None:
            opcoes += self._da_distribuicao.opcoes(elenco, quem)
        if self._dos_prazos is not None:
            opcoes += self._dos_prazos.opcoes(elenco)
        pesos = [peso for peso, _ in opcoes]
        return self._de_quem_pode(self._r.choices(opcoes, pesos)[0][1]())

    def _de_quem_pode(self, comando: Comando[Any]) -> Comando[Any]:
        """What somebody may not do is mostly asked by an admin instead: refused at the door, it would try nothing."""
        try:
            comando.autorizar()
        except Forbidden:
            if self._r.random() < 0.9:
                return replace(comando, quem=Quem(comando.quem.empresa_id, None, "admin"))
        return comando

    def _de_tickets(self, elenco: Elenco, quem: Quem) -> list[Opcao]:
        r, ticket, prioridade = self._r, self._algum(elenco.tickets), self._r.choice(get_args(Prioridade))
        atendente, fila, canal = self._algum(elenco.atendentes), self._algum(elenco.filas), self._algum(elenco.canais)
        opcoes: list[Opcao] = [
            (20, lambda: CriarTicket(quem=quem, contato_nome="C", contato_telefone=self._telefone(),
                                     contato_email=r.choice((None, self._email())), prioridade=prioridade,
                                     fila_id=r.choice((None, fila)), canal_id=r.choice((None, canal)))),
            (10, lambda: EnviarMensagem(quem=quem, ticket_id=ticket, conteudo="oi", direcao=r.choice(
                ("enviada", "recebida")))),
            (16, lambda: EnviarMensagem(quem=quem, ticket_id=self._algum(elenco.com_canal), conteudo="oi")),
            (8, lambda: AtualizarTicket(quem=quem, ticket_id=ticket, status=r.choice(get_args(Status)),
                                        prioridade=r.choice((UNSET, prioridade)))),
            (3, lambda: AtualizarTicket(quem=quem, ticket_id=ticket, prioridade=prioridade, assunto="x")),
            (5, lambda: AtribuirTicket(quem=quem, ticket_id=ticket, atendente_id=atendente, forcar=r.random() < 0.2)),
            (4, lambda: TransferirTicket(quem=quem, ticket_id=ticket, fila_id=fila)),
            (2, lambda: TransferirTicket(quem=quem, ticket_id=ticket, fila_id=fila, atendente_id=atendente,
                                         forcar=r.random() < 0.2)),
            (8, lambda: EncerrarTicket(quem=quem, ticket_id=ticket)),
            (2, lambda: ReabrirTicket(quem=quem, ticket_id=ticket)),
            (1, lambda: ExcluirTicket(quem=quem, ticket_id=ticket)),
            (1, lambda: VerTicket(quem=quem, ticket_id=ticket)),
            (1, lambda: MarcarLidas(quem=quem, ticket_id=ticket, nao_lidas=r.randrange(2))),
        ]  # fmt: skip
        if elenco.mensagens:
            de, mensagem = r.choice(elenco.mensagens)
            opcoes.append((1, lambda: MarcarLida(quem=quem, ticket_id=de, mensagem_id=mensagem)))
            opcoes.append((2, lambda: ExcluirMensagem(quem=quem, ticket_id=de, mensagem_id=mensagem,
                                                      remetente_id=atendente)))  # fmt: skip
        return opcoes

    def _de_pessoas(self, elenco: Elenco, quem: Quem) -> list[Opcao]:
        r, atendente = self._r, self._algum(elenco.atendentes)
        return [
            (14, lambda: MudarPresenca(quem=quem, atendente_id=atendente, online=r.random() < 0.7,
                                       estado=r.choice((UNSET, UNSET, *ESTADOS)),
                                       motivo=r.choice((None, None, "café")))),
            (3, lambda: Conectou(quem=quem, atendente_id=atendente)),
            (2, lambda: Desconectou(quem=quem, atendente_id=atendente)),
            (2, lambda: AtualizarAtendente(quem=quem, atendente_id=atendente, capacidade=self._capacidade())),
            (3, lambda: ExcluirAtendente(quem=quem, atendente_id=atendente, realocar=self._lugar(elenco.atendentes))),
            (3, lambda: CriarAtendente(quem=quem, nome="A", email=f"{r.getrandbits(24)}@x.y",
                                       capacidade=self._capacidade())),
            (1, lambda: GarantirAtendente(quem=Quem(elenco.empresa_id, atendente, "atendente"))),
            (1, lambda: ListarAtendentes(quem=quem)),
            (1, lambda: AtualizarEmpresa(quem=quem, nome="E", capacidade_padrao=r.randrange(4),
                                         estados=r.choice((UNSET, (), ("Fila do banco",))),
                                         janela_reabertura=r.choice((None, 0, 60_000)))),
        ]  # fmt: skip

    def _de_filas(self, elenco: Elenco, quem: Quem) -> list[Opcao]:
        r, fila, atendente, canal = (
            self._r, self._algum(elenco.filas), self._algum(elenco.atendentes), self._algum(elenco.canais),
        )  # fmt: skip
        return [
            (2, lambda: CriarFila(quem=quem, nome="F", estrategia=r.choice(get_args(Estrategia)),
                                  prioridade=r.randint(1, 10))),
            (2, lambda: AtualizarFila(quem=quem, fila_id=fila, estrategia=r.choice(get_args(Estrategia)),
                                      distribuicao_automatica=r.random() < 0.7, prioridade=r.randint(1, 10),
                                      ao_ficar_offline=r.choice(("devolver", "manter")))),
            (4, lambda: ExcluirFila(quem=quem, fila_id=fila, realocar=self._lugar(elenco.filas))),
            (6, lambda: IncluirMembro(quem=quem, fila_id=fila, atendente_id=atendente)),
            (2, lambda: RemoverMembro(quem=quem, fila_id=fila, atendente_id=atendente)),
            (1, lambda: ListarFilas(quem=quem)),
            (3, lambda: CriarCanal(quem=quem, nome="C", tipo=r.choice((*get_args(TipoComContatos), "api", "whatsapp")),
                                   config='{"s":"x"}', fila_id=r.choice((None, fila)))),
            (1, lambda: AtualizarCanal(quem=quem, canal_id=canal, fila_id=r.choice((None, fila)),
                                       config=r.choice(('{"s":null}', '{"s":"y"}')), ativo=r.random() < 0.8)),
            (2, lambda: ExcluirCanal(quem=quem, canal_id=canal, realocar=self._lugar(elenco.canais))),
            (1, lambda: ListarCanais(quem=quem)),
        ]  # fmt: skip

    def _de_canais(self, elenco: Elenco, quem: Quem) -> list[Opcao]:
        """What people do with the outbox, and what a provider says of a canal."""
        r, canal = self._r, self._algum(elenco.canais)
        enviadas = tuple(r.sample(elenco.enviadas[-30:], min(20, len(elenco.enviadas[-30:]))))
        conector = Quem(elenco.empresa_id, None, "conector")
        parada = NovidadeDoCanal(tipo="conta", dados={"a": 1}, pausar=r.random() < 0.3, motivo="conta")
        return [
            (1, lambda: PausarCanal(quem=quem, canal_id=canal, motivo="m")),
            (4, lambda: RetomarCanal(quem=quem, canal_id=canal)),
            (3, lambda: ReenviarMortos(quem=quem, canal_id=canal, ids=enviadas)),
            (1, lambda: DescartarMortos(quem=quem, canal_id=canal, ids=enviadas)),
            (1, lambda: ReceberNovidades(quem=conector, canal_id=canal, novidades=(parada,))),
        ]

    def _de_ganchos(self, elenco: Elenco, quem: Quem) -> list[Opcao]:
        """What people do with webhooks to other systems."""
        r, gancho, filtros = self._r, self._algum(elenco.ganchos), self._r.choice(FILTROS)
        opcoes: list[Opcao] = [
            (1, lambda: CriarGancho(quem=quem, url="https://exemplo.com/ola", eventos=filtros, ativo=r.random() < 0.9)),
        ]  # fmt: skip
        if elenco.ganchos:
            opcoes += [
                (2, lambda: AtualizarGancho(quem=quem, canal_id=gancho, ativo=r.random() < 0.8,
                                            eventos=r.choice((UNSET, filtros)))),
                (1, lambda: RenovarSegredo(quem=quem, canal_id=gancho)),
                (1, lambda: TestarGancho(quem=quem, canal_id=gancho)),
            ]  # fmt: skip
            if r.random() < 0.2:
                opcoes.append((1, lambda: ExcluirGancho(quem=quem, canal_id=gancho)))
        if elenco.entregas:
            de, entrega = r.choice(elenco.entregas)
            opcoes.append((2, lambda: ReenviarEntrega(quem=quem, canal_id=de, entrega_id=entrega)))
        return opcoes

    def _de_equipes(self, elenco: Elenco, quem: Quem) -> list[Opcao]:
        r, equipe, atendente = self._r, self._algum(elenco.equipes), self._algum(elenco.atendentes)
        fila = self._algum(elenco.filas)
        return [
            (2, lambda: CriarEquipe(quem=quem, nome="Q")),
            (1, lambda: AtualizarEquipe(quem=quem, equipe_id=equipe, nome=r.choice("QR"))),
            (5, lambda: IncluirNaEquipe(quem=quem, equipe_id=equipe, atendente_id=atendente)),
            (2, lambda: RetirarDaEquipe(quem=quem, equipe_id=equipe, atendente_id=atendente)),
            (4, lambda: VincularFila(quem=quem, equipe_id=equipe, fila_id=fila)),
            (2, lambda: DesvincularFila(quem=quem, equipe_id=equipe, fila_id=fila)),
            (1, lambda: ExcluirEquipe(quem=quem, equipe_id=equipe, realocar=self._lugar(elenco.equipes))),
            (1, lambda: ListarEquipes(quem=quem)),
        ]

    def _de_contatos(self, elenco: Elenco, quem: Quem) -> list[Opcao]:
        r, contato, outro = self._r, self._algum(elenco.contatos), self._algum(elenco.contatos)
        return [
            (1, lambda: CriarContato(quem=quem, nome="P", telefone=r.choice((None, self._telefone())),
                                     email=r.choice((None, self._email())))),
            (2, lambda: AtualizarContato(quem=quem, contato_id=contato, visto=r.random() < 0.9,
                                         telefone=r.choice((UNSET, self._telefone())),
                                         email=r.choice((UNSET, None, self._email())))),
            (1, lambda: UnirContatos(quem=quem, contato_id=contato, outro_id=outro)),
            (1, lambda: ExcluirContato(quem=quem, contato_id=contato)),
        ]  # fmt: skip
