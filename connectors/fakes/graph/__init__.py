"""A Graph API that behaves like Meta's, as far as WhatsApp goes: for tests, the demonstration and the benchmarks.

================  ==================================================================================
``falso``         the whole of it: serves, and sends what a contact writes
``rotas``         what it answers; ``validacao``, ``limites``, ``erros`` say what it refuses
``midias``        files, with addresses that expire
``correio``       webhooks: signed, sent again until they are taken
``entradas``      what contacts write, of every type
``roteiro``       what is to go wrong, and when
``livro``         its own book of what it accepted
``controle``      all of this for another process, under ``/_falso/``
``modelo``        numbers, contacts, behaviour
================  ==================================================================================

In a test::

    async with graph_no_ar() as graph:
        graph.roteiro.proximas("mensagens", Falta(cair="depois"))
        …                                   # the canal's urlBase is graph.base
        assert graph.livro.de("+5511999998888")[0].texto == "Olá"
"""

from connectors.fakes.graph.entradas import EXEMPLOS, Escrita
from connectors.fakes.graph.falso import GraphFalso, graph_no_ar
from connectors.fakes.graph.livro import Aceita, Livro
from connectors.fakes.graph.modelo import Comportamento, Contato, NumeroFalso
from connectors.fakes.graph.roteiro import Falta, Roteiro

__all__ = [
    "EXEMPLOS",
    "Aceita",
    "Comportamento",
    "Contato",
    "Escrita",
    "Falta",
    "GraphFalso",
    "Livro",
    "NumeroFalso",
    "Roteiro",
    "graph_no_ar",
]
