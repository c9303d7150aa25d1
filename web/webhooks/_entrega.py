"""One webhook, given to the canais that it concerns: each keeps its own, if its secret signs the whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from actors.canal.comandos import ReceberWebhook
from actors.no.no import No
from engine.conector.webhooks_whatsapp import Alvo, Envelope
from engine.errors import Forbidden, NotFound
from engine.modelo import Quem
from web.pedido.tempo_de_resposta import TempoDeResposta
from web.webhooks._lugares import Lugar

RECUSAS_MAXIMO: Final = 100
"""Canais that are asked of one webhook and say that it is not signed for them: each works over all of its bytes."""


class Recado(Struct, frozen=True):
    """A webhook as it came. ``cabecalhos`` have names in lower case; ``envelope`` is None where nothing of it can be
    told apart, and it is one canal's as a whole.
    """

    corpo: bytes
    cabecalhos: Mapping[str, str]
    url: str
    envelope: Envelope | None = None

    @property
    def alvos(self) -> tuple[Alvo, ...]:
        return () if self.envelope is None else self.envelope.alvos


class Entrega:
    """``confirmado``: some canal's secret signs it. ``recusa``: why one has not taken it. ``estranhou``: a canal that
    should have something of it has not, so that what was known of it is old.
    """

    def __init__(self, no: No, tempo: TempoDeResposta, recado: Recado, alvos: Iterable[Alvo] | None = None) -> None:
        self._no = no
        self._tempo = tempo
        self._recado = recado
        self._alvos = tuple(recado.alvos if alvos is None else alvos)
        self._tomados: set[Alvo] = set()
        self._vistos: set[Lugar] = set()
        self._recusas = 0
        self.confirmado = False
        self.estranhou = False
        self.recusa: Forbidden | NotFound | None = None

    @property
    def sobras(self) -> tuple[Alvo, ...]:
        """What nobody has taken yet."""
        return tuple(alvo for alvo in self._alvos if alvo not in self._tomados)

    @property
    def guardado(self) -> bool:
        """Whether anything of it is kept by a canal."""
        return bool(self._tomados) or (self.confirmado and not self._alvos)

    async def oferecer(self, lugares: Iterable[Lugar], *, no_endereco: bool = False) -> None:
        """Give each what is its own: a number is of the first whose secret signs it, an account of all of those.

        Raises what keeps a canal from answering: what has been taken stays so, and is known if it comes again.
        """
        for lugar in lugares:
            if lugar in self._vistos or self._recusas >= RECUSAS_MAXIMO:
                continue
            self._vistos.add(lugar)
            por_dar = tuple(
                alvo for alvo in self._alvos if alvo.tipo == "conta" or alvo not in self._tomados
            )  # fmt: skip
            if por_dar or not self._alvos:
                await self._a_um(lugar, por_dar, no_endereco=no_endereco)

    async def _a_um(self, lugar: Lugar, alvos: tuple[Alvo, ...], *, no_endereco: bool) -> None:
        empresa_id, canal_id = lugar
        recado = self._recado
        comando = ReceberWebhook(
            quem=Quem(empresa_id, None, "conector"),
            canal_id=canal_id,
            corpo=recado.corpo,
            tipo_de_conteudo=recado.cabecalhos.get("content-type", "")[:200],
            cabecalhos=recado.cabecalhos,
            url=recado.url,
            envelope=recado.envelope,
            alvos=alvos,
            no_endereco=no_endereco,
        )
        try:
            tomados = await self._tempo.exigir(self._no.pedir(comando), muda=True)
        except Forbidden as erro:
            self.recusa = erro
            self._recusas += 1
        except NotFound as erro:
            self.recusa = self.recusa or erro
            self.estranhou = True
        else:
            self.confirmado = True
            self.estranhou = self.estranhou or not tomados
            self._tomados.update(tomados)
