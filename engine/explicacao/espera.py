"""What a ticket waits for, in sentences: why it is still there, and what would free it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from engine.distribuicao.escolha import Motivo
from engine.distribuicao.esperando import Agente, AnelPorVir, Esperando
from engine.explicacao.palavras import Nomes, alguns, duracao, em_fila, fila, frase, habilidades, juntos, momento
from engine.explicacao.vista import HabilidadePedida, habilidades_pedidas
from engine.tempo import iso, iso_or_none

_DO_CANAL: Final[Mapping[Motivo, str]] = {
    "maximo_do_canal": "termine um ticket deste tipo de canal, de que já tem o máximo",
    "canal_excluido": "termine o que atende por um canal que exclui o deste",
}
_UM_DIA: Final = 86_400_000


class AgenteVista(Struct, frozen=True, rename="camel"):
    """``apto``: it may have the ticket, but for its presence and its room; ``soEm``: only what waits until then;
    ``turnoEm``: when its shift lets it have anything again; ``arremateAte``: when the first of its wrap-ups ends.
    """

    atendente_id: str
    nome: str | None
    porque_nao: str | None
    apto: bool
    vagas_usadas: float
    capacidade: int
    so_em: str | None
    turno_em: str | None
    arremate_ate: str | None


class AnelVista(Struct, frozen=True, rename="camel"):
    """A ring that is to come, and what it makes easier."""

    numero: int
    em: str
    dispensa: tuple[str, ...]
    reduz_nivel: int
    equipes: tuple[str, ...]
    pontos: int


class EsperandoVista(Struct, frozen=True, rename="camel", kw_only=True):
    """``agentes`` are up to 20 of the fila, who might have it first; ``outros`` how many more, by what keeps them.
    ``posicao`` is null while it is offered to somebody. ``saiEm``: then it goes to ``saiPara``, or is closed.
    """

    fila_id: str
    fila_nome: str | None
    desde: str
    na_fila_desde: str
    posicao: int | None
    aguardando: int
    exige: tuple[HabilidadePedida, ...]
    agentes: tuple[AgenteVista, ...]
    outros: dict[str, int]
    automatica: bool
    aberta: bool
    abre_em: str | None
    aneis: tuple[AnelVista, ...]
    guardado_para: str | None
    guardado_ate: str | None
    ofertado_a: tuple[str, ...]
    ofertado_ate: str | None
    limite_ate: str | None
    aquece_ate: str | None
    sai_em: str | None
    sai_para: str | None


def esperando_vista(e: Esperando, nomes: Nomes, escritas: Mapping[str, str]) -> EsperandoVista:
    return EsperandoVista(
        fila_id=e.fila_id,
        fila_nome=nomes(e.fila_id),
        desde=iso(e.desde),
        na_fila_desde=iso(e.na_fila_desde),
        posicao=e.posicao,
        aguardando=e.aguardando,
        exige=habilidades_pedidas(e.exige, escritas),
        agentes=tuple(_agente(um, nomes) for um in e.agentes),
        outros=e.outros,
        automatica=e.automatica,
        aberta=e.aberta,
        abre_em=iso_or_none(e.muda_em),
        aneis=tuple(_anel(um) for um in e.aneis),
        guardado_para=e.guardado_para,
        guardado_ate=iso_or_none(e.guardado_ate),
        ofertado_a=e.ofertado_a,
        ofertado_ate=iso_or_none(e.ofertado_ate),
        limite_ate=iso_or_none(e.limite_ate),
        aquece_ate=iso_or_none(e.aquece_ate),
        sai_em=iso_or_none(e.sai_em),
        sai_para=e.sai_para,
    )


def _agente(um: Agente, nomes: Nomes) -> AgenteVista:
    return AgenteVista(
        um.atendente_id,
        nomes(um.atendente_id),
        um.porque_nao,
        um.apto,
        um.usado,
        um.capacidade,
        iso_or_none(um.so_em),
        iso_or_none(um.turno_em),
        iso_or_none(um.arremate_ate),
    )


def _anel(um: AnelPorVir) -> AnelVista:
    return AnelVista(um.numero, iso(um.em), um.dispensa, um.reduz_nivel, um.equipes, um.pontos)


def ids_da_espera(e: Esperando) -> set[str]:
    """All atendentes and filas that are named in it."""
    ids = {e.fila_id, e.guardado_para, e.sai_para, *e.ofertado_a, *(um.atendente_id for um in e.agentes)}
    return {id_ for id_ in ids if id_ is not None}


# -- in words ----------------------------------------------------------------------------------------------------------


def frases_da_espera(e: Esperando, nomes: Nomes, escritas: Mapping[str, str]) -> list[str]:
    """First how it stands, then what is missing, then what happens to it if nothing else does."""
    lugar = "" if e.posicao is None else f", {e.posicao}º da fila"
    ditas = [f"Espera há {_ha(e.desde, e.em)} {em_fila(e.fila_id, nomes)}{lugar}"]
    if e.posicao is None:
        ditas.append(_ofertado(e, nomes))
    else:
        ditas += _parado(e, nomes)
        podem = [um.atendente_id for um in e.agentes if um.porque_nao is None]
        if podem and (e.aberta or e.muda_em is not None):
            quando = "Já" if e.aberta else "Quando ela abrir,"
            ditas.append(f"{quando} {'podem' if len(podem) > 1 else 'pode'} recebê-lo: {alguns(podem, nomes)}")
        falta = ", ou ".join(_falta(e, nomes))
        ditas.append(f"Falta: {falta}" if falta else "")
        ditas += _ninguem(e, escritas)
    if e.sai_em is not None:
        para = "é encerrado" if e.sai_para is None else f"passa para {fila(e.sai_para, nomes)}"
        ditas.append(f"Se ninguém o receber, {para} {_em(e.sai_em, e.em)}")
    return [frase(uma) for uma in ditas if uma]


def _ofertado(e: Esperando, nomes: Nomes) -> str:
    if e.ofertado_ate is None:
        return "Já tem quem o atenda, e será dele em um instante"
    return f"Foi ofertado a {alguns(e.ofertado_a, nomes)}, com prazo para responder {_em(e.ofertado_ate, e.em)}"


def _parado(e: Esperando, nomes: Nomes) -> Iterator[str]:
    """What keeps the whole of it back."""
    if not e.aberta:
        abre = "não tem hora para abrir" if e.muda_em is None else f"abre {_em(e.muda_em, e.em)}"
        yield f"A fila está fechada e {abre}"
    if not e.automatica:
        yield "A fila não distribui sozinha: falta que alguém o puxe, ou que o atribuam"
    if e.guardado_para is not None and e.guardado_ate is not None:
        dele, mais = alguns([e.guardado_para], nomes), duracao(e.guardado_ate - e.em)
        yield f"Está guardado para {dele}, que atendeu este contato por último, por mais {mais}"


def _falta(e: Esperando, nomes: Nomes) -> Iterator[str]:
    """Each thing that would free it."""
    yield from _sem_lugar(e, nomes)
    ausentes = _aptos(e, "offline", "indisponivel")
    if ausentes:
        yield f"que {alguns(ausentes, nomes, 'ou')} fique disponível"
    yield from _com_o_tempo(e, nomes)


def _sem_lugar(e: Esperando, nomes: Nomes) -> Iterator[str]:
    """What those would have to have room for who may have it and have none."""
    sem_vagas = [um.atendente_id for um in e.agentes if um.apto and um.porque_nao == "lotado" and not um.capacidade]
    cheios = [id_ for id_ in _aptos(e, "lotado") if id_ not in sem_vagas]
    if cheios or e.outros.get("lotado"):
        yield f"1 vaga de {alguns(cheios, nomes, 'ou', e.outros.get('lotado', 0))}"
    arrematam = [um for um in e.agentes if um.apto and um.porque_nao == "lotado" and um.arremate_ate is not None]
    for um in sorted(arrematam, key=lambda um: um.arremate_ate or 0)[:1]:
        yield f"o fim do arremate de {alguns([um.atendente_id], nomes)}, {_em(um.arremate_ate or 0, e.em)}"
    if sem_vagas:
        yield f"que {alguns(sem_vagas, nomes, 'ou')} tenha vagas (a capacidade é 0)"
    for motivo, remedio in _DO_CANAL.items():
        quais = _aptos(e, motivo)
        if quais:
            yield f"que {alguns(quais, nomes, 'ou')} {remedio}"


def _aptos(e: Esperando, *motivos: Motivo) -> list[str]:
    """Who may have it, but for these."""
    return [um.atendente_id for um in e.agentes if um.apto and um.porque_nao in motivos]


def _com_o_tempo(e: Esperando, nomes: Nomes) -> Iterator[str]:
    """What comes by itself."""
    de_turno = [um for um in e.agentes if um.apto and um.turno_em is not None]
    for um in sorted(de_turno, key=lambda um: um.turno_em or 0)[:1]:
        yield f"o turno de {alguns([um.atendente_id], nomes)}, {_em(um.turno_em or 0, e.em)}"
    if not de_turno and (fora := _aptos(e, "fora_do_turno")):
        yield f"um turno de {alguns(fora, nomes, 'ou')}"
    if e.limite_ate is not None and any(um.porque_nao == "limite" for um in e.agentes):
        yield f"o fim da janela do limite por atendente, {_em(e.limite_ate, e.em)}"
    if e.aquece_ate is not None and any(um.porque_nao == "aquecimento" for um in e.agentes):
        yield f"o fim do aquecimento da fila, {_em(e.aquece_ate, e.em)}"
    depois = [um for um in e.agentes if um.porque_nao == "anel"]
    if depois:
        primeiro = min(um.so_em for um in depois if um.so_em is not None)
        deles = alguns([um.atendente_id for um in depois if um.so_em == primeiro], nomes, "ou")
        yield f"mais {duracao(primeiro - e.em)} de espera, para {deles}"
    for anel in e.aneis[:2]:
        yield f"o anel {anel.numero} {_em(anel.em, e.em)}{_facilita(anel)}"


def _facilita(anel: AnelPorVir) -> str:
    partes = [f"dispensa {juntos(anel.dispensa)}"] if anel.dispensa else []
    if anel.reduz_nivel:
        partes.append(f"reduz em {anel.reduz_nivel} os níveis exigidos")
    if anel.equipes:
        partes.append("o abre a outras equipes")
    if anel.pontos:
        partes.append("aumenta a prioridade")
    return f", que {juntos(partes)}" if partes else ""


def _ninguem(e: Esperando, escritas: Mapping[str, str]) -> Iterator[str]:
    """What nobody has, where that is the reason."""
    if not e.agentes:
        yield "Ninguém atende esta fila"
    elif e.exige and any(not um.apto and um.so_em is None for um in e.agentes):
        mais = " mais" if any(um.apto or um.so_em is not None for um in e.agentes) else ""
        yield f"Ninguém{mais} da fila tem {habilidades(e.exige, escritas)}"


def _ha(desde: int, now: int) -> str:
    return "instantes" if now - desde < 5000 else duracao(now - desde)


def _em(quando: int, now: int) -> str:
    return f"em {momento(quando)}" if quando - now > _UM_DIA else f"em {duracao(quando - now)}"
