"""Waits, lengths and limits that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator

from engine.politica.aviso import Aviso
from engine.politica.cenario import Cenario
from engine.politica.modelo import Anel, Politica

Fim = tuple[int, str]
"""After so many seconds a ticket is not in the fila any more, because of that field."""


def da_espera(politica: Politica, cenario: Cenario) -> Iterator[Aviso]:  # noqa: ARG001  # one signature for all rules
    yield from _dos_aneis(politica)
    yield from _dos_transbordos(politica)
    yield from _da_afinidade(politica)
    yield from _dos_atrasos(politica)
    yield from _dos_limites(politica)
    yield from _da_mensagem(politica)


def fim_da_espera(politica: Politica) -> Fim | None:
    """When every ticket has left the fila at the latest: by its maximum wait, or by the last overflow. (Of several
    only the last counts, for a ticket does not go to a fila that it has been in.)
    """
    fins: list[Fim] = []
    maximo = politica.maximo
    if maximo is not None and maximo.acao != "priorizar" and maximo.segundos is not None:
        fins.append((maximo.segundos, "maximo.segundos"))
    tempos = [
        (transbordo.apos_segundos, f"transbordos[{posicao}].aposSegundos")
        for posicao, transbordo in enumerate(politica.transbordos)
        if transbordo.apos_segundos is not None
    ]
    if tempos:
        fins.append(max(tempos))
    return min(fins, default=None)


def aneis_alcancados(politica: Politica) -> list[Anel]:
    """The rings that a ticket can come to."""
    fim = fim_da_espera(politica)
    return [anel for anel in politica.aneis if fim is None or anel.apos_segundos < fim[0]]


def _dos_aneis(politica: Politica) -> Iterator[Aviso]:
    fim = fim_da_espera(politica)
    for posicao, anel in enumerate(politica.aneis):
        campo = f"aneis[{posicao}]"
        if fim is not None and anel.apos_segundos >= fim[0]:
            yield _tarde("anel_inalcancavel", f"{campo}.aposSegundos", "o anel começa", anel.apos_segundos, fim)
        if not (anel.dispensa or anel.reduz_nivel or anel.equipes or anel.pontos):
            remedio = "dê dispensa, reduzNivel, equipes ou pontos, ou retire-o"
            yield Aviso("anel_sem_efeito", campo, f"este anel não muda nada; {remedio}")


def _dos_transbordos(politica: Politica) -> Iterator[Aviso]:
    maximo = politica.maximo
    if maximo is not None and maximo.acao != "priorizar":
        for posicao, transbordo in enumerate(politica.transbordos):
            campo, tempo, tamanho = f"transbordos[{posicao}]", transbordo.apos_segundos, transbordo.tamanho
            if tempo is not None and maximo.segundos is not None and tempo >= maximo.segundos:
                fim = (maximo.segundos, "maximo.segundos")
                yield _tarde("transbordo_inalcancavel", f"{campo}.aposSegundos", "o transbordo é", tempo, fim)
            if tamanho is not None and maximo.tamanho is not None and maximo.tamanho <= tamanho:
                problema = f"com {maximo.tamanho} na fila já age maximo.tamanho: um dos dois não acontece"
                yield Aviso("tamanho_inalcancavel", f"{campo}.tamanho", f"{problema}; ponha um número menor")
    for posicao, transbordo in enumerate(politica.transbordos):
        for antes, outro in enumerate(politica.transbordos[:posicao]):
            tempo, dele = transbordo.apos_segundos, outro.apos_segundos
            if outro.para == transbordo.para and tempo is not None and dele is not None and dele <= tempo:
                problema = f"transbordos[{antes}] já leva à mesma fila aos {dele} s; retire um dos dois"
                yield Aviso("transbordo_inalcancavel", f"transbordos[{posicao}].aposSegundos", problema)


def _da_afinidade(politica: Politica) -> Iterator[Aviso]:
    fim, afinidade = fim_da_espera(politica), politica.afinidade
    if fim is not None and afinidade is not None and afinidade.segundos >= fim[0]:
        campo, o_que = "afinidade.segundos", "o ticket espera só pelo último atendente"
        yield _tarde("afinidade_longa", campo, o_que, afinidade.segundos, fim, "até")


def _dos_atrasos(politica: Politica) -> Iterator[Aviso]:
    fim = fim_da_espera(politica)
    for posicao, via in enumerate(politica.equipes):
        if fim is not None and via.atraso_segundos >= fim[0]:
            campo = f"equipes[{posicao}].atrasoSegundos"
            yield _tarde("atraso_inalcancavel", campo, "a equipe só recebe", via.atraso_segundos, fim)


def _dos_limites(politica: Politica) -> Iterator[Aviso]:
    limite, aquecimento, oferta = politica.limite, politica.aquecimento, politica.oferta
    if limite is not None and aquecimento is not None and limite.quantidade < aquecimento.maximo:
        problema = f"limite.quantidade ({limite.quantidade}) já é menos que isto; ponha um número menor"
        yield Aviso("limite_abaixo_do_aquecimento", "aquecimento.maximo", problema)
    if politica.modo == "oferta" and 0 < politica.silencio_segundos < oferta.segundos:
        problema = f"é menos do que o tempo de aceitar uma oferta ({oferta.segundos} s, oferta.segundos); aumente-o"
        yield Aviso("silencio_curto", "silencioSegundos", problema)


def _da_mensagem(politica: Politica) -> Iterator[Aviso]:
    fim, mensagem = fim_da_espera(politica), politica.mensagem_de_espera
    if fim is not None and mensagem is not None and mensagem.apos_segundos >= fim[0]:
        campo = "mensagemDeEspera.aposSegundos"
        yield _tarde("mensagem_inalcancavel", campo, "a mensagem é dita", mensagem.apos_segundos, fim)


def _tarde(codigo: str, campo: str, o_que: str, quando: int, fim: Fim, quanto: str = "aos") -> Aviso:
    problema = f"{o_que} {quanto} {quando} s, mas nenhum ticket passa de {fim[0]} s na fila ({fim[1]})"
    return Aviso(codigo, campo, f"{problema}; ponha um tempo menor")
