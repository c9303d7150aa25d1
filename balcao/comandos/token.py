"""``balcao token``: print a token."""

from __future__ import annotations

from typing import get_args

import click

from balcao.ajustes.carga import carregar
from balcao.ajustes.leitores import duracao, escolha
from balcao.comandos.tipos import Lido, identificador, opcao_dados, trocas
from balcao.erros import ErroDeUso
from balcao.tela.ajuda import ComandoClick
from engine.ids import UuidV7
from engine.modelo import Papel
from engine.tempo import SystemClock
from web.portaria.autenticacao import emitir

_PAPEIS = {papel: papel for papel in get_args(Papel) if papel != "sistema"}


@click.command(
    "token",
    cls=ComandoClick,
    short_help="Emite um token de acesso.",
    help="""Emite um token assinado com JWT_SECRET (sem ela, com a chave guardada em BALCAO_DADOS) e o imprime. Na saída
    de erros diz com qual das chaves: o servidor só o aceita se usa a mesma.

    A empresa passa a existir com o primeiro pedido que a use; o usuário do token é o próprio atendente.

    \b
    Papéis:
      admin, supervisor   configuram filas e atendentes e veem todos os tickets
      atendente           atende os tickets das suas filas; só muda o próprio status
      conector            liga canais a um serviço de fora: entrega o que os contatos escrevem, leva o que se responde

    Um conector serve os canais de --canal (sem nenhum, todos os da empresa). Como se escreve um: docs/connectors.md.

    \b
    Exemplos:
      balcao token --empresa 0198c5f0-1d2e-7abc-8def-0123456789ab --papel admin
      ADMIN=$(balcao token --empresa $EMPRESA --papel admin --validade 1h)
      balcao token --empresa $EMPRESA --papel conector --canal $CANAL --validade 365d
      curl -H "Authorization: Bearer $ADMIN" http://127.0.0.1:3001/atendimento/tickets""",
)
@click.option("--empresa", required=True, metavar="UUID", type=Lido("UUID", identificador), help="A empresa.")
@click.option("--usuario", metavar="UUID", type=Lido("UUID", identificador), help="O usuário; sem ele, um novo.")
@click.option("--email", metavar="E-MAIL", help="O e-mail do usuário.")
@click.option(
    "--papel", default="atendente", metavar="PAPEL", type=Lido("PAPEL", escolha(_PAPEIS)), show_default=True,
    help="admin, supervisor, atendente ou conector.",
)  # fmt: skip
@click.option(
    "--canal", "canais", multiple=True, metavar="UUID", type=Lido("UUID", identificador),
    help="De um conector: um canal que ele serve; pode ser repetido.",
)  # fmt: skip
@click.option("--segredos", is_flag=True, help="De um conector: recebe também o que é segredo na config dos canais.")
@click.option(
    "--validade", metavar="DURAÇÃO", type=Lido("DURAÇÃO", duracao), help="Como 7d, 12h, 30m (JWT_EXPIRATION; 7d)."
)
@opcao_dados
def comando(
    empresa: str,
    usuario: str | None,
    email: str | None,
    papel: Papel,
    canais: tuple[str, ...],
    segredos: bool,
    validade: int | None,
    dados: str | None,
) -> None:
    """Only the token goes to standard output; with which key it was signed, to the other."""
    if papel != "conector" and (canais or segredos):
        raise ErroDeUso("--canal e --segredos são de um conector", "use --papel conector, ou tire-os")
    ajustes = carregar(trocas=trocas(BALCAO_DADOS=dados))
    relogio = SystemClock()
    usuario = usuario or UuidV7(relogio).novo()
    validade = validade or ajustes.jwt_expiration_ms
    click.echo(f"assinado com a chave de {ajustes.jwt_secret_de}", err=True)
    agora = relogio.now()
    click.echo(
        emitir(ajustes.jwt_secret, empresa, usuario, email, papel, validade, agora, canais, segredos=segredos)
    )  # fmt: skip
