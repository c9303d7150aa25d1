"""The Canal: a way by which contacts write to an empresa, and its secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from actors.canal.comandos import AtualizarCanal, CanalEstado, ExcluirCanal, VerCanal
from actors.diretorio.empresa_viva import EmpresaViva
from actors.exclusao.realocacao import Pendencia, TrocarCanal, TrocarFila
from actors.exclusao.saida import Saida
from actors.protocolo import Iniciar
from engine import eventos
from engine.canais import BYTES_MAXIMO, NOMES_MAXIMO, separar
from engine.errors import Conflict, Detalhe
from engine.eventos import Alcance, publicar
from engine.modelo import CanalRow, CanalSegredosRow, Quem
from engine.remendo import com_campos
from engine.runtime import Ref, handles
from engine.vistas import canal_vista, json_text

Segredos = Mapping[str, msgspec.Raw]
"""The secrets of a canal by name, each JSON text as it was given."""

_NULO = b"null"
_decodificador = msgspec.json.Decoder(dict[str, msgspec.Raw])


def ler_segredos(texto: str) -> Segredos:
    """The secrets in a JSON object; null is none."""
    return {nome: valor.copy() for nome, valor in _decodificador.decode(texto).items() if bytes(valor) != _NULO}


def com_segredos(atuais: Segredos, aberto: Segredos, secreto: Segredos) -> Segredos:
    """The secrets after a change: each name of ``secreto`` replaces its value, null takes it away, and so does saying
    it in the open.
    """
    ficam = {nome: valor for nome, valor in atuais.items() if nome not in aberto and nome not in secreto}
    return ficam | {nome: valor for nome, valor in secreto.items() if bytes(valor) != _NULO}


def lido(row: CanalRow, segredos: Segredos) -> tuple[CanalRow, Segredos]:
    """A canal as it was saved, by what is secret now: a name that stood in the open is with the secrets."""
    aberto, secreto = separar(row.tipo, row.config)
    if not secreto:
        return row, segredos
    return replace(row, config=json_text(aberto)), {**com_segredos({}, {}, secreto), **segredos}


def mudancas_dos_segredos(antes: Segredos, depois: Segredos) -> eventos.Mudancas:
    """That the secret of a name changed, and nothing of what it was or is."""
    mudancas: eventos.Mudancas = {}
    for nome in sorted(antes.keys() | depois.keys()):
        velho, novo = antes.get(nome), depois.get(nome)
        if velho is None:
            mudancas[f"segredos.{nome}"] = (None, "definido")
        elif novo is None:
            mudancas[f"segredos.{nome}"] = ("definido", None)
        elif bytes(velho) != bytes(novo):
            mudancas[f"segredos.{nome}"] = ("definido", "alterado")
    return mudancas


def _exigir_que_caiba(aberto: Segredos, segredos: Segredos) -> None:
    """Secrets stay when they are not named: what is kept would grow with every change."""
    nomes, tamanho = len(aberto) + len(segredos), len(json_text(aberto)) + len(json_text(segredos))
    if nomes > NOMES_MAXIMO or tamanho > BYTES_MAXIMO:
        raise Conflict(
            "config_grande_demais",
            f"Com os segredos já guardados, o canal teria {nomes} nomes e {tamanho} bytes; o máximo são {NOMES_MAXIMO} "
            f"e {BYTES_MAXIMO}: apague os segredos que não usa, mandando null",
        )


class Canal(Saida):
    """A channel. ``_segredos`` are kept from everybody but the actor itself; they change only with a turn that
    succeeded, so a crash leaves them as they were.
    """

    __slots__ = ("_segredos",)

    em_uso = ("canal_em_uso", "O canal está em uso e não pode ser excluído")

    row: CanalRow

    def __init__(self, group: EmpresaViva, parent: Ref | None, row: CanalRow, segredos: Segredos) -> None:
        super().__init__(group, parent, row)
        self._segredos = segredos

    def estado(self) -> CanalEstado:
        return CanalEstado(self.row, tuple(sorted(self._segredos)))

    @handles(Iniciar)
    def iniciar(self, _: Iniciar) -> None:
        """It was loaded, and is not as it was saved: what was in the open is so no longer."""
        self.save(self.row)
        self.save(CanalSegredosRow(self.row.empresa_id, self.row.id, json_text(self._segredos)))

    @handles(VerCanal)
    def ver(self, _: VerCanal) -> CanalEstado:
        return self.estado()

    # -- changing --------------------------------------------------------------------------------------------------

    @handles(AtualizarCanal)
    def atualizar(self, comando: AtualizarCanal) -> CanalEstado:
        if isinstance(comando.fila_id, str) and comando.fila_id != self.row.fila_id:
            self.group.fila(comando.fila_id)
        segredos = self._segredos
        if comando.config is not UNSET:
            aberto, secreto = separar(self.row.tipo, comando.config)
            segredos = com_segredos(segredos, aberto, secreto)
            _exigir_que_caiba(aberto, segredos)
            comando = replace(comando, config=json_text(aberto))
        return self._tornar_se(comando.quem, com_campos(self.row, comando), segredos)

    def _tornar_se(self, quem: Quem, depois: CanalRow, segredos: Segredos) -> CanalEstado:
        """Take a new row and new secrets; publish only if something differs."""
        antes, dos_segredos = self.row, mudancas_dos_segredos(self._segredos, segredos)
        nomes = tuple(sorted(segredos))
        if depois != antes or dos_segredos:
            self.become(replace(depois, atualizado_em=self.now()))
            if dos_segredos:
                self.save(CanalSegredosRow(self.row.empresa_id, self.row.id, json_text(segredos)))
                self.once_released(partial(self._guardar, segredos))
            mudancas = eventos.mudancas_do_canal(antes, depois) | dos_segredos
            evento = eventos.CanalAtualizado(canal_vista(self.row, nomes))
            publicar(self, quem, evento, Alcance(fila_id=depois.fila_id), mudancas)
        return CanalEstado(self.row, nomes)

    def _guardar(self, segredos: Segredos) -> None:
        self._segredos = segredos

    @handles(TrocarFila)
    def trocar_fila(self, m: TrocarFila) -> None:
        if self.row.fila_id == m.de:
            self._tornar_se(m.quem, replace(self.row, fila_id=m.para), self._segredos)

    # -- deletion --------------------------------------------------------------------------------------------------

    @handles(ExcluirCanal)
    def excluir(self, comando: ExcluirCanal) -> None:
        self._sair(comando.quem, comando.realocar)

    def _do_mesmo_tipo(self, id_: str) -> Ref:
        return self.group.canal(id_)

    def _usos(self) -> list[Detalhe]:
        abertos = self.group.abertos_por_canal.quantos(self.row.id)
        remedio = "encerre-os antes, ou exclua com ?realocar=<id de outro canal>"
        return [Detalhe("tickets", f"{abertos} ticket(s) em aberto vieram por ele: {remedio}")] if abertos else []

    def _ocupado(self) -> bool:
        return self.group.abertos_por_canal.quantos(self.row.id) > 0

    def _a_trocar(self, saida: Pendencia) -> Iterator[tuple[str, Ref, object]]:
        troca = TrocarCanal(self.row.id, saida.para, saida.quem)
        for ticket_id in self.group.abertos_por_canal.de(self.row.id):
            yield ticket_id, self.group.tickets[ticket_id], troca

    def _excluir(self, quem: Quem, no_lugar: str | None) -> None:  # noqa: ARG002
        """Its secrets are erased."""
        now = self.now()
        self.become(replace(self.row, ativo=False, excluido_em=now, atualizado_em=now))
        if self._segredos:
            self.save(CanalSegredosRow(self.row.empresa_id, self.row.id, "{}"))
        publicar(self, quem, eventos.CanalExcluido(self.row.id), Alcance(fila_id=self.row.fila_id))

    def stopped(self) -> None:
        super().stopped()
        self.group.canais.pop(self.row.id, None)
