"""What a canal is set to, as visitors need it: kept for a moment, and dropped as soon as it changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from actors.canal.comandos import VerConexao
from actors.no.entrega import fora_do_ar
from actors.no.no import No
from engine.conector.config_do_chat import TEXTOS, e_cor
from engine.errors import NotFound
from engine.ids import is_uuid
from engine.modelo import CanalRow, Quem
from engine.ports import StoreError
from web.chat._origens import ler_origens
from web.pedido.tempo_de_resposta import TempoDeResposta
from web.webhooks import LugaresDosCanais

Nomes = Literal["primeiro", "completo", "nenhum"]

LEMBRADOS: Final = 5_000
FRESCO_S: Final = 30.0
TITULO: Final = "Atendimento"
COR: Final = "#1f6feb"
_ler: Final = msgspec.json.Decoder(dict[str, Any]).decode


class CanalDoChat(Struct, frozen=True):
    """``arquivos_antes``: visitors may send files before anybody has answered. ``nomes``: what visitors see of who
    answers them. ``mostrar_posicao``: they see where they stand in line.
    """

    empresa_id: str
    id: str
    origens: tuple[str, ...]
    titulo: str
    cor: str
    saudacao: str | None
    horario: str | None
    arquivos_antes: bool
    nomes: Nomes
    mostrar_posicao: bool = True

    @property
    def quem(self) -> Quem:
        """As whom visitors are spoken for."""
        return Quem(self.empresa_id, None, "conector")


def ler_canal(row: CanalRow) -> CanalDoChat:
    config = _ler(row.config)
    cor = config.get("cor")
    nomes = config.get("nomes")
    return CanalDoChat(
        empresa_id=row.empresa_id,
        id=row.id,
        origens=ler_origens(config.get("origens")),
        titulo=_texto(config, "titulo") or TITULO,
        cor=cor.strip() if isinstance(cor, str) and e_cor(cor.strip()) else COR,
        saudacao=_texto(config, "saudacao"),
        horario=_texto(config, "horario"),
        arquivos_antes=config.get("arquivosAntes") is True,
        nomes=nomes if nomes in {"completo", "nenhum"} else "primeiro",
        mostrar_posicao=config.get("mostrarPosicao") is not False,
    )


def _texto(config: dict[str, Any], nome: str) -> str | None:
    valor = config.get(nome)
    return (valor.strip()[: TEXTOS[nome]] or None) if isinstance(valor, str) else None


class CanaisDoChat:
    """``_mudancas`` counts the changes: what was being read meanwhile is not kept."""

    def __init__(
        self, no: No, lugares: LugaresDosCanais, tempo: TempoDeResposta, relogio: Callable[[], float] = monotonic
    ) -> None:
        self._no = no
        self._lugares = lugares
        self._tempo = tempo
        self._relogio = relogio
        self._lembrados: OrderedDict[str, tuple[CanalDoChat, float]] = OrderedDict()
        self._mudancas = 0

    async def de(self, canal_id: str) -> CanalDoChat:
        """The canal of an id as somebody has written it. Raises NotFound if there is none, or it takes nothing."""
        canal_id = canal_id.lower()
        if not is_uuid(canal_id):
            raise canal_nao_encontrado()
        lembrado = self._lembrados.get(canal_id)
        if lembrado is not None and self._relogio() - lembrado[1] < FRESCO_S:
            self._lembrados.move_to_end(canal_id)
            return lembrado[0]
        mudancas = self._mudancas
        canal = await self._tempo.exigir(self._achar(canal_id), muda=False)
        if mudancas == self._mudancas:
            self._lembrados[canal_id] = (canal, self._relogio())
            if len(self._lembrados) > LEMBRADOS:
                self._lembrados.popitem(last=False)
        return canal

    def esquecer(self, canal_id: str) -> None:
        self._mudancas += 1
        self._lembrados.pop(canal_id, None)

    async def _achar(self, canal_id: str) -> CanalDoChat:
        try:
            lugares = await self._lugares.do_canal(canal_id)
        except StoreError as erro:
            raise fora_do_ar(erro) from erro
        for empresa_id, _ in lugares:
            try:
                conexao = await self._no.pedir(VerConexao(quem=Quem(empresa_id, None, "conector"), canal_id=canal_id))
            except NotFound:
                continue
            if conexao.row.tipo == "webchat" and conexao.row.ativo:
                return ler_canal(conexao.row)
        raise canal_nao_encontrado()


def canal_nao_encontrado() -> NotFound:
    return NotFound("canal_nao_encontrado", "Não há um chat neste endereço")
