"""The policy of a fila: every change of it is a version, and is told."""

from __future__ import annotations

from functools import partial
from typing import Final

from msgspec.structs import replace

from actors.diretorio.empresa_viva import EmpresaViva
from actors.exclusao.mensagens import TrocarEquipe, TrocarFila
from actors.fila.cenario import cenario
from actors.fila.comandos_politica import GravarPolitica, PoliticaEstado, PrepararSimulacao, VerificarPolitica
from engine import eventos
from engine.errors import Conflict, Detalhe, Invalid
from engine.eventos import Alcance, publicar
from engine.modelo import FilaRow, PoliticaVersaoRow, Quem
from engine.politica import documento
from engine.politica.aviso import Aviso
from engine.politica.cenario import Cenario
from engine.politica.da_fila import politica_de
from engine.politica.exame import como_se_escreve, problemas
from engine.politica.modelo import Politica
from engine.politica.trocas import com_outra_equipe, com_outra_fila
from engine.politica.verificacao import avisos
from engine.runtime import Stateful
from engine.vistas import fila_vista

_MOSTRADOS: Final = 50
"""Problems told at once."""


class PoliticaDaFila:
    """What a Fila does about its policy. Whatever changes its row does so through :meth:`mudar`."""

    __slots__ = ("_ator", "_viva")

    def __init__(self, ator: Stateful[FilaRow], viva: EmpresaViva) -> None:
        self._ator = ator
        self._viva = viva

    def estado(self) -> PoliticaEstado:
        row = self._ator.row
        return PoliticaEstado(row, avisos(politica_de(row), self._cenario()))

    def gravar(self, comando: GravarPolitica) -> PoliticaEstado:
        row, ao_lado = self._ator.row, self._cenario()
        _exigir_versao(row, comando.versao)
        _exigir_que_possa_ser(comando.documento, ao_lado)
        politica = como_se_escreve(comando.documento, ao_lado.estados)
        if politica == politica_de(row):
            return PoliticaEstado(row, avisos(politica, ao_lado))
        versao = self.mudar(comando.quem, documento.na_fila(row, politica), comando.motivo, comando.restaurada_de)
        return PoliticaEstado(self._ator.row, avisos(politica, ao_lado), versao)

    def verificar(self, comando: VerificarPolitica) -> tuple[Aviso, ...]:
        ao_lado = self._cenario()
        if comando.documento is None:
            return avisos(politica_de(self._ator.row), ao_lado)
        _exigir_que_possa_ser(comando.documento, ao_lado)
        return avisos(comando.documento, ao_lado)

    def trocar_fila(self, m: TrocarFila) -> None:
        """A fila is deleted, and another takes its place, also where tickets go to it from here."""
        row = self._ator.row
        self._trocar(m, com_outra_fila(politica_de(row), m.de, m.para, row.id))

    def trocar_equipe(self, m: TrocarEquipe) -> None:
        """The same of an equipe."""
        self._trocar(m, com_outra_equipe(politica_de(self._ator.row), m.de, m.para))

    def _trocar(self, m: TrocarFila | TrocarEquipe, politica: Politica) -> None:
        row = self._ator.row
        if politica != politica_de(row):
            self.mudar(m.quem, documento.na_fila(row, politica), m.motivo)

    def preparar_simulacao(self, comando: PrepararSimulacao) -> int:
        _exigir_que_possa_ser(comando.documento, self._cenario())
        return self._ator.now()

    def mudar(
        self, quem: Quem, depois: FilaRow, motivo: str | None = None, restaurada_de: int | None = None
    ) -> PoliticaVersaoRow | None:
        """Have the fila so from now on. The answer is the version that this makes of its policy, if it differs."""
        ator, antes = self._ator, self._ator.row
        if depois == antes:
            return None
        versao = self._versionar(quem, antes, depois, motivo, restaurada_de)
        numero = antes.versao_politica if versao is None else versao.versao
        ator.become(replace(depois, versao_politica=numero, atualizada_em=ator.now()))
        ator.once_released(partial(self._viva.distribuicao.fila_mudou, ator.row))
        mudancas, alcance = eventos.mudancas_da_fila(antes, depois), Alcance(fila_id=depois.id)
        if mudancas:
            publicar(ator, quem, eventos.FilaAtualizada(fila_vista(ator.row)), alcance, mudancas)
        if versao is not None:
            evento = eventos.PoliticaAtualizada(depois.id, versao.versao, motivo, restaurada_de)
            publicar(ator, quem, evento, alcance, documento.diferencas(politica_de(antes), politica_de(depois)))
        return versao

    def _versionar(
        self, quem: Quem, antes: FilaRow, depois: FilaRow, motivo: str | None, restaurada_de: int | None
    ) -> PoliticaVersaoRow | None:
        """Write the version down, and the first one when it is left: until then the fila itself says it."""
        politica = politica_de(depois)
        if politica == politica_de(antes):
            return None
        if antes.versao_politica == 1:
            self._ator.save(documento.primeira_versao(antes))
        versao = PoliticaVersaoRow(
            antes.empresa_id,
            antes.id,
            antes.versao_politica + 1,
            documento.texto(politica),
            quem.id,
            self._ator.now(),
            motivo,
            restaurada_de,
        )
        self._ator.save(versao)
        return versao

    def _cenario(self) -> Cenario:
        return cenario(self._viva, self._ator.row.id)


def _exigir_versao(row: FilaRow, versao: int | None) -> None:
    if versao is not None and versao != row.versao_politica:
        problema = f"a política está na versão {row.versao_politica}; leia-a de novo e refaça a mudança sobre ela"
        raise Conflict("versao_da_politica", f"versao: {problema}", (Detalhe("versao", problema),))


def _exigir_que_possa_ser(politica: Politica, ao_lado: Cenario) -> None:
    achados = problemas(politica, ao_lado)
    if achados:
        resto = f" (e mais {len(achados) - 1})" if len(achados) > 1 else ""
        mensagem = f"{achados[0].campo}: {achados[0].problema}{resto}"
        raise Invalid("politica_invalida", mensagem, tuple(achados[:_MOSTRADOS]))
