"""Words: how much, how many, who, and why somebody is not given a ticket."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from engine.distribuicao.exigencia import Pedidas
from engine.modelo import FilaRow, TicketRow
from engine.politica.da_fila import politica_de
from engine.politica.habilidades import chave

Nomes = Callable[[str], str | None]
"""What an atendente or a fila is called, by its id; None where that is not known any more."""

_PASSADO: Final[Mapping[str, tuple[str, str]]] = {
    "livre": ("também podia", "também podiam"),
    "lotado": ("estava lotado", "estavam lotados"),
    "maximo_do_canal": ("tinha o máximo deste tipo de canal", "tinham o máximo deste tipo de canal"),
    "canal_excluido": ("atendia um canal que exclui este", "atendiam um canal que exclui este"),
    "offline": ("estava offline", "estavam offline"),
    "indisponivel": ("não estava disponível", "não estavam disponíveis"),
    "fora_do_turno": ("estava fora do turno", "estavam fora do turno"),
    "sem_habilidade": ("não tinha {exige}", "não tinham {exige}"),
    "anel": ("só o receberia depois de mais espera", "só o receberiam depois de mais espera"),
    "reservado": ("não o podia receber, guardado para outro", "não o podiam receber, guardado para outro"),
    "limite": ("já tinha recebido o limite da fila", "já tinham recebido o limite da fila"),
    "aquecimento": ("já tinha o máximo do aquecimento da fila", "já tinham o máximo do aquecimento da fila"),
    "devolveu": ("o tinha devolvido", "o tinham devolvido"),
    "recusou": ("o tinha recusado", "o tinham recusado"),
    "saindo": ("estava sendo excluído", "estavam sendo excluídos"),
    "parado": ("estava com defeito", "estavam com defeito"),
    "fora_da_fila": ("não atendia a fila", "não atendiam a fila"),
}  # fmt: skip


def barrados(quantos: Mapping[str, int], exige: str) -> str:
    """``3 estavam lotados, 1 estava offline``: how many something kept away, the most frequent first."""
    ordem = sorted(quantos.items(), key=lambda par: (-par[1], par[0]))
    return ", ".join(f"{n} {_PASSADO[motivo][n > 1].format(exige=exige)}" for motivo, n in ordem)


def habilidades(pedidas: Pedidas, nomes: Mapping[str, str]) -> str:
    """``inglês ≥ 3 e vendas``; ``nomes`` are as people write them, by key. Level 1 goes without saying."""
    return juntos(
        f"{nomes.get(qual, qual)} ≥ {nivel}" if nivel > 1 else nomes.get(qual, qual) for qual, nivel in pedidas
    )


def escritas(fila: FilaRow | None, row: TicketRow) -> dict[str, str]:
    """Skills as people write them, by key: those that the policy of a fila names, and those that the ticket does."""
    das_regras = [] if fila is None else [uma.nome for regra in politica_de(fila).habilidades for uma in regra.exige]
    do_ticket = row.rota.habilidades if row.rota is not None else None
    return {chave(nome): nome for nome in (*das_regras, *(uma.nome for uma in do_ticket or ()))}


def juntos(partes: Iterable[str], ultimo: str = "e") -> str:
    """``A, B e C``."""
    todas = list(partes)
    return f" {ultimo} ".join((", ".join(todas[:-1]), todas[-1])) if len(todas) > 1 else "".join(todas)


def alguns(ids: Sequence[str], nomes: Nomes, ultimo: str = "e", mais: int = 0, ate: int = 3) -> str:
    """``Ana, Bia e mais 4``: the first by name, the others counted; ``mais``: how many there are beside ``ids``."""
    ditos = [pessoa(id_, nomes) for id_ in ids[:ate]]
    resto = len(ids) - len(ditos) + mais
    if resto:
        ditos.append(f"mais {resto}" if ditos else f"{resto}")
    return juntos(ditos, ultimo)


def pessoa(id_: str | None, nomes: Nomes) -> str:
    return (None if id_ is None else nomes(id_)) or "um atendente"


def fila(id_: str | None, nomes: Nomes) -> str:
    nome = None if id_ is None else nomes(id_)
    return "uma fila que já não existe" if nome is None else f"a fila {nome}"


def em_fila(id_: str, nomes: Nomes) -> str:
    return f"n{fila(id_, nomes)}" if nomes(id_) is not None else "em uma fila que já não existe"


def duracao(ms: float) -> str:
    """``40 s``, ``3 min``, ``2 h 5 min``, ``3 dias``."""
    segundos = max(0, round(ms / 1000))
    if segundos < 120:
        return f"{segundos} s"
    minutos = segundos // 60
    if minutos < 60:
        return f"{minutos} min"
    horas, minutos = divmod(minutos, 60)
    if horas < 48:
        return f"{horas} h {minutos} min" if minutos else f"{horas} h"
    return f"{horas // 24} dias"


def momento(ms: int) -> str:
    """``29/11 às 08:00 (UTC)``."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%d/%m às %H:%M (UTC)")


def numero(valor: float) -> str:
    """``1,5``, ``2``."""
    return f"{valor:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def frase(texto: str) -> str:
    """A sentence begins with a capital and ends with a stop."""
    texto = texto[:1].upper() + texto[1:]
    return texto if texto.endswith(".") else f"{texto}."
