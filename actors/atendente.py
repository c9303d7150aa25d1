"""The Atendente: presence and set-up, on top of its slots."""

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
from actors.protocolo import GracaVencida, Iniciar
from actors.vagas import Vagas
from engine.capacidade import disponivel, teto
from engine.errors import Conflict
from engine.modelo import DISPONIVEL, AtendenteRow, MembroRow, Quem
from engine.runtime import handles
from engine.vistas import atendente_vista

AUSENTE = "offline"
"""The ``estado`` of an agent who left without saying why."""


class Atendente(Vagas):
    """An agent."""

    __slots__ = ()

    def estado(self) -> AtendenteEstado:
        return AtendenteEstado(self.row, len(self._ocupadas))

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
        self._teto = teto(depois)
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
        if row.excluido_em is not None:
            group.excluidos.add(row.id)
        group.atendentes.pop(row.id, None)
        group.filas_de.pop(row.id, None)
        group.online.discard(row.id)
        group.disponiveis.discard(row.id)
        if group.emails.get(row.email) == row.id:
            del group.emails[row.email]
