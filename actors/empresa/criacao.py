"""How the people, filas, canais and equipes of an empresa come to be. (Tickets: :mod:`actors.empresa.abertura`.)"""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace

from actors.atendente.atendente import Atendente
from actors.atendente.comandos import (
    AtendenteEstado,
    CriarAtendente,
    GarantirAtendente,
    RevogarAcesso,
    VerAtendente,
)
from actors.atendente.habilidades import com_habilidades
from actors.canal.canal import Canal
from actors.canal.comandos import CanalEstado, CriarCanal
from actors.canal.segredos import com_segredos, cru, nomes
from actors.diretorio.empresa_viva import EmpresaViva
from actors.diretorio.vinculos import vincular
from actors.equipe.comandos import CriarEquipe, EquipeEstado
from actors.equipe.equipe import Equipe
from actors.fila.comandos import CriarFila, FilaEstado
from actors.fila.fila import Fila
from engine import eventos
from engine.acesso import atendente_excluido
from engine.canais import separar
from engine.conector.segredos import proprios
from engine.errors import Conflict, NotFound
from engine.eventos import Alcance, publicar
from engine.modelo import (
    AUSENTE,
    AcessoRow,
    AtendenteRow,
    CanalRow,
    CanalSegredosRow,
    EmpresaRow,
    EquipeRow,
    FilaRow,
    MembroRow,
    Quem,
)
from engine.presenca import estado_desde
from engine.runtime import Stateful
from engine.tempo import iso
from engine.vistas import atendente_vista, canal_vista, equipe_vista, fila_vista, json_text


class Criacao:
    """Makes the actors of an empresa, other than its tickets: each row, its actor, its place in the directory."""

    __slots__ = ("_ator", "_viva")

    def __init__(self, ator: Stateful[EmpresaRow], viva: EmpresaViva) -> None:
        self._ator = ator
        self._viva = viva

    # -- atendentes ------------------------------------------------------------------------------------------------

    def criar_atendente(self, comando: CriarAtendente) -> AtendenteEstado:
        viva = self._viva
        atendente_id = comando.id or viva.ids.novo()
        if atendente_id in viva.diretorio.atendentes:
            raise Conflict("atendente_existe", "Já há um atendente com este id")
        viva.acesso.exigir_email_livre(comando.email, atendente_id)
        excluido_em = viva.acesso.excluidos.get(atendente_id)
        if excluido_em is not None:  # it is back; what it could show before it went is not
            self._ator.save(AcessoRow(viva.name, atendente_id, excluido_em))
        row = self._row_de_atendente(atendente_id, comando.nome, comando.email, comando.capacidade)
        row = replace(row, habilidades=comando.habilidades, niveis=comando.niveis, turno=comando.turno)
        return self._novo_atendente(comando.quem, com_habilidades(row, comando.niveis))

    def garantir_atendente(self, comando: GarantirAtendente) -> AtendenteEstado | None:
        quem = comando.quem
        if quem.id is None:
            raise NotFound("atendente_nao_encontrado", "Este token não diz quem é o usuário")
        atendente = self._viva.diretorio.atendentes.get(quem.id)
        if atendente is not None:
            atendente.forward(VerAtendente(quem=quem, atendente_id=quem.id), self._ator.defer())
            return None
        if quem.id in self._viva.acesso.excluidos:
            raise atendente_excluido()
        email = quem.email or f"{quem.id}@sem-email.invalid"
        if self._viva.acesso.email_de_outro(email, quem.id):
            email = f"{quem.id}@sem-email.invalid"  # its address is taken: the agent must not be locked out for that
        nome = email.partition("@")[0] or email
        return self._novo_atendente(
            quem, self._row_de_atendente(quem.id, nome, email, self._ator.row.capacidade_padrao)
        )

    def _row_de_atendente(self, id_: str, nome: str, email: str, capacidade: int) -> AtendenteRow:
        now = self._ator.now()
        return AtendenteRow(
            self._viva.name, id_, nome, email, capacidade, (), False, AUSENTE, None, False, None, now, now, now, None
        )  # fmt: skip

    def _novo_atendente(self, quem: Quem, row: AtendenteRow) -> AtendenteEstado:
        ator, viva, id_ = self._ator, self._viva, row.id
        atendente = Atendente(viva, viva.diretorio.empresa, row).ref
        ator.save(row)
        ator.save(estado_desde(row, row.criado_em, quem))
        ator.once_released(partial(viva.chegou, row, atendente))
        vincular(ator, viva, [MembroRow(viva.name, viva.diretorio.fila_padrao, id_, True)])
        publicar(ator, quem, eventos.AtendenteCriado(atendente_vista(row, 0)), Alcance(atendente_id=id_))
        return AtendenteEstado(row, 0)

    def revogar_acesso(self, comando: RevogarAcesso) -> AcessoRow:
        row = AcessoRow(self._viva.name, comando.usuario_id, self._ator.now())
        self._ator.save(row)
        self._ator.once_released(partial(self._viva.acesso.revogou, row))
        conhecida = self._viva.avisos.gente.row(comando.usuario_id)
        if conhecida is not None:  # it is told nothing by its role until it comes again
            conhecida = replace(conhecida, papel=None)
            self._ator.save(conhecida)
            self._ator.once_released(partial(self._viva.avisos.conheceu, conhecida))
        evento = eventos.AcessoRevogado(row.usuario_id, iso(row.vale_desde))
        publicar(self._ator, comando.quem, evento, Alcance(atendente_id=row.usuario_id))
        return row

    # -- filas -----------------------------------------------------------------------------------------------------

    def criar_fila(self, comando: CriarFila, *, padrao: bool = False) -> FilaEstado:
        """``padrao``: it is the one that every empresa has."""
        ator, viva = self._ator, self._viva
        now = ator.now()
        row = FilaRow(
            viva.name,
            viva.ids.novo(),
            comando.nome,
            comando.descricao,
            comando.estrategia,
            comando.distribuicao_automatica,
            comando.ao_ficar_offline,
            comando.prioridade,
            padrao,
            now,
            now,
            None,
        )
        fila = Fila(viva, viva.diretorio.empresa, row).ref
        ator.save(row)
        ator.once_released(partial(viva.abriu_fila, row, fila))
        publicar(ator, comando.quem, eventos.FilaCriada(fila_vista(row)), Alcance(fila_id=row.id))
        return FilaEstado(row, (), 0)

    # -- canais ----------------------------------------------------------------------------------------------------

    def criar_canal(self, comando: CriarCanal) -> CanalEstado:
        ator, viva = self._ator, self._viva
        if comando.fila_id is not None:
            viva.diretorio.fila(comando.fila_id)
        now = ator.now()
        aberto, segredo = separar(comando.tipo, comando.config)
        nossos = proprios(comando.tipo, viva.ajustes.opcoes.sortear)
        aberto = {nome: cru(valor) for nome, valor in nossos.abertos.items() if nome not in segredo} | aberto
        segredos = com_segredos({nome: cru(valor) for nome, valor in nossos.secretos.items()}, aberto, segredo)
        row = CanalRow(
            viva.name,
            viva.ids.novo(),
            comando.nome,
            comando.tipo,
            comando.fila_id,
            comando.ativo,
            json_text(aberto),
            now,
            now,
        )
        canal = Canal(viva, viva.diretorio.empresa, row, segredos).ref
        ator.save(row)
        if segredos:
            ator.save(CanalSegredosRow(viva.name, row.id, json_text(segredos)))
        ator.once_released(partial(viva.abriu_canal, row.id, canal, nomes(segredos)))
        publicar(
            ator, comando.quem, eventos.CanalCriado(canal_vista(row, nomes(segredos))), Alcance(fila_id=row.fila_id)
        )
        return CanalEstado(row, nomes(segredos))

    # -- equipes ---------------------------------------------------------------------------------------------------

    def criar_equipe(self, comando: CriarEquipe) -> EquipeEstado:
        ator, viva = self._ator, self._viva
        now = ator.now()
        row = EquipeRow(viva.name, viva.ids.novo(), comando.nome, comando.descricao, now, now)
        equipe = Equipe(viva, viva.diretorio.empresa, row).ref
        ator.save(row)
        ator.once_released(partial(viva.formou_equipe, row.id, equipe))
        publicar(ator, comando.quem, eventos.EquipeCriada(equipe_vista(row)))
        return EquipeEstado(row, (), ())
