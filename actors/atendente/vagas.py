"""Slots, and the search for work: the part of an Atendente that owns its capacity."""

from __future__ import annotations

from functools import partial

from actors.diretorio.empresa_viva import EmpresaViva, atendente_nao_encontrado
from actors.exclusao.exclusao import Exclusao
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
    Liberar,
    Oferta,
    PedirVaga,
    Perdida,
    Proposta,
    Recusa,
    SaiuDaFila,
    SuaVez,
)
from engine.capacidade import Impedimento, impedimento, pode_forcar, recusa_de, teto
from engine.errors import Refusal
from engine.estados import dono
from engine.modelo import AtendenteRow
from engine.ordenado import Chave
from engine.runtime import Actor, Ref, handles

Melhor = tuple[Chave, str, str]
"""The best proposal so far: its rank, the ticket, the fila."""


class Vagas(Actor):
    """Who holds which slot.

    ``_ocupadas`` are the tickets that hold a slot. ``_reservas`` counts, by ticket, the claims that have not been
    confirmed yet: a fila's and a person's may be under way for the same one. ``_firmes`` are the claims of turns that
    succeeded, from which a crash is rebuilt. While a call for proposals runs (``_faltam`` filas have not answered), or
    it waits for its turn to call (``_aguarda``), it tells everybody that it has no room, so that no offer overtakes the
    choice.
    """

    __slots__ = (
        "_aguarda", "_chamada", "_exclusao", "_faltam", "_filas", "_firmes", "_melhor", "_ocioso_desde", "_ocupadas",
        "_reservas", "_teto",
    )  # fmt: skip

    group: EmpresaViva
    row: AtendenteRow
    _exclusao: Exclusao

    def __init__(self, group: EmpresaViva, parent: Ref | None, row: AtendenteRow) -> None:
        super().__init__(group, parent=parent, row=row)
        self._chamada = 0
        self._firmes: dict[str, int] = {}
        self._esvaziar()

    def _esvaziar(self) -> None:
        self._teto = teto(self.row)
        self._ocupadas: dict[str, Ref] = {}
        self._reservas = dict(self._firmes)
        self._faltam: set[str] = set()
        self._aguarda = False
        self._melhor: Melhor | None = None
        self._ocioso_desde = self.row.ocioso_desde
        self._filas: dict[str, Ref] = {}
        for fila_id in sorted(self.group.filas_de.get(self.row.id, ())):
            fila = self.group.filas.get(fila_id)
            if fila is not None:
                self._filas[fila_id] = fila

    # -- recovery --------------------------------------------------------------------------------------------------

    def restore(self) -> None:
        self._esvaziar()
        for row, ticket in self.group.linhas_de_tickets():
            if dono(row) == self.row.id:
                self.retomar(row.id, ticket)

    def recovered(self, message: object) -> None:
        self._exclusao.recuperar()
        match message:
            case Oferta() if message.fila_id in self._filas:
                self._filas[message.fila_id].tell(Recusa(message.ticket_id, self._como_estou()))
            case PedirVaga():
                message.ticket.tell(Anunciar())
            case Perdida():
                self._largar_reserva(message.ticket_id)
            case Confirmado() if message.reservado:
                self._largar_reserva(message.ticket_id)
            case None:  # after a quarantine: whatever was under way then has ended without us
                self._firmes.clear()
                self._reservas.clear()
            case _:
                pass
        self._tratar_donos_ausentes()
        self._procurar(reinicio=True)

    def _tratar_donos_ausentes(self) -> None:
        if not self.row.online:
            for ticket in list(self._ocupadas.values()):
                ticket.tell(DonoOffline(self.row.id))

    def suspended(self) -> None:
        """Its filas must not keep for it what another may have."""
        self._exclusao.interromper()
        self.group.largar_vez(self.ref)
        row = self.row
        for fila in self._filas.values():
            fila.tell(Chamada(row.id, 0, 0, self.ocupadas, row.capacidade, self._ocioso_desde, 0, False))

    # -- looking for work ------------------------------------------------------------------------------------------

    def _como_estou(self, chamada: int = 0, *, escolhendo: bool = False, reinicio: bool = False) -> Chamada:
        """What the filas should believe: no room while it is choosing."""
        vagas, row = self._livres(), self.row
        livres = 0 if escolhendo or self._faltam or self._aguarda else vagas
        return Chamada(row.id, livres, vagas, self.ocupadas, row.capacidade, self._ocioso_desde, chamada, reinicio)

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
            self._dizer()  # who waited for its choice need not any more

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
        if m.ticket_id is not None and m.chave is not None:
            proposta = (m.chave, m.ticket_id, m.fila_id)
            if self._melhor is None or proposta < self._melhor:
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
        fila = None if melhor is None else self._filas.get(melhor[2])
        if melhor is None or fila is None or self._livres() == 0:
            self._dizer()
            return
        _, ticket_id, fila_id = melhor
        self._reservar(ticket_id)
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
        conhecido = m.ticket_id in self._ocupadas or m.ticket_id in self._reservas
        if not conhecido and (self._faltam or self._aguarda or self._livres() == 0):
            fila.tell(Recusa(m.ticket_id, self._como_estou()))
            return
        self._reservar(m.ticket_id)
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

    @property
    def ocupadas(self) -> int:
        """Slots in use, reserved ones too. A ticket that is both held and claimed takes one."""
        ocupadas = self._ocupadas
        quantas = len(ocupadas)
        for ticket_id in self._reservas:
            if ticket_id not in ocupadas:
                quantas += 1
        return quantas

    def _livres(self) -> int:
        """Free slots."""
        livres = self._teto - self.ocupadas
        return max(0, livres)  # forced ones may exceed it

    def retomar(self, ticket_id: str, ticket: Ref) -> None:
        """Count a ticket it owns: on activation directly, later through Confirmado."""
        self._ocupadas[ticket_id] = ticket

    def _reservar(self, ticket_id: str) -> None:
        """Claim a ticket. Each claim ends with one Confirmado or one Perdida."""
        self._reservas[ticket_id] = self._reservas.get(ticket_id, 0) + 1
        self._ocioso_desde = self.now()
        self.once_released(partial(self._firmar, ticket_id))

    def _firmar(self, ticket_id: str) -> None:
        self._firmes[ticket_id] = self._firmes.get(ticket_id, 0) + 1

    def _largar_reserva(self, ticket_id: str) -> bool:
        """A claim has ended; False if there was none."""
        if not _menos_um(self._reservas, ticket_id):
            return False
        self.once_released(partial(self._esquecer, ticket_id))
        return True

    def _esquecer(self, ticket_id: str) -> None:
        _menos_um(self._firmes, ticket_id)

    @handles(PedirVaga)
    def pedir_vaga(self, m: PedirVaga) -> None:
        """A person wants this agent for a ticket; or a reopened ticket wants its agent back."""
        if self._exclusao.em_curso is not None:
            self._recusar_vaga(m, atendente_nao_encontrado())
            return
        impede = self._impedimento(m)
        if impede is not None and not (m.forcar and pode_forcar(impede)):
            self._recusar_vaga(m, recusa_de(impede, self.row))
            return
        self._reservar(m.ticket_id)
        self._dizer()
        row, forcado = self.row, impede is not None
        m.ticket.tell(Atribuir(m.ticket_id, row.id, self.ref, row.nome, None, 0, forcado, m.comando, m.resposta))

    def _impedimento(self, m: PedirVaga) -> Impedimento | None:
        """What it has or is about to have needs no other slot, wherever the agent is."""
        serve = self.group.serve(m.fila_id, self.row.id)
        if serve and (m.ticket_id in self._ocupadas or m.ticket_id in self._reservas):
            return None
        return impedimento(self.row, serve=serve, livres=self._livres())

    def _recusar_vaga(self, m: PedirVaga, erro: Refusal) -> None:
        if m.resposta is not None:
            self.refuse(m.resposta, erro)
        m.ticket.tell(Anunciar())

    @handles(Confirmado)
    def confirmar(self, m: Confirmado) -> None:
        nova = m.ticket_id not in self._ocupadas and m.ticket_id not in self._reservas
        if m.reservado:
            self._largar_reserva(m.ticket_id)
        self._ocupadas[m.ticket_id] = m.ticket
        if not self.row.online:
            m.ticket.tell(DonoOffline(self.row.id))
        if nova:
            self._dizer()
        self._exclusao.seguir()

    @handles(Perdida)
    def perder(self, m: Perdida) -> None:
        if self._largar_reserva(m.ticket_id):
            self._abriu_vaga(m.ticket_id)

    @handles(Liberar)
    def liberar(self, m: Liberar) -> None:
        if self._ocupadas.pop(m.ticket_id, None) is not None:
            self._abriu_vaga(m.ticket_id)

    def _abriu_vaga(self, ticket_id: str) -> None:
        """A ticket needs its slot no more, unless it is also held or claimed otherwise.

        Whoever had a free slot already was offered all there was: it need not call.
        """
        if ticket_id in self._ocupadas or ticket_id in self._reservas:
            return
        self._ocioso_desde = self.now()
        if self._livres() > 1:
            self._dizer()
        else:
            self._procurar()
        self._exclusao.seguir()


def _menos_um(contagem: dict[str, int], chave: str) -> bool:
    """Take one off a count; at nothing the key goes. False if there was none."""
    quantos = contagem.get(chave)
    if quantos is None:
        return False
    if quantos == 1:
        del contagem[chave]
    else:
        contagem[chave] = quantos - 1
    return True
