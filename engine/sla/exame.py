"""What keeps an SLA policy from being one, beyond the types of its fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from engine.calendario import lugares
from engine.documentos.cenario import Cenario, desconhecidos, repetidos
from engine.errors import Detalhe
from engine.sla.modelo import Escalonamento, PoliticaSla, Quando

_ACOES: Final = "elevarPrioridade, fila, devolver, atendente, avisar, webhook"


def problemas(politica: PoliticaSla, cenario: Cenario) -> Iterable[Detalhe]:
    """Each with the path of the field and the remedy."""
    yield from _dos_alvos(politica)
    yield from repetidos("alertasPorcento", map(str, politica.alertas_porcento))
    yield from de_quando(politica.quando, cenario)
    if politica.calendario is not None and politica.calendario not in cenario.de(lugares.TIPO):
        yield Detalhe("calendario", "não é o id de um calendário desta empresa; liste os que há, ou retire-o")
    for posicao, um in enumerate(politica.escalonamentos):
        yield from _do_escalonamento(f"escalonamentos[{posicao}]", um, politica, cenario)


def _dos_alvos(politica: PoliticaSla) -> Iterator[Detalhe]:
    alvos = (
        politica.primeira_resposta_segundos, politica.proxima_resposta_segundos, politica.resolucao_segundos,
    )  # fmt: skip
    if all(alvo is None for alvo in alvos):
        remedio = "diga primeiraRespostaSegundos, proximaRespostaSegundos ou resolucaoSegundos"
        yield Detalhe("primeiraRespostaSegundos", f"a política não promete nada: {remedio}")


def de_quando(quando: Quando, cenario: Cenario) -> Iterator[Detalhe]:
    """Which tickets a document is for: each id that there is nothing of."""
    yield from desconhecidos("quando.canalIds", quando.canal_ids, cenario.canais, "canal desta empresa")
    yield from desconhecidos("quando.filas", quando.filas, cenario.filas, "fila desta empresa")
    yield from desconhecidos("quando.equipes", quando.equipes, cenario.equipes, "equipe desta empresa")


def _do_escalonamento(campo: str, um: Escalonamento, politica: PoliticaSla, cenario: Cenario) -> Iterator[Detalhe]:
    if not (um.elevar_prioridade or um.fila or um.devolver or um.atendente or um.avisar or um.webhook):
        yield Detalhe(campo, f"não faz nada: diga ao menos um de {_ACOES}")
    if um.porcento is not None and um.em == "violado":
        yield Detalhe(f"{campo}.porcento", "só um alerta tem porcento; retire-o, ou use em: alerta")
    elif um.porcento is not None and um.porcento not in politica.alertas_porcento:
        yield Detalhe(f"{campo}.porcento", "não está em alertasPorcento; inclua-o lá, ou use um que esteja")
    if um.devolver and um.atendente is not None:
        yield Detalhe(f"{campo}.atendente", "ou devolver, ou atendente: retire um dos dois")
    if um.fila is not None and um.fila not in cenario.filas:
        yield Detalhe(f"{campo}.fila", "não é o id de uma fila desta empresa; liste as que há, ou retire-o")
    if um.atendente is not None and um.atendente not in cenario.atendentes:
        yield Detalhe(f"{campo}.atendente", "não é o id de um atendente desta empresa; liste os que há, ou retire-o")
    if um.webhook is not None and cenario.canais.get(um.webhook) != "webhook":
        yield Detalhe(f"{campo}.webhook", "não é o id de um webhook desta empresa; liste os que há, ou retire-o")
