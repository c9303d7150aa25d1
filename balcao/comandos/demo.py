"""``balcao demo``: a contact centre played against a running server."""

from __future__ import annotations

from typing import Literal, TypeVar

import click
import trio
from rich.console import Console

from balcao.ajustes.carga import carregar
from balcao.ajustes.leitores import duracao, escolha, inteiro, url
from balcao.comandos.tipos import Lido, opcao_dados, trocas
from balcao.demo import painel, resumo
from balcao.demo.execucao import executar
from balcao.demo.modelo import Opcoes
from balcao.erros import ErroDeUso
from balcao.tela import registro_log
from balcao.tela.ajuda import ComandoClick
from engine.errors import BalcaoError

E = TypeVar("E", bound=BaseException)


@click.command(
    "demo",
    cls=ComandoClick,
    short_help="Encena um atendimento inteiro contra um servidor no ar.",
    help="""Encena um atendimento inteiro contra um servidor no ar, por HTTP e WebSocket de verdade: os atendentes ficam
    online, os contatos escrevem ao acaso (processo de Poisson), recebem resposta, respondem, e cada conversa é
    resolvida. No fim confere com o servidor que nada se perdeu; termina com 1 se algo se perdeu.

    Cada vez usa uma empresa nova. Os tempos de pensar se ajustam para que os atendentes fiquem quase sempre ocupados.
    Derrube o servidor no meio e inicie-o de novo: a encenação continua de onde parou.

    Com --canal whatsapp cada mensagem faz o caminho inteiro: webhook assinado, fila de envio, conectores e de volta,
    por três números. O servidor e os conectores dele têm de estar nesta máquina.

    \b
    Exemplos:
      balcao demo
      balcao demo --duracao 20s --contatos 100 --atendentes 5
      balcao demo --canal whatsapp
      balcao demo --url http://127.0.0.1:8080""",
)
@click.option(
    "--duracao", "duracao_ms", default="60s", show_default=True, metavar="DURAÇÃO", type=Lido("DURAÇÃO", duracao),
    help="Por quanto tempo chegam contatos.",
)  # fmt: skip
@click.option(
    "--contatos", default="500", show_default=True, metavar="N", type=Lido("N", inteiro(1, 100_000)),
    help="Quantos contatos escrevem.",
)  # fmt: skip
@click.option(
    "--atendentes", default="20", show_default=True, metavar="N", type=Lido("N", inteiro(1, 500)),
    help="Quantos atendentes atendem.",
)  # fmt: skip
@click.option(
    "--url", "endereco", metavar="URL", type=Lido("URL", url("http")), help="O servidor (HOST e PORT dos ajustes)."
)
@click.option(
    "--canal", metavar="CANAL", type=Lido("CANAL", escolha({"whatsapp": "whatsapp"})),
    help="whatsapp: os contatos escrevem por uma Graph API de mentira, que a própria demonstração faz.",
)  # fmt: skip
@click.option("--semente", metavar="N", type=Lido("N", inteiro(0, 10**9)), help="Repete os mesmos sorteios.")
@opcao_dados
def comando(
    duracao_ms: int,
    contatos: int,
    atendentes: int,
    endereco: str | None,
    canal: Literal["whatsapp"] | None,
    semente: int | None,
    dados: str | None,
) -> int:
    """Play, then tell; 1 if something was lost."""
    ajustes = carregar(trocas=trocas(BALCAO_DADOS=dados))
    registro_log.configurar(ajustes.log_level, producao=ajustes.producao)
    opcoes = Opcoes(
        url=(endereco or ajustes.url).rstrip("/"),
        segredo=ajustes.jwt_secret,
        contatos=contatos,
        atendentes=atendentes,
        duracao_s=duracao_ms / 1000,
        canal=canal,
        semente=semente,
    )
    console = Console()
    try:
        with painel.aberto(console, opcoes) as vista:
            feito = trio.run(executar, opcoes, vista)
    except BaseExceptionGroup as grupo:
        raise _primeiro(grupo) from grupo
    resumo.contar(feito, console)
    return 0 if feito.perfeito else 1


def _primeiro(grupo: BaseExceptionGroup[BaseException]) -> BaseException:
    """What a group of a nursery's errors comes down to: an interruption, an error for people, or the first of them."""
    for tipo in (KeyboardInterrupt, ErroDeUso, BalcaoError, Exception):
        folhas = _folhas(grupo.subgroup(tipo))
        if folhas:
            return folhas[0]
    return grupo


def _folhas(erro: BaseException | None) -> list[BaseException]:
    if isinstance(erro, BaseExceptionGroup):
        return [folha for parte in erro.exceptions for folha in _folhas(parte)]
    return [] if erro is None else [erro]
