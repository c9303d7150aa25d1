"""One picture: a report comes in as JSON, the picture that the argument names (``svg`` or ``png``) goes out."""

from __future__ import annotations

import os
import resource
import sys

from balcao.desenho.figura import desenhar
from balcao.desenho.limites import CPU_S, GENTILEZA, MEMORIA
from balcao.desenho.paineis import ler


def main() -> None:
    os.nice(GENTILEZA)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORIA, MEMORIA))
    sys.stdout.buffer.write(desenhar(ler(sys.stdin.buffer.read()), "png" if sys.argv[1:] == ["png"] else "svg"))


main()
