"""What a canal is: its row and its secrets, how they change, and who uses it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from actors.canal.comandos import AtualizarCanal, CanalEstado, ConexaoDoCanal, ReceberNovidades, VerConexao
from actors.canal.segredos import Segredos, com_segredos, exigir_que_caiba, mudancas_dos_segredos, nomes
from actors.diretorio.empresa_viva import EmpresaViva
from actors.diretorio.inscricoes import esquecer
from actors.documentos.mensagens import TrocarNosDocumentos
from actors.exclusao.mensagens import TrocarCanal, TrocarFila
from engine import eventos
from engine.canais import separar
from engine.conector.entradas import Modelo, NovidadeDoCanal
from engine.conector.modelos import nomes_aprovados
from engine.conector.segredos import DO_SERVIDOR
from engine.conector.situacao_do_canal import ao_configurar, com_novidades, sabida, sem_conexao
from engine.errors import Detalhe
from engine.eventos import Alcance, publicar
from engine.modelo import CanalRow, CanalSegredosRow, ModelosRow, Quem
from engine.remendo import com_campos
from engine.runtime import Address, Ref, Stateful
from engine.vistas import canal_vista, json_text

_ler_objeto = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class CadastroDoCanal:
    """``_segredos`` change only with a turn that succeeded, so a crash leaves them as they were."""

    __slots__ = ("_ator", "_segredos", "_viva")

    em_uso = ("canal_em_uso", "O canal está em uso e não pode ser excluído")

    def __init__(self, ator: Stateful[CanalRow], viva: EmpresaViva, segredos: Segredos) -> None:
        self._ator = ator
        self._viva = viva
        self._segredos = segredos

    def estado(self) -> CanalEstado:
        return CanalEstado(self._ator.row, nomes(self._segredos))

    # -- changing --------------------------------------------------------------------------------------------------

    def regravar(self) -> None:
        """It was loaded, and is not as it was saved: what was in the open is so no longer."""
        self._ator.save(self._ator.row)
        self._gravar_segredos(json_text(self._segredos))

    def atualizar(self, comando: AtualizarCanal) -> CanalEstado:
        antes, segredos = self._ator.row, self._segredos
        if isinstance(comando.fila_id, str) and comando.fila_id != antes.fila_id:
            self._viva.diretorio.fila(comando.fila_id)
        if comando.config is not UNSET:
            aberto, secreto = separar(antes.tipo, comando.config)
            do_servidor = DO_SERVIDOR.get(antes.tipo, frozenset())
            de_antes = {nome: valor for nome, valor in _ler_objeto(antes.config).items() if nome in do_servidor}
            aberto = {nome: valor for nome, valor in de_antes.items() if nome not in secreto} | aberto
            segredos = com_segredos(segredos, aberto, secreto)
            exigir_que_caiba(aberto, segredos)
            comando = replace(comando, config=json_text(aberto))
        depois = com_campos(antes, comando)
        if depois.config != antes.config or segredos != self._segredos:
            depois = replace(depois, situacao=ao_configurar(antes.situacao, antes.tipo, antes.config, depois.config))
        elif depois.ativo != antes.ativo:
            depois = replace(depois, situacao=sem_conexao(antes.situacao))
        return self._tornar_se(comando.quem, depois, segredos)

    # -- whether and how it works --------------------------------------------------------------------------------------

    def conexao(self, comando: VerConexao) -> ConexaoDoCanal:
        return ConexaoDoCanal(self._ator.row, json_text(self._segredos) if comando.com_segredos else "{}")

    def segredo(self, nome: str) -> str | None:
        """A secret that is text."""
        valor = self._segredos.get(nome)
        lido: object = None if valor is None else msgspec.json.decode(valor)
        return lido if isinstance(lido, str) else None

    def valores(self) -> dict[str, object]:
        """All that is configured, the secrets too: it must not leave the turn."""
        abertos: dict[str, object] = msgspec.json.decode(self._ator.row.config)
        return abertos | {nome: msgspec.json.decode(valor) for nome, valor in self._segredos.items()}

    def trocar_segredos(self, segredos: Segredos) -> None:
        """Nothing is told: whoever asked for it does that."""
        self._gravar_segredos(json_text(segredos))
        self._ator.once_released(partial(self._guardar, segredos))

    def pausar(self, quem: Quem, motivo: str | None) -> CanalEstado:
        row = self._ator.row
        if row.pausado_em is not None:
            return self.estado()
        return self._tornar_se(quem, replace(row, pausado_em=self._ator.now(), pausa_motivo=motivo), self._segredos)

    def retomar(self, quem: Quem) -> CanalEstado:
        return self._tornar_se(quem, replace(self._ator.row, pausado_em=None, pausa_motivo=None), self._segredos)

    def receber_novidades(self, comando: ReceberNovidades) -> None:
        """What the provider says of the canal is kept, the latest of each kind, and told; if nothing can be sent any
        more the canal pauses.
        """
        for novidade in comando.novidades:
            if sabida(self._ator.row.situacao, novidade):
                continue
            dados = msgspec.Raw(json_text(novidade.dados).encode())
            evento = eventos.CanalNovidade(self._ator.row.id, novidade.tipo, dados)
            publicar(self._ator, comando.quem, evento, Alcance(fila_id=self._ator.row.fila_id))
        self._tornar_se(comando.quem, self._com_novidades(comando.novidades), self._segredos)
        if comando.modelos is not None:
            self._guardar_modelos(comando.modelos)

    def _guardar_modelos(self, modelos: tuple[Modelo, ...]) -> None:
        row, aprovados = self._ator.row, nomes_aprovados(modelos)
        self._ator.save(ModelosRow(row.empresa_id, row.id, json_text(modelos), aprovados, self._ator.now()))
        self._ator.once_released(partial(self._viva.modelos_mudaram, row.id, aprovados))

    def _com_novidades(self, novidades: tuple[NovidadeDoCanal, ...]) -> CanalRow:
        row = self._ator.row
        depois = replace(row, situacao=com_novidades(row.situacao, novidades))
        pausa = next((um for um in novidades if um.pausar), None)
        if pausa is None or depois.pausado_em is not None:
            return depois
        return replace(depois, pausado_em=self._ator.now(), pausa_motivo=pausa.motivo)

    def trocar_fila(self, m: TrocarFila) -> None:
        row = self._ator.row
        if row.fila_id == m.de:
            self._tornar_se(m.quem, replace(row, fila_id=m.para), self._segredos)

    def _tornar_se(self, quem: Quem, depois: CanalRow, segredos: Segredos) -> CanalEstado:
        """Take a new row and new secrets; publish only if something differs."""
        ator, antes = self._ator, self._ator.row
        dos_segredos = mudancas_dos_segredos(self._segredos, segredos)
        if depois != antes or dos_segredos:
            ator.become(replace(depois, atualizado_em=ator.now()))
            if dos_segredos:
                self._gravar_segredos(json_text(segredos))
                ator.once_released(partial(self._guardar, segredos))
            mudancas = eventos.mudancas_do_canal(antes, depois) | dos_segredos
            evento = eventos.CanalAtualizado(canal_vista(ator.row, nomes(segredos)))
            publicar(ator, quem, evento, Alcance(fila_id=depois.fila_id), mudancas)
        return CanalEstado(ator.row, nomes(segredos))

    def _gravar_segredos(self, texto: str) -> None:
        row = self._ator.row
        self._ator.save(CanalSegredosRow(row.empresa_id, row.id, texto))

    def _guardar(self, segredos: Segredos) -> None:
        self._segredos = segredos
        self._viva.diretorio.segredos[self._ator.row.id] = nomes(segredos)

    # -- deletion (an :class:`~actors.exclusao.exclusao.Excluivel`) --------------------------------------------------

    def exigir_substituto(self, id_: str) -> Ref:
        return self._viva.diretorio.canal(id_)

    def usos(self) -> list[Detalhe]:
        abertos = self._viva.contagens.abertos_por_canal.quantos(self._ator.row.id)
        remedio = "encerre-os antes, ou exclua com ?realocar=<id de outro canal>"
        tickets = [Detalhe("tickets", f"{abertos} ticket(s) em aberto vieram por ele: {remedio}")] if abertos else []
        return [*tickets, *self._viva.documentos.usos(self._ator.row.id)]

    def ocupado(self) -> bool:
        canal_id = self._ator.row.id
        abertos = self._viva.contagens.abertos_por_canal.quantos(canal_id) > 0
        return abertos or bool(self._viva.documentos.que_citam(canal_id))

    def a_trocar(self, para: str, quem: Quem) -> Iterator[tuple[str, Address, object]]:
        canal_id = self._ator.row.id
        troca = TrocarCanal(canal_id, para, quem)
        if self._viva.documentos.que_citam(canal_id):
            yield "documentos", self._viva.diretorio.empresa, TrocarNosDocumentos(canal_id, para, quem)
        for ticket_id in self._viva.contagens.abertos_por_canal.de(canal_id):
            yield ticket_id, self._viva.diretorio.tickets[ticket_id], troca

    def apagar(self, quem: Quem, no_lugar: str | None) -> None:  # noqa: ARG002
        """Its secrets are erased, and whoever was told by it is not any more."""
        ator = self._ator
        now = ator.now()
        ator.become(replace(ator.row, ativo=False, excluido_em=now, atualizado_em=now))
        if self._segredos:
            self._gravar_segredos("{}")
        if self._viva.diretorio.modelos.get(ator.row.id):
            ator.save(ModelosRow(ator.row.empresa_id, ator.row.id, "[]", (), now))
        for inscricao in self._viva.inscricoes.do_canal(ator.row.id):
            esquecer(ator, self._viva.inscricoes, inscricao)
        publicar(ator, quem, eventos.CanalExcluido(ator.row.id), Alcance(fila_id=ator.row.fila_id))
