"""How many uploads run at once: of each empresa, and in all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from engine.errors import Unavailable
from web.resposta.erros import TooManyRequests

POR_EMPRESA: Final = 8
AO_TODO: Final = 32
_TENTE_EM: Final = 2


class Vagas:
    """Each upload holds one while it lasts. What it costs (a file on the disk, pieces in memory) is bounded so."""

    def __init__(self, por_empresa: int = POR_EMPRESA, ao_todo: int = AO_TODO) -> None:
        self._por_empresa = por_empresa
        self._ao_todo = ao_todo
        self._ocupadas: Counter[str] = Counter()

    @contextmanager
    def uma(self, empresa_id: str) -> Iterator[None]:
        """Hold one for the block.

        Raises:
            TooManyRequests: this empresa has enough of them.
            Unavailable: all together have.
        """
        if self._ocupadas[empresa_id] >= self._por_empresa:
            mensagem = f"Esta empresa já tem {self._por_empresa} envios de arquivos em andamento; tente de novo"
            raise TooManyRequests("envios_demais", mensagem, _TENTE_EM)
        if self._ocupadas.total() >= self._ao_todo:
            raise Unavailable("envios_demais", "Há envios de arquivos demais em andamento; tente de novo", _TENTE_EM)
        self._ocupadas[empresa_id] += 1
        try:
            yield
        finally:
            self._ocupadas[empresa_id] -= 1
            if not self._ocupadas[empresa_id]:
                del self._ocupadas[empresa_id]
