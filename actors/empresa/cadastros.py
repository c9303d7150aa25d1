"""The set-up of an empresa: its people, filas, canais and equipes, and what it can set of itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, TypeVar

from msgspec.structs import replace

from actors.atendente.atendente import Atendente
from actors.atendente.comandos import (
    AtendenteEstado,
    CriarAtendente,
    GarantirAtendente,
    ListarAtendentes,
    RevogarAcesso,
    VerAtendente,
)
from actors.canal.canal import Canal
from actors.canal.comandos import CanalEstado, CriarCanal, ListarCanais
from actors.canal.segredos import com_segredos
from actors.contatos.contatos import Contatos
from actors.diretorio.vinculos import vincular
from actors.empresa.comandos import AtualizarEmpresa, VerEmpresa
from actors.equipe.comandos import CriarEquipe, EquipeEstado, ListarEquipes
from actors.equipe.equipe import Equipe
from actors.fila.comandos import CriarFila, FilaEstado, ListarFilas
from actors.fila.estado import fila_estado
from actors.fila.fila import Fila
from engine import eventos, presenca
from engine.acesso import atendente_excluido
from engine.canais import separar
from engine.errors import Conflict, Detalhe, Invalid, NotFound
from engine.eventos import Alcance, publicar
from engine.modelo import (
    AUSENTE,
    AcessoRow,
    AtendenteRow,
    CanalRow,
    CanalSegredosRow,
    EmpresaConfigRow,
    EmpresaRow,
    EquipeRow,
    FilaRow,
    MembroRow,
    Quem,
)
from engine.remendo import com_campos
from engine.runtime import Actor, Ref, handles
from engine.tempo import iso
from engine.vistas import atendente_vista, canal_vista, empresa_vista, equipe_vista, fila_vista, json_text

FILA_PADRAO = "Geral"

A = TypeVar("A", bound=Actor)


class Cadastros(Contatos):
    """The part of an Empresa that makes actors other than tickets, and lists them."""

    __slots__ = ()

    row: EmpresaRow

    # -- the empresa itself ------------------------------------------------------------------------------------------

    @handles(VerEmpresa)
    def ver_empresa(self, _: VerEmpresa) -> EmpresaRow:
        return self.row

    @handles(AtualizarEmpresa)
    def atualizar_empresa(self, comando: AtualizarEmpresa) -> EmpresaRow:
        antes, depois = self.row, com_campos(self.row, comando)
        if depois == antes:
            return antes
        _exigir_estados(depois.estados)
        row = replace(depois, atualizada_em=self.now())
        self.become(row)
        self.save(
            EmpresaConfigRow(
                row.id,
                row.nome,
                row.janela_reabertura,
                row.capacidade_padrao,
                row.atualizada_em,
                row.pais_padrao,
                row.estados,
                row.contatos_visiveis,
            )
        )
        self.once_released(partial(self.group.empresa_mudou, row))
        evento = eventos.EmpresaAtualizada(empresa_vista(row))
        publicar(self, comando.quem, evento, mudancas=eventos.mudancas_da_empresa(antes, row))
        return row

    # -- atendentes ------------------------------------------------------------------------------------------------

    @handles(CriarAtendente)
    def criar_atendente(self, comando: CriarAtendente) -> AtendenteEstado:
        atendente_id = comando.id or self.group.ids.novo()
        if atendente_id in self.group.diretorio.atendentes:
            raise Conflict("atendente_existe", "Já há um atendente com este id")
        self.group.acesso.exigir_email_livre(comando.email, atendente_id)
        excluido_em = self.group.acesso.excluidos.get(atendente_id)
        if excluido_em is not None:  # it is back; what it could show before it went is not
            self.save(AcessoRow(self.row.id, atendente_id, excluido_em))
        return self._novo_atendente(
            comando.quem, atendente_id, comando.nome, comando.email, comando.capacidade, comando.habilidades
        )

    @handles(GarantirAtendente)
    def garantir_atendente(self, comando: GarantirAtendente) -> AtendenteEstado | None:
        quem = comando.quem
        if quem.id is None:
            raise NotFound("atendente_nao_encontrado", "Este token não diz quem é o usuário")
        atendente = self.group.diretorio.atendentes.get(quem.id)
        if atendente is not None:
            atendente.forward(VerAtendente(quem=quem, atendente_id=quem.id), self.defer())
            return None
        if quem.id in self.group.acesso.excluidos:
            raise atendente_excluido()
        email = quem.email or f"{quem.id}@sem-email.invalid"
        if self.group.acesso.email_de_outro(email, quem.id):
            email = f"{quem.id}@sem-email.invalid"  # its address is taken: the agent must not be locked out for that
        nome = email.partition("@")[0] or email
        return self._novo_atendente(quem, quem.id, nome, email, self.row.capacidade_padrao, ())

    def _novo_atendente(
        self, quem: Quem, id_: str, nome: str, email: str, capacidade: int, habilidades: tuple[str, ...]
    ) -> AtendenteEstado:
        now, group, fila_id = self.now(), self.group, self.group.diretorio.fila_padrao
        row = AtendenteRow(
            self.row.id,
            id_,
            nome,
            email,
            capacidade,
            habilidades,
            False,
            AUSENTE,
            None,
            False,
            None,
            now,
            now,
            now,
            None,
        )
        atendente = Atendente(group, self.ref, row).ref
        self.save(row)
        self.once_released(partial(group.chegou, row, atendente))
        vincular(self, group, [MembroRow(self.row.id, fila_id, id_, True)])
        publicar(self, quem, eventos.AtendenteCriado(atendente_vista(row, 0)), Alcance(atendente_id=id_))
        return AtendenteEstado(row, 0)

    @handles(RevogarAcesso)
    def revogar_acesso(self, comando: RevogarAcesso) -> AcessoRow:
        row = AcessoRow(self.row.id, comando.usuario_id, self.now())
        self.save(row)
        self.once_released(partial(self.group.acesso.revogou, row))
        evento = eventos.AcessoRevogado(row.usuario_id, iso(row.vale_desde))
        publicar(self, comando.quem, evento, Alcance(atendente_id=row.usuario_id))
        return row

    @handles(ListarAtendentes)
    def listar_atendentes(self, comando: ListarAtendentes) -> list[AtendenteEstado]:
        todos = self.group.diretorio.atendentes
        quais = todos.values() if comando.ids is None else [todos[id_] for id_ in comando.ids if id_ in todos]
        return [AtendenteEstado(row, self.group.distribuicao.ativos(row.id)) for row in _por_nome(quais)]

    # -- filas -----------------------------------------------------------------------------------------------------

    @handles(CriarFila)
    def criar_fila(self, comando: CriarFila) -> FilaEstado:
        return self._criar_fila(comando, padrao=False)

    def _criar_fila(self, comando: CriarFila, *, padrao: bool) -> FilaEstado:
        now = self.now()
        row = FilaRow(
            self.row.id,
            self.group.ids.novo(),
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
        fila = Fila(self.group, self.ref, row).ref
        self.save(row)
        self.once_released(partial(self.group.abriu_fila, row, fila))
        publicar(self, comando.quem, eventos.FilaCriada(fila_vista(row)), Alcance(fila_id=row.id))
        return FilaEstado(row, (), 0)

    @handles(ListarFilas)
    def listar_filas(self, _: ListarFilas) -> list[FilaEstado]:
        return [fila_estado(self.group, row) for row in _por_nome(self.group.diretorio.filas.values())]

    # -- canais ----------------------------------------------------------------------------------------------------

    @handles(CriarCanal)
    def criar_canal(self, comando: CriarCanal) -> CanalEstado:
        if comando.fila_id is not None:
            self.group.diretorio.fila(comando.fila_id)
        now = self.now()
        aberto, segredo = separar(comando.tipo, comando.config)
        segredos = com_segredos({}, aberto, segredo)
        row = CanalRow(
            self.row.id,
            self.group.ids.novo(),
            comando.nome,
            comando.tipo,
            comando.fila_id,
            comando.ativo,
            json_text(aberto),
            now,
            now,
        )
        canal = Canal(self.group, self.ref, row, segredos)
        self.save(row)
        if segredos:
            self.save(CanalSegredosRow(self.row.id, row.id, json_text(segredos)))
        self.once_released(partial(self.group.abriu_canal, row.id, canal.ref))
        nomes = tuple(sorted(segredos))
        publicar(self, comando.quem, eventos.CanalCriado(canal_vista(row, nomes)), Alcance(fila_id=row.fila_id))
        return CanalEstado(row, nomes)

    @handles(ListarCanais)
    def listar_canais(self, _: ListarCanais) -> list[CanalEstado]:
        return [canal.estado() for canal in _atores(Canal, self.group.diretorio.canais.values())]

    # -- equipes ---------------------------------------------------------------------------------------------------

    @handles(CriarEquipe)
    def criar_equipe(self, comando: CriarEquipe) -> EquipeEstado:
        now = self.now()
        row = EquipeRow(self.row.id, self.group.ids.novo(), comando.nome, comando.descricao, now, now)
        equipe = Equipe(self.group, self.ref, row).ref
        self.save(row)
        self.once_released(partial(self.group.formou_equipe, row.id, equipe))
        publicar(self, comando.quem, eventos.EquipeCriada(equipe_vista(row)))
        return EquipeEstado(row, (), ())

    @handles(ListarEquipes)
    def listar_equipes(self, _: ListarEquipes) -> list[EquipeEstado]:
        return [equipe.estado() for equipe in _atores(Equipe, self.group.diretorio.equipes.values())]


def _exigir_estados(nomes: Sequence[str]) -> None:
    """Raise Invalid if one of an empresa's own estados is known already, or is there twice."""
    repetido = presenca.repetido(nomes)
    if repetido is not None:
        problema = f'"{repetido}" já existe: retire-o (todas as empresas têm {", ".join(presenca.CONHECIDOS)})'
        raise Invalid("estado_repetido", f"estados: {problema}", (Detalhe("estados", problema),))


def _por_nome(refs: Iterable[Ref]) -> list[Any]:
    """The rows of these actors, by name."""
    return sorted(
        (row for ref in refs if (row := ref.published(object)) is not None), key=lambda row: (row.nome, row.id)
    )


def _atores(classe: type[A], refs: Iterable[Ref]) -> list[A]:
    """The actors, by name."""
    atores = [ator for ref in refs if isinstance(ator := ref.actor, classe)]
    return sorted(atores, key=lambda ator: (ator.row.nome, ator.row.id))
