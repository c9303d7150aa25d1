"""A whole plan, and whether a part of it still holds."""

from __future__ import annotations

from collections.abc import Callable

from engine import estados
from engine.balanceamento.cargas import Cargas
from engine.balanceamento.donos import Donos, passar_se_vale
from engine.balanceamento.esperas import Esperas, alivia, destinos, la, tem_outra_gente
from engine.balanceamento.modelo import Ficam, Mudanca, Pedido, Plano, PorqueNao
from engine.balanceamento.regras import como_quem_chega, porque_nao_muda_de_fila, porque_nao_sai
from engine.distribuicao import Distribuidor, porque_nao
from engine.distribuicao.linha import Linha
from engine.estados import dono
from engine.modelo import TicketRow


def planejar(
    distribuidor: Distribuidor, pedido: Pedido, ler: Callable[[str], TicketRow | None], now: int
) -> Plano:  # fmt: skip
    """What is to move, in that order, until there is nothing more or as many as were asked for do. Only looks: the
    distribution is not changed. ``ler`` gives the row of a ticket that somebody has.

    Costs: agents and filas once for each pass, and at most ``EXAMES`` tickets of somebody, and of each fila.
    """
    cargas, mudancas = Cargas(distribuidor, now), list[Mudanca]()
    esperas = Esperas(distribuidor, cargas, pedido, now)
    donos = Donos(distribuidor, cargas, pedido, ler)
    com_donos = pedido.atribuidos or pedido.atendente_id is not None
    mais = True
    while mais and len(mudancas) < pedido.limite:
        mais = esperas.passada(mudancas)
        mais = (com_donos and donos.passada(mudancas)) or mais
    cheio, ficam = len(mudancas) >= pedido.limite, Ficam()
    esperas.contar(ficam, cheio=cheio)
    if com_donos:
        donos.contar(ficam, cheio=cheio)
    nomeados, outros = ficam.ditos()
    return Plano(tuple(mudancas), nomeados, outros, incompleto=cheio or "nao_examinado" in outros)


def porque_nao_move(distribuidor: Distribuidor, row: TicketRow, mudanca: Mudanca, now: int) -> PorqueNao | None:
    """What keeps a ticket, as everything is now, from what was planned of it; None: it may move, and should."""
    linha = distribuidor.linhas.get(mudanca.fila_id)
    if linha is None or row.fila_id != mudanca.fila_id:
        return "mudou"
    if mudanca.para_fila is not None:
        return _porque_nao_a_fila(distribuidor, linha, row, mudanca.para_fila, now)
    return _porque_nao_ao_agente(distribuidor, linha, row, mudanca, now)


def _porque_nao_ao_agente(
    distribuidor: Distribuidor, linha: Linha, row: TicketRow, mudanca: Mudanca, now: int
) -> PorqueNao | None:
    de, espera = distribuidor.perfis.get(mudanca.de or ""), como_quem_chega(distribuidor, linha, row)
    if de is None or dono(row) != mudanca.de or espera is None:
        return "mudou"
    candidato = linha.escala.candidatos.get(mudanca.para or "")
    if candidato is None:
        return "fora_da_fila"
    if row.rota is not None and mudanca.para in row.rota.evita:
        return "devolveu"
    impede = porque_nao_sai(linha, row, dono_online=de.row.online) or porque_nao(linha, espera, candidato)
    if impede is not None:
        return impede
    vale = passar_se_vale(Cargas(distribuidor, now), espera, de, candidato.perfil)
    return "nao_vale_mais" if vale is None else None


def _porque_nao_a_fila(
    distribuidor: Distribuidor, linha: Linha, row: TicketRow, para: str, now: int
) -> PorqueNao | None:
    espera, outra = linha.esperas.get(row.id), distribuidor.linhas.get(para)
    if not estados.espera(row) or outra is None:
        return "mudou"
    if espera is None:
        return "ofertado"
    da_fila = porque_nao_muda_de_fila(linha)
    if da_fila is not None or outra not in destinos(linha, distribuidor):
        return da_fila or "sem_destino"
    depois, fica = la(distribuidor, linha, espera, outra, now)
    if depois is None:
        return fica
    vaga = outra.livres_para(depois)
    menor = tem_outra_gente(linha, outra) and alivia(
        len(linha.esperas), linha, len(outra.esperas), outra, outra.prometidos
    )
    return None if vaga or menor else "nao_vale_mais"
