"""``balcao token``: print a token."""

from __future__ import annotations

from typing import get_args

import click

from balcao.ajustes.carga import carregar
from balcao.ajustes.leitores import duracao, escolha
from balcao.comandos.tipos import Lido, identificador, opcao_dados, trocas
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
      conector            entrega mensagens recebidas dos contatos

    \b
    Exemplos:
      balcao token --empresa 0198c5f0-1d2e-7abc-8def-0123456789ab --papel admin
      ADMIN=$(balcao token --empresa $EMPRESA --papel admin --validade 1h)
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
    "--validade", metavar="DURAÇÃO", type=Lido("DURAÇÃO", duracao), help="Como 7d, 12h, 30m (JWT_EXPIRATION; 7d)."
)
@opcao_dados
def comando(
    empresa: str, usuario: str | None, email: str | None, papel: Papel, validade: int | None, dados: str | None
) -> None:
    """Only the token goes to standard output; with which key it was signed, to the other."""
    ajustes = carregar(trocas=trocas(BALCAO_DADOS=dados))
    relogio = SystemClock()
    usuario = usuario or UuidV7(relogio).novo()
    validade = validade or ajustes.jwt_expiration_ms
    click.echo(f"assinado com a chave de {ajustes.jwt_secret_de}", err=True)
    click.echo(emitir(ajustes.jwt_secret, empresa, usuario, email, papel, validade, relogio.now()))
