"""The documents of an empresa: kept, each change a version, looked at against all that they name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from actors.diretorio.empresa_viva import EmpresaViva
from actors.documentos.comandos import (
    CriarDocumento,
    ExcluirDocumento,
    GravarDocumento,
    ListarDocumentos,
    VerDocumento,
)
from actors.documentos.mensagens import TrocarNosDocumentos
from engine import eventos
from engine.documentos.cenario import Cenario, Vizinho
from engine.documentos.diferencas import diferencas
from engine.documentos.especie import Especie
from engine.documentos.especies import ESPECIES, POR_TIPO
from engine.errors import Conflict, Detalhe, Invalid, NotFound
from engine.eventos import publicar
from engine.modelo import DocumentoRow, EmpresaRow, Quem, TipoCanal
from engine.runtime import Stateful

_MOSTRADOS: Final = 50
"""Problems told at once."""


class DocumentosDaEmpresa:
    __slots__ = ("_ator", "_viva")

    def __init__(self, ator: Stateful[EmpresaRow], viva: EmpresaViva) -> None:
        self._ator = ator
        self._viva = viva

    def listar(self, comando: ListarDocumentos) -> list[DocumentoRow]:
        rows = self._viva.documentos.rows(comando.tipo).values()
        return sorted(rows, key=lambda row: (row.nome.casefold(), row.id))

    def ver(self, comando: VerDocumento) -> DocumentoRow:
        return self._achar(comando.tipo, comando.documento_id)

    def criar(self, comando: CriarDocumento) -> DocumentoRow:
        especie, viva, now = POR_TIPO[comando.tipo], self._viva, self._ator.now()
        if len(viva.documentos.rows(comando.tipo)) >= especie.maximo:
            problema = f"Já há {especie.maximo}, que é o máximo: exclua um antes de criar {especie.um}"
            raise Conflict("documentos_demais", problema)
        row = DocumentoRow(viva.name, comando.tipo, viva.ids.novo(), comando.nome, comando.dados, 1, now, now)
        self._exigir_que_possa_ser(especie, row)
        self._guardar(comando.quem, None, row)
        return row

    def gravar(self, comando: GravarDocumento) -> DocumentoRow:
        antes = self._achar(comando.tipo, comando.documento_id)
        if comando.versao is not None and comando.versao != antes.versao:
            problema = f"está na versão {antes.versao}; leia-o de novo e refaça a mudança sobre ele"
            raise Conflict("versao_do_documento", f"versao: {problema}", (Detalhe("versao", problema),))
        row = replace(antes, nome=comando.nome, dados=comando.dados)
        if row == antes:
            return antes
        self._exigir_que_possa_ser(POR_TIPO[comando.tipo], row)
        return self._mudar(comando.quem, antes, row)

    def excluir(self, comando: ExcluirDocumento) -> None:
        antes = self._achar(comando.tipo, comando.documento_id)
        usos = self._viva.documentos.usos(antes.id)
        if usos:
            raise Conflict("documento_em_uso", "Está em uso e não pode ser excluído", tuple(usos))
        now = self._ator.now()
        self._guardar(comando.quem, antes, replace(antes, versao=antes.versao + 1, atualizado_em=now, excluido_em=now))

    def trocar(self, m: TrocarNosDocumentos) -> None:
        """Ids are unlike anything else that a document says, so they are changed wherever they stand in it."""
        for antes in self._viva.documentos.que_citam(m.de):
            dados = _sem_repetir(msgspec.json.decode(antes.dados.replace(m.de, m.para)))
            self._mudar(m.quem, antes, replace(antes, dados=msgspec.json.encode(dados).decode()))

    def _mudar(self, quem: Quem, antes: DocumentoRow, row: DocumentoRow) -> DocumentoRow:
        row = replace(row, versao=antes.versao + 1, atualizado_em=self._ator.now())
        self._guardar(quem, antes, row)
        return row

    def _guardar(self, quem: Quem, antes: DocumentoRow | None, row: DocumentoRow) -> None:
        acao: eventos.AcaoDeConfiguracao = (
            "criado" if antes is None else "atualizado" if row.excluido_em is None else "excluido"
        )
        self._ator.save(row)
        self._ator.once_released(partial(self._viva.documentos.mudou, row))
        evento = eventos.ConfiguracaoAtualizada(row.tipo, row.id, row.nome, row.versao, acao)
        publicar(self._ator, quem, evento, mudancas=diferencas(POR_TIPO[row.tipo], antes, row))

    def _achar(self, tipo: str, id_: str) -> DocumentoRow:
        row = self._viva.documentos.rows(tipo).get(id_)
        if row is None:
            raise NotFound("documento_nao_encontrado", f"Não há {POR_TIPO[tipo].um} com este id")
        return row

    # -- what can be -------------------------------------------------------------------------------------------------

    def _exigir_que_possa_ser(self, especie: Especie[Any], row: DocumentoRow) -> None:
        """Raise Invalid or Conflict unless it can be kept."""
        outros = {id_: um for id_, um in self._viva.documentos.rows(row.tipo).items() if id_ != row.id}
        if any(um.nome.casefold() == row.nome.casefold() for um in outros.values()):
            problema = "já há outro com este nome; escolha um que não haja"
            raise Conflict("documento_existe", f"nome: {problema}", (Detalhe("nome", problema),))
        achados = list(especie.problemas(especie.ler(row.dados), self._cenario(row)))
        if achados:
            resto = f" (e mais {len(achados) - 1})" if len(achados) > 1 else ""
            mensagem = f"{achados[0].campo}: {achados[0].problema}{resto}"
            raise Invalid("documento_invalido", mensagem, tuple(achados[:_MOSTRADOS]))

    def _cenario(self, row: DocumentoRow) -> Cenario:
        diretorio, saindo = self._viva.diretorio, self._viva.saindo.keys()
        return Cenario(
            diretorio.filas.keys() - saindo,
            diretorio.equipes.keys() - saindo,
            diretorio.atendentes.keys() - saindo,
            _canais(self._viva),
            {uma.tipo: self._vizinhos(uma, row.id) for uma in ESPECIES},
            self._ator.now(),
        )

    def _vizinhos(self, especie: Especie[Any], menos: str) -> Mapping[str, Vizinho]:
        rows, lidos = self._viva.documentos.rows(especie.tipo), self._viva.documentos.de(especie)
        return {id_: Vizinho(rows[id_].nome, documento) for id_, documento in lidos.items() if id_ != menos}


def _canais(viva: EmpresaViva) -> dict[str, TipoCanal]:
    tipos = ((id_, viva.diretorio.tipo_do_canal(id_)) for id_ in viva.diretorio.canais.keys() - viva.saindo.keys())
    return {id_: tipo for id_, tipo in tipos if tipo is not None}


def _sem_repetir(valor: Any) -> Any:
    """Of a list of texts, each once: what took another's place may have been there already."""
    if isinstance(valor, dict):
        return {chave: _sem_repetir(um) for chave, um in valor.items()}
    if isinstance(valor, list):
        return list(dict.fromkeys(valor)) if all(isinstance(um, str) for um in valor) else [*map(_sem_repetir, valor)]
    return valor
