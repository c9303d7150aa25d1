"""One simulation: what is asked comes in (see :mod:`engine.simulacao.pedido`), the answer goes out, and that is all.

It gives way to everything else on the machine, and ends by itself when it has used up its time of CPU.
"""

from __future__ import annotations

import os
import resource
import sys

import msgspec

from balcao.simulador.limites import CPU_S, GENTILEZA, MEMORIA
from engine.simulacao.pedido import Pagina, PedidoDeSimulacao, simular_pedido


def main() -> None:
    os.nice(GENTILEZA)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORIA, MEMORIA))
    primeira, *outras = sys.stdin.buffer.read().splitlines()
    pedido = msgspec.json.decode(primeira, type=PedidoDeSimulacao)
    paginas = (msgspec.json.decode(linha, type=Pagina) for linha in outras)
    feita = simular_pedido(pedido, [um for pagina in paginas for um in pagina])
    sys.stdout.buffer.write(msgspec.json.encode(feita))


main()
