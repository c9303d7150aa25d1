"""The Atendente: the only owner of its capacity."""

from __future__ import annotations

from functools import partial

from msgspec import UNSET, Struct
from msgspec.structs import replace

from actors import eventos
from actors.comandos import (
    AtendenteEstado,
    AtualizarAtendente,
    Conectou,
    Desconectou,
    ExcluirAtendente,
    MudarPresenca,
    VerAtendente,
)
from actors.empresa_viva import EmpresaViva
from actors.protocolo import (
    Aceita,
    Anunciar,
    Apresente,
    Atribuir,
    Chamada,
    Confirmado,
    DonoOffline,
    EntrouNaFila,
    FilaMuda,
    GracaVencida,
    Iniciar,
    Liberar,
    Oferta,
    PedirVaga,
    Perdida,
    Proposta,
    Recusa,
    SaiuDaFila,
    SuaVez,
)
from engine.capacidade import disponivel, vagas
from engine.errors import Conflict
from engine.estados import dono
from engine.modelo import DISPONIVEL, AtendenteRow, MembroRow, Quem
from engine.ordenado import Chave
from engine.runtime import Actor, Ref, handles
from engine.vistas import atendente_vista

AUSENTE = "offline"
"""The ``estado`` of an agent who left without saying why."""

Melhor = tuple[Chave, str, Ref, str]
"""The best proposal so far: its key, the ticket and its ref, the fila."""


class Atendente(Actor):
    """An agent: presence, state, slots.

    ``_ocupadas`` are the tickets that hold a slot, ``_reservas`` those it accepted and that have not confirmed yet;
    ``_firmes`` are the reservations of turns that succeeded, from which a crash is rebuilt.
    While a call for proposals runs (``_faltam`` filas have not answered), or it waits for its turn to call
    (``_aguarda``), it tells everybody that it has no room, so that no offer overtakes the choice.
    """

    __slots__ = (
        "_aguarda", "_chamada", "_faltam", "_filas", "_firmes", "_melhor", "_ocioso_desde", "_ocupadas", "_reservas",
    )  # fmt: skip

    group: EmpresaViva
    row: AtendenteRow

    def __init__(self, group: EmpresaViva, parent: Ref | None, row: AtendenteRow) -> None:
        super().__init__(group, parent=parent, row=row)
        self._chamada = 0
        self._firmes: dict[str, Ref] = {}
        self._esvaziar()

    def _esvaziar(self) -> None:
        self._ocupadas: dict[str, Ref] = {}
        self._reservas: dict[str, Ref] = {}
        self._faltam: set[str] = set()
        self._aguarda = False
        self._melhor: Melhor | None = None
        self._ocioso_desde = self.row.ocioso_desde
        self._filas: dict[str, Ref] = {}
        for fila_id in sorted(self.group.filas_de.get(self.row.id, ())):
            fila = self.group.filas.get(fila_id)
            if fila is not None:
                self._filas[fila_id] = fila

    def retomar(self, ticket_id: str, ticket: Ref) -> None:
        """Count a ticket it owns: on activation directly, later through Confirmado."""
        self._ocupadas[ticket_id] = ticket

    def estado(self) -> AtendenteEstado:
        return AtendenteEstado(self.row, len(self._ocupadas))

    @property
    def ocupadas(self) -> int:
        """Slots in use, reserved ones too."""
        return len(self._ocupadas) + len(self._reservas)

    # -- recovery --------------------------------------------------------------------------------------------------

    def restore(self) -> None:
        self._esvaziar()
        for row, ticket in self.group.linhas_de_tickets():
            if dono(row) == self.row.id:
                self.retomar(row.id, ticket)
                self._firmes.pop(row.id, None)
        self._reservas = dict(self._firmes)

    def recovered(self, message: object) -> None:
        if isinstance(message, Oferta):
            fila = self._filas.get(message.fila_id)
            if fila is not None:
                fila.tell(Recusa(message.ticket_id, self._como_estou()))
        elif isinstance(message, PedirVaga):
            message.ticket.tell(Anunciar())
        elif isinstance(message, Perdida):
            self.ref.tell(message)
        elif message is None:  # after a quarantine: whatever was under way then has ended without us
            self._firmes.clear()
            self._reservas.clear()
        self._tratar_donos_ausentes()
        self._procurar(reinicio=True)

    @handles(Iniciar)
    def iniciar(self, _: Iniciar) -> None:
        """The empresa was loaded: connections of before are gone, deadlines run on."""
        row = self.row
        if row.online and row.por_conexao and row.offline_em is None:
            self._esperar_conexao()
        elif row.offline_em is not None:
            self.at(row.offline_em, GracaVencida(row.offline_em))
        self._tratar_donos_ausentes()
        self._procurar()

    def _tratar_donos_ausentes(self) -> None:
        if not self.row.online:
            for ticket in list(self._ocupadas.values()):
                ticket.tell(DonoOffline(self.row.id))

    def suspended(self) -> None:
        self.group.largar_vez(self.ref)

    # -- looking for work ------------------------------------------------------------------------------------------

    def _livres(self) -> int:
        return vagas(self.row, len(self._ocupadas) + len(self._reservas))

    def _como_estou(self, chamada: int = 0, *, escolhendo: bool = False, reinicio: bool = False) -> Chamada:
        """What the filas should believe: no room while it is choosing."""
        livres = 0 if escolhendo or self._faltam or self._aguarda else self._livres()
        row = self.row
        return Chamada(row.id, livres, self.ocupadas, row.capacidade, self._ocioso_desde, chamada, reinicio)

    def _procurar(self, *, recomecar: bool = False, reinicio: bool = False) -> None:
        """Something freed a slot or changed who I am: call the filas if there is room, else just tell them.

        A call that runs goes on by itself while there is room, unless ``recomecar``.
        """
        if self._livres() == 0 or not self._filas:
            self._desistir()
            self._dizer(reinicio=reinicio)
        elif (self._faltam or self._aguarda) and not recomecar:
            return
        elif self.group.chamando is None or self.group.chamando is self.ref:
            self.once_released(partial(self.group.tomar_vez, self.ref))
            self._chamar(reinicio=reinicio)
        else:
            self._aguardar()
            if reinicio:
                self._dizer(reinicio=True)

    def _chamar(self, *, reinicio: bool = False) -> None:
        self._chamada += 1
        self._melhor = None
        self._aguarda = False
        self._faltam = set(self._filas)
        chamada = self._como_estou(self._chamada, reinicio=reinicio)
        for fila in self._filas.values():
            fila.tell(chamada)

    def _aguardar(self) -> None:
        self._faltam.clear()
        self._aguarda = True
        self.once_released(partial(self.group.pedir_vez, self.ref))

    def _desistir(self) -> None:
        if self._faltam or self._aguarda or self.group.chamando is self.ref:
            self._faltam.clear()
            self._aguarda = False
            self.once_released(partial(self.group.largar_vez, self.ref))

    @handles(SuaVez)
    def chegou_a_vez(self, _: SuaVez) -> None:
        if self._aguarda and self._livres() > 0 and self._filas:
            self._chamar()
        elif not self._faltam:
            self._desistir()

    def _dizer(self, *, menos: str | None = None, reinicio: bool = False) -> None:
        """Tell the filas how I am, but for the one that is told in another message."""
        if self._filas and (menos not in self._filas or len(self._filas) > 1):
            estado = self._como_estou(reinicio=reinicio)
            for fila_id, fila in self._filas.items():
                if fila_id != menos:
                    fila.tell(estado)

    @handles(Apresente)
    def apresentar(self, _: Apresente) -> None:
        self._procurar(recomecar=True)

    @handles(Proposta)
    def ouvir_proposta(self, m: Proposta) -> None:
        if m.chamada != self._chamada or m.fila_id not in self._faltam:
            return
        if m.ticket_id is not None and m.ticket is not None and m.chave is not None:
            proposta = (m.chave, m.ticket_id, m.ticket, m.fila_id)
            if self._melhor is None or proposta[:2] < self._melhor[:2]:
                self._melhor = proposta
        self._respondeu(m.fila_id)

    @handles(FilaMuda)
    def fila_muda(self, m: FilaMuda) -> None:
        if m.chamada == self._chamada and m.fila_id in self._faltam:
            self._respondeu(m.fila_id)

    def _respondeu(self, fila_id: str) -> None:
        self._faltam.discard(fila_id)
        if not self._faltam:
            self._escolher()

    def _escolher(self) -> None:
        """Every fila has answered: take the best of their tickets, and go on while there is room."""
        melhor, self._melhor = self._melhor, None
        self._desistir()
        fila = None if melhor is None else self._filas.get(melhor[3])
        if melhor is None or fila is None or self._livres() == 0:
            self._dizer()
            return
        _, ticket_id, ticket, fila_id = melhor
        self._reservar(ticket_id, ticket)
        continua = self._livres() > 0
        fila.tell(Aceita(ticket_id, self.ref, self.row.nome, self._como_estou(escolhendo=continua)))
        if continua:
            self._aguardar()
        else:
            self._dizer(menos=fila_id)

    @handles(Oferta)
    def ouvir_oferta(self, m: Oferta) -> None:
        fila = self._filas.get(m.fila_id)
        if fila is None:  # it has left that fila, which knows by now
            return
        if m.ticket_id not in self._ocupadas and m.ticket_id not in self._reservas:
            if self._faltam or self._aguarda or self._livres() == 0:
                fila.tell(Recusa(m.ticket_id, self._como_estou()))
                return
            self._reservar(m.ticket_id, m.ticket)
        fila.tell(Aceita(m.ticket_id, self.ref, self.row.nome, self._como_estou()))
        self._dizer(menos=m.fila_id)

    @handles(EntrouNaFila)
    def entrou_na_fila(self, m: EntrouNaFila) -> None:
        self._filas[m.fila_id] = m.fila
        self._procurar()

    @handles(SaiuDaFila)
    def saiu_da_fila(self, m: SaiuDaFila) -> None:
        self._filas.pop(m.fila_id, None)
        if m.fila_id in self._faltam:
            self._respondeu(m.fila_id)

    # -- slots -----------------------------------------------------------------------------------------------------

    def _reservar(self, ticket_id: str, ticket: Ref) -> None:
        self._reservas[ticket_id] = ticket
        self._ocioso_desde = self.now()
        self.once_released(partial(self._firmar, ticket_id, ticket))

    def _firmar(self, ticket_id: str, ticket: Ref) -> None:
        self._firmes[ticket_id] = ticket

    def _largar_reserva(self, ticket_id: str) -> bool:
        """A reservation has ended; False if there was none."""
        if self._reservas.pop(ticket_id, None) is None:
            return False
        self.once_released(partial(self._esquecer, ticket_id))
        return True

    def _esquecer(self, ticket_id: str) -> None:
        self._firmes.pop(ticket_id, None)

    @handles(PedirVaga)
    def pedir_vaga(self, m: PedirVaga) -> None:
        """A person wants this agent for a ticket; or a reopened ticket wants its agent back."""
        livre = self._livres() > 0 or m.ticket_id in self._ocupadas or m.ticket_id in self._reservas
        if not livre and not m.forcar:
            if m.resposta is not None:
                self.refuse(m.resposta, self._sem_vaga())
            m.ticket.tell(Anunciar())
            return
        if m.ticket_id not in self._ocupadas:
            self._reservar(m.ticket_id, m.ticket)
            self._dizer()
        row = self.row
        m.ticket.tell(Atribuir(m.ticket_id, row.id, self.ref, row.nome, None, not livre, m.comando, m.resposta))

    def _sem_vaga(self) -> Conflict:
        row = self.row
        if not row.online:
            return Conflict("atendente_offline", f"{row.nome} está offline")
        if row.estado != DISPONIVEL:
            return Conflict("atendente_indisponivel", f"{row.nome} está em {row.estado}")
        return Conflict("atendente_lotado", f"{row.nome} já ocupa suas {row.capacidade} vagas")

    @handles(Confirmado)
    def confirmar(self, m: Confirmado) -> None:
        reservado = self._largar_reserva(m.ticket_id)
        novo = m.ticket_id not in self._ocupadas
        self._ocupadas[m.ticket_id] = m.ticket
        if not self.row.online:
            m.ticket.tell(DonoOffline(self.row.id))
        if novo and not reservado:
            self._dizer()

    @handles(Perdida)
    def perder(self, m: Perdida) -> None:
        tinha = self._livres() > 0
        if self._largar_reserva(m.ticket_id):
            self._abriu_vaga(tinha=tinha)

    @handles(Liberar)
    def liberar(self, m: Liberar) -> None:
        tinha = self._livres() > 0
        if self._ocupadas.pop(m.ticket_id, None) is not None:
            self._ocioso_desde = self.now()
            self._abriu_vaga(tinha=tinha)

    def _abriu_vaga(self, *, tinha: bool) -> None:
        """One more slot is free. Whoever had one already was offered all there was: it need not call."""
        if tinha:
            self._dizer()
        else:
            self._procurar()

    # -- presence --------------------------------------------------------------------------------------------------

    @handles(MudarPresenca)
    def mudar_presenca(self, comando: MudarPresenca) -> AtendenteEstado:
        row = self.row
        estado = comando.estado
        if estado is UNSET:
            estado = DISPONIVEL if comando.online else AUSENTE
        igual = (row.online, row.estado, row.motivo) == (comando.online, estado, comando.motivo)
        if not igual or row.offline_em is not None:
            self._ficar(comando.quem, comando.online, estado, comando.motivo)
        return self.estado()

    def _ficar(self, quem: Quem, online: bool, estado: str, motivo: str | None) -> None:
        antes, now = self.row, self.now()
        if disponivel(antes) != (online and estado == DISPONIVEL):
            self._ocioso_desde = now
        self._gravar(
            replace(
                antes,
                online=online,
                estado=estado,
                motivo=motivo,
                offline_em=None,
                por_conexao=antes.por_conexao and antes.offline_em is None,
                ocioso_desde=self._ocioso_desde,
                atualizado_em=now,
            )
        )
        if (antes.online, antes.estado, antes.motivo) != (online, estado, motivo):
            dados = eventos.AtendenteStatus(self.row.id, self.row.nome, online, estado, motivo)
            self._publicar("atendente_status", quem, dados, antes)
        self._tratar_donos_ausentes()
        self._procurar()

    def _gravar(self, depois: AtendenteRow) -> None:
        self.become(depois)
        self.once_released(partial(self.group.presenca_mudou, depois))

    def _publicar(self, tipo: str, quem: Quem, dados: Struct, antes: AtendenteRow | None = None) -> None:
        mudancas = None if antes is None else eventos.mudancas_do_atendente(antes, self.row)
        self.publish(
            eventos.evento_de_cadastro(
                self.next_seq(), tipo, quem, self.now(), dados, atendente_id=self.row.id, mudancas=mudancas
            )
        )

    @handles(Conectou)
    def conectou(self, _: Conectou) -> None:
        """From now on its connections hold its presence."""
        if not self.row.por_conexao or self.row.offline_em is not None:
            self.become(replace(self.row, por_conexao=True, offline_em=None))

    @handles(Desconectou)
    def desconectou(self, _: Desconectou) -> None:
        if self.row.online and self.row.offline_em is None:
            self._esperar_conexao()
        elif not self.row.online and self.row.por_conexao:
            self.become(replace(self.row, por_conexao=False))

    def _esperar_conexao(self) -> None:
        prazo = self.now() + self.group.opcoes.graca_conexao
        self.become(replace(self.row, offline_em=prazo))
        self.at(prazo, GracaVencida(prazo))

    @handles(GracaVencida)
    def vencer_graca(self, m: GracaVencida) -> None:
        if self.row.offline_em == m.prazo:
            sistema = Quem(self.row.empresa_id, None, "sistema")
            self._ficar(sistema, online=False, estado=AUSENTE, motivo="conexao_perdida")

    # -- set-up ----------------------------------------------------------------------------------------------------

    @handles(VerAtendente)
    def ver(self, _: VerAtendente) -> AtendenteEstado:
        return self.estado()

    @handles(AtualizarAtendente)
    def atualizar(self, comando: AtualizarAtendente) -> AtendenteEstado:
        campos = ("nome", "email", "capacidade", "habilidades")
        novos = {campo: valor for campo in campos if (valor := getattr(comando, campo)) is not UNSET}
        antes, depois = self.row, replace(self.row, **novos)
        if depois == antes:
            return self.estado()
        self.group.exigir_email_livre(depois.email, antes.id)
        self._gravar(replace(depois, atualizado_em=self.now()))
        self.once_released(partial(self.group.email_mudou, antes.email, depois))
        vista = eventos.AtendenteCompleto(atendente_vista(self.row, len(self._ocupadas)))
        self._publicar("atendente_atualizado", comando.quem, vista, antes)
        if antes.capacidade != depois.capacidade:
            self._procurar()
        return self.estado()

    @handles(ExcluirAtendente)
    def excluir(self, comando: ExcluirAtendente) -> None:
        if self.ocupadas:
            raise Conflict(
                "atendente_em_uso",
                f"{self.row.nome} tem {self.ocupadas} ticket(s) em aberto: transfira-os antes de excluir",
            )
        now = self.now()
        self._faltam.clear()
        self._gravar(
            replace(self.row, online=False, estado=AUSENTE, offline_em=None, excluido_em=now, atualizado_em=now)
        )
        for fila_id in sorted(self.group.filas_de.get(self.row.id, ())):
            self.save(MembroRow(self.row.empresa_id, fila_id, self.row.id, False))
            self.once_released(partial(self.group.saiu_da_fila, fila_id, self.row.id))
            self.group.fila(fila_id).tell(self._como_estou())
        self._publicar("atendente_excluido", comando.quem, eventos.Excluido(self.row.id))
        self.stop()

    def stopped(self) -> None:
        group, row = self.group, self.row
        group.largar_vez(self.ref)
        group.atendentes.pop(row.id, None)
        group.filas_de.pop(row.id, None)
        group.online.discard(row.id)
        group.disponiveis.discard(row.id)
        if group.emails.get(row.email) == row.id:
            del group.emails[row.email]
