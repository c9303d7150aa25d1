"""The record of a decision, written as it is taken.

It is done for every ticket that is given to somebody, and says something of twenty agents: so it is text from the
start, put together from what was written of each agent when that changed, not at each decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from msgspec import Raw

from engine.distribuicao.decisao import EM_DETALHE, Concorrente, DecisaoEscrita
from engine.distribuicao.escala import Candidato, Escala
from engine.distribuicao.escolha import porque_nao
from engine.distribuicao.linha import Espera, Linha


def decidida(
    linha: Linha, espera: Espera, quem: Sequence[Candidato], concorrentes: Sequence[Concorrente], now: int, us: int
) -> DecisaoEscrita:  # fmt: skip
    """What is decided now: ``quem`` gets the ticket, or is offered it. To be asked before anything of it is done.
    ``concorrentes``: it is an agent that something was looked for.
    """
    escala, exigencia, escolhido = linha.escala, espera.classe.exigencia, quem[0]
    livres = linha.livres_para(espera)
    if concorrentes:
        livres &= ~escolhido.bit
    ordem = escala.escolhas(espera.classe.grupos, livres, EM_DETALHE) if livres else []
    podem = [
        escrito[1] if (escrito := um.escrito) is not None and escrito[0] == qual else _escrever(escala, qual, um)
        for qual, destes in ordem
        for um in destes
    ]
    livres_ditos = len(podem)
    if concorrentes:
        podem.insert(0, f"[{escolhido.perfil.id_escrito},null,[],{escolhido.perfil.row.capacidade}]")
    primeiro = escolhido if concorrentes else next((destes[0] for _, destes in ordem), None)
    fora = escala.todos & ~livres & ~escolhido.bit
    escritos = list(islice(escala.destes(fora), EM_DETALHE - len(podem))) if fora and len(podem) < EM_DETALHE else []
    if escritos:
        fora &= -2 * escritos[-1].bit  # those after the last one: they come in the order of their bits
    return DecisaoEscrita(
        lado="atendente" if concorrentes else "ticket",
        esperou=now - espera.row.aguardando_desde,
        etapa=espera.etapa,
        exige=exigencia.habilidades,
        prefere=exigencia.preferidas,
        candidatos=Raw(f"[{','.join(podem + _barrados(linha, espera, escritos))}]"),
        outros=outros(linha, espera, livres.bit_count() - livres_ditos, fora),
        concorrentes=tuple(concorrentes),
        preferido=None if primeiro is escolhido else escolhido.perfil.id,
        quantos=len(quem),
        us=us,
        estrategia=linha.regras.politica.estrategia,
    )


def _escrever(escala: Escala, qual: float, candidato: Candidato) -> str:
    """One who may have it, as it is until its key is another, or it is looked at in another group."""
    chave = escala.chave_no_grupo(candidato, qual)
    if candidato.fim_do_escrito is None:
        candidato.fim_do_escrito = f"{','.join(map(repr, chave[1:]))}],{candidato.perfil.row.capacidade}]"
    texto = f"[{candidato.perfil.id_escrito},null,[{chave[0]!r},{candidato.fim_do_escrito}"
    candidato.escrito = (qual, texto)
    return texto


def _barrados(linha: Linha, espera: Espera, quem: list[Candidato]) -> list[str]:
    """Those whom something keeps from it. In a full house nearly all are full, which is told by sets."""
    escala, exigencia, lotados = linha.escala, espera.classe.exigencia, 0
    if espera.de is None and not linha.regras.conta and len(escala.livres) == 1:  # no other bound is set, for nobody
        lotados = escala.disponiveis & espera.classe.aptos & ~escala.livres[exigencia.classe]
    return [
        um.perfil.lotado_escrito if um.bit & lotados else f'[{um.perfil.id_escrito},"{porque_nao(linha, espera, um)}"]'
        for um in quem
    ]


def outros(linha: Linha, espera: Espera, livres: int, fora: int) -> dict[str, int]:
    """How many are not written down, by what kept them: ``livres`` are those that nothing did, ``fora`` the set of all
    others. Told by sets, so however many they are.
    """
    quantos = {"livre": livres} if livres else {}
    if not fora:
        return quantos
    escala, classe = linha.escala, espera.classe
    la = fora & escala.disponiveis
    aptos = la & classe.aptos
    com_lugar = aptos & escala.livres[classe.exigencia.classe]
    por_motivo = {
        "indisponivel": fora ^ la,
        "sem_habilidade": la ^ aptos,
        "lotado": aptos ^ com_lugar,
        "reservado": com_lugar,
    }
    return quantos | {qual: deles.bit_count() for qual, deles in por_motivo.items() if deles}
