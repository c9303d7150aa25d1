"""What a job becomes, by what its connector answered, or did not answer in time."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from engine.conector.inscricoes import FIM_DA_INSCRICAO
from engine.conector.trabalhos import ClasseDeErro, Resultado
from engine.envios import entregas
from engine.envios.cargas import TRABALHOS
from engine.envios.estados import Saude
from engine.envios.politica import (
    DIA_MS,
    PASSAGEIROS,
    REPETIVEIS,
    Politica,
    recuar,
    recuar_do_contato,
)
from engine.modelo import CanalRow, EnvioRow

PERDAS_NO_MAXIMO: Final = 10
"""How often what can be repeated is handed out though its connector is lost each time; then that is a failure of its
own: it may be what ends the connector.
"""
CANAL_EXCLUIDO: Final = "canal_excluido"
"""The code of what its canal left behind."""
_ERRO_MAXIMO: Final = 500
"""Characters of an error that are kept."""


class Desfeito(Struct, frozen=True):
    """What follows from an answer: the job as it is now; until when (ms) nothing is sent to its contact, and by its
    canal; why the canal has to be paused; what it says of the channel.
    """

    row: EnvioRow
    contato_ate: int | None = None
    canal_ate: int | None = None
    pausar: str | None = None
    saude: Saude = "nada"


def entregar_a(row: EnvioRow, conector: str, now: int, politica: Politica) -> EnvioRow:
    """The job in the hands of a connector."""
    return replace(
        row,
        estado="enviando",
        conector=conector,
        tentativas=row.tentativas + 1,
        proxima_em=None,
        prazo=now + politica.arrendamento,
        atualizado_em=now,
    )


def julgar(row: EnvioRow, resultado: Resultado, now: int, sorteio: float, politica: Politica) -> Desfeito:
    """What ``resultado`` makes of a job that is in somebody's hands. ``sorteio``: drawn evenly from 0 to 1."""
    if row.trabalho == "entregar_webhook":
        feito, saude = entregas.julgar(row, resultado, now, sorteio)
        return Desfeito(feito, saude=saude)
    match resultado.desfecho:
        case "devolvido":
            return Desfeito(_de_volta(row, now, None))
        case "aceito" | "entregue" | "lido":
            return Desfeito(_feito(row, resultado, now), saude="boa")
        case "desconhecido":
            return duvidar(row, resultado.codigo, resultado.erro, now, sorteio, politica)
        case "falhou":
            return _falhou(row, resultado, now, sorteio, politica)


def duvidar(
    row: EnvioRow, codigo: str | None, erro: str | None, now: int, sorteio: float, politica: Politica
) -> Desfeito:  # fmt: skip
    """Nobody knows whether the provider has it. What can be repeated is; what is sent waits to hear of it."""
    if row.trabalho in REPETIVEIS or row.trabalho in PASSAGEIROS:
        return _tentar_de_novo(row, codigo or "sem_resposta", erro, now, sorteio, politica, None)
    depois = replace(
        _com_erro(row, codigo or "sem_resposta", erro or "O provedor não respondeu: pode ter sido enviada"),
        estado="desconhecido",
        duvidas=row.duvidas + 1,
        prazo=now + politica.espera_status,
        atualizado_em=now,
    )
    return Desfeito(depois, saude="ma")


def vencer(row: EnvioRow, now: int, sorteio: float, politica: Politica) -> Desfeito:
    """Its ``prazo`` has passed: nobody answered, or the provider did not speak of it."""
    if row.trabalho == "entregar_webhook":
        return Desfeito(entregas.perder(row, now))
    if row.estado == "enviando" and row.trabalho in REPETIVEIS and row.tentativas < PERDAS_NO_MAXIMO:
        return Desfeito(_de_volta(row, now, None))
    if row.estado == "enviando":  # which says nothing of the channel
        perdido = duvidar(
            row, "conector_perdido", "O conector não respondeu: pode ter sido enviada", now, sorteio, politica
        )
        return replace(perdido, saude="nada")
    sem_noticia = "O provedor não confirmou o envio: pode ter sido enviada"
    return _tentar_de_novo(row, "sem_confirmacao", sem_noticia, now, sorteio, politica, None)


def _feito(row: EnvioRow, resultado: Resultado, now: int) -> EnvioRow:
    estado: Literal["enviado", "entregue", "lido"] = (
        "enviado" if resultado.desfecho == "aceito" else "entregue" if resultado.desfecho == "entregue" else "lido"
    )
    return replace(
        row,
        estado=estado,
        id_externo=resultado.id_externo or row.id_externo,
        prazo=None,
        codigo=None,
        erro=None,
        atualizado_em=now,
        dados="" if row.mensagem_id is None else row.dados,
    )


def _falhou(row: EnvioRow, resultado: Resultado, now: int, sorteio: float, politica: Politica) -> Desfeito:
    """By the class of the failure (:data:`~engine.conector.trabalhos.ClasseDeErro`). Being too fast is no failure."""
    classe: ClasseDeErro = resultado.classe or "final"
    codigo, erro = resultado.codigo or classe, resultado.erro
    pedido = resultado.tentar_em_ms
    match classe:
        case "tentar":
            return _tentar_de_novo(row, codigo, erro, now, sorteio, politica, pedido)
        case "contato":
            ate = now + (pedido or recuar_do_contato(row.tentativas))
            return Desfeito(_de_volta(_com_erro(row, codigo, erro), now, ate), contato_ate=ate, saude="boa")
        case "numero":
            ate = now + (pedido or recuar(politica, row.tentativas, sorteio))
            return Desfeito(_de_volta(_com_erro(row, codigo, erro), now, ate), canal_ate=ate)
        case "canal":
            motivo = erro or f"O provedor recusa o canal ({codigo})"
            return Desfeito(_de_volta(_com_erro(row, codigo, erro), now, None), pausar=motivo)
        case "amanha":
            return Desfeito(_de_volta(_a_parte(_com_erro(row, codigo, erro)), now, now + DIA_MS), saude="boa")
        case "final" if row.trabalho == "enviar_push" and codigo in FIM_DA_INSCRICAO:
            return Desfeito(replace(cancelar(row, erro or codigo, now), codigo=codigo), saude="boa")
        case "modelo" | "final":
            return Desfeito(morrer(row, codigo, erro, now), saude="boa")


def _tentar_de_novo(
    row: EnvioRow, codigo: str, erro: str | None, now: int, sorteio: float, politica: Politica, pedido: int | None
) -> Desfeito:
    falhas = row.falhas + 1
    if row.trabalho in PASSAGEIROS or falhas >= politica.tentativas:
        return Desfeito(replace(morrer(row, codigo, erro, now), falhas=falhas), saude="ma")
    ate = now + max(pedido or 0, recuar(politica, falhas, sorteio))
    return Desfeito(replace(_de_volta(_com_erro(row, codigo, erro), now, ate), falhas=falhas), saude="ma")


def _a_parte(row: EnvioRow) -> EnvioRow:
    """In a lane of its own: what the contact does not get before tomorrow must not hold up what it can get today."""
    return row if "#" in row.raia else replace(row, raia=f"{row.raia}#{row.id}")


def _de_volta(row: EnvioRow, now: int, proxima_em: int | None) -> EnvioRow:
    return replace(row, estado="pendente", proxima_em=proxima_em, prazo=None, atualizado_em=now)


def morrer(row: EnvioRow, codigo: str, erro: str | None, now: int) -> EnvioRow:
    """A dead letter. Of what is worth something only now nothing is kept."""
    estado: Literal["cancelado", "falhou"] = "cancelado" if row.trabalho in PASSAGEIROS else "falhou"
    return replace(_com_erro(row, codigo, erro), estado=estado, proxima_em=None, prazo=None, atualizado_em=now)


def ressuscitar(row: EnvioRow, ordem: int, now: int) -> EnvioRow:
    """A dead letter that somebody wants tried again, at this place in line."""
    return replace(row, estado="pendente", ordem=ordem, falhas=0, proxima_em=None, prazo=None, atualizado_em=now)


def cancelar(row: EnvioRow, motivo: str, now: int) -> EnvioRow:
    """It is not to be sent any more."""
    return replace(
        row,
        estado="cancelado",
        codigo="cancelado",
        erro=motivo,
        proxima_em=None,
        prazo=None,
        dados="",
        atualizado_em=now,
    )


def abandonar(row: EnvioRow, now: int, herdeiro: CanalRow | None) -> EnvioRow:
    """Its canal is being deleted, and perhaps another takes its place. What came in and was not read is kept, to be
    seen. A message is a dead letter of the other, where people may send it by that; if there is none that sends
    messages, it is given up.
    """
    if row.linha == "entrada":
        return morrer(row, CANAL_EXCLUIDO, "O canal foi excluído antes de isto ser lido", now)
    motivo = "O canal foi excluído antes de ela sair" if row.estado == "pendente" else (
        "O canal foi excluído antes de se saber se ela saiu: pode ter sido enviada"
    )  # fmt: skip
    if row.mensagem_id is None or herdeiro is None or herdeiro.tipo not in TRABALHOS:
        return cancelar(row, motivo, now)
    de_arquivo = row.trabalho == "enviar_arquivo"
    morta = morrer(row, CANAL_EXCLUIDO, motivo, now)
    return replace(morta, canal_id=herdeiro.id, trabalho=TRABALHOS[herdeiro.tipo][de_arquivo], falhas=0)


def _com_erro(row: EnvioRow, codigo: str, erro: str | None) -> EnvioRow:
    return replace(row, codigo=codigo[:100], erro=None if erro is None else erro[:_ERRO_MAXIMO])
