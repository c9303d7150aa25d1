"""The browsers by which people want to be told of the tickets that they attend, as each says so itself."""

from __future__ import annotations

from msgspec.structs import replace

from actors.diretorio.empresa_viva import EmpresaViva
from actors.diretorio.inscricoes import canais_de_push, esquecer, guardar
from actors.empresa.comandos import CancelarInscricao, InscreverPush, InscricoesDeAlguem, VerInscricoes
from engine.conector.inscricoes import INSCRICOES_MAXIMO, id_de_inscricao
from engine.errors import Conflict, NotFound
from engine.modelo import EmpresaRow, InscricaoRow, Quem
from engine.runtime import Stateful


class InscricoesDePush:
    __slots__ = ("_ator", "_viva")

    def __init__(self, ator: Stateful[EmpresaRow], viva: EmpresaViva) -> None:
        self._ator = ator
        self._viva = viva

    def inscrever(self, comando: InscreverPush) -> InscricaoRow:
        """The same browser again is the same subscription; of too many the oldest goes."""
        ator, viva = self._ator, self._viva
        nova = InscricaoRow(
            viva.name,
            id_de_inscricao(viva.name, comando.endpoint),
            _usuario(comando.quem),
            self._canal(comando.canal_id),
            comando.endpoint,
            comando.p256dh,
            comando.auth,
            ator.now(),
        )
        antes = viva.inscricoes.por_id(nova.id)
        if antes is not None and replace(nova, criada_em=antes.criada_em) == antes:
            return antes
        outras = [row for row in self._de(nova.atendente_id) if row.id != nova.id]
        for velha in outras[: max(0, len(outras) - INSCRICOES_MAXIMO + 1)]:
            esquecer(ator, viva.inscricoes, velha)
        guardar(ator, viva.inscricoes, nova)
        return nova

    def ver(self, comando: VerInscricoes) -> InscricoesDeAlguem:
        return InscricoesDeAlguem(self._de(comando.quem.id or ""), tuple(canais_de_push(self._viva.diretorio)))

    def cancelar(self, comando: CancelarInscricao) -> None:
        inscricao = self._viva.inscricoes.por_id(comando.inscricao_id)
        if inscricao is None or inscricao.atendente_id != comando.quem.id:
            raise NotFound("inscricao_nao_encontrada", "Inscrição não encontrada")
        esquecer(self._ator, self._viva.inscricoes, inscricao)

    def _de(self, usuario_id: str) -> tuple[InscricaoRow, ...]:
        """The oldest first."""
        return tuple(sorted(self._viva.inscricoes.de(usuario_id), key=lambda row: (row.criada_em, row.id)))

    def _canal(self, canal_id: str | None) -> str:
        """By which canal it is: the one that is named, or the one that there is."""
        diretorio = self._viva.diretorio
        if canal_id is not None:
            diretorio.canal(canal_id)
            if diretorio.tipo_do_canal(canal_id) != "push":
                raise Conflict("canal_nao_e_push", "Este canal não é de push")
            return canal_id
        ativos = canais_de_push(diretorio)
        if not ativos:
            raise Conflict("sem_canal_de_push", "A empresa não tem um canal de push ativo: um admin pode criar um")
        return ativos[0].id


def _usuario(quem: Quem) -> str:
    if quem.id is None:
        raise NotFound("atendente_nao_encontrado", "Este token não diz quem é o usuário")
    return quem.id
