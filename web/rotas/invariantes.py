"""Whether all is as it must be: ``/atendimento/ops/invariantes``."""

from __future__ import annotations

from typing import Final

from actors.no.exames import COMPARADOS, NA_FILA, TEMPO_S
from engine import permissoes
from engine.invariantes.guardado import MAIS_NOVOS, NUMEROS_OLHADOS
from engine.invariantes.historia import JANELA
from web.pedido.rota import Documento, Pedido, Rotas
from web.resposta.exames import MOSTRADOS, ExameVisto, exame_visto

rotas = Rotas("Operação")

DOS_INVARIANTES: Final[Documento] = {
    "description": (
        "Para admin ou supervisor. As treze regras que nunca podem ser quebradas, conferidas na empresa do token "
        "enquanto ela trabalha. O que está em memória é todo olhado, em partes de poucos milissegundos e com descanso "
        f"entre elas; do banco, os últimos {JANELA} eventos um a um, os últimos {NUMEROS_OLHADOS} eventos e números de "
        f"tickets contados, os {MAIS_NOVOS} tickets e mensagens mais novos, e {COMPARADOS} tickets abertos de cada "
        "vez, comparados com a memória. Só é dito o que estava errado nas duas vezes em que foi olhado; de cada regra, "
        f"os primeiros {MOSTRADOS} achados. Um exame leva até {TEMPO_S:.0f} s: com `completo` falso, nem tudo foi "
        "olhado. "
        "O servidor faz um exame de cada vez: quem pede o da mesma empresa recebe o que está em curso, e o de outra "
        f"espera a vez; se mais de {NA_FILA} esperam, a resposta é 503 com `Retry-After`."
    )
}


@rotas.get(
    "/ops/invariantes",
    resumo="Conferir o que nunca pode ser quebrado",
    ato=permissoes.CONFIGURAR,
    documento=DOS_INVARIANTES,
    demora=True,
)
async def conferir(p: Pedido) -> ExameVisto:
    return exame_visto(await p.exames.examinar(p.quem.empresa_id))
