"""What is set and does nothing, because of what else is set."""

from __future__ import annotations

from collections.abc import Iterator

from engine.politica.aviso import Aviso
from engine.politica.cenario import Cenario
from engine.politica.habilidades import chave
from engine.politica.mensagem_de_espera import LEVAM, estimam
from engine.politica.modelo import PADRAO, MensagemDeEspera, Politica


def sem_efeito(politica: Politica, cenario: Cenario) -> Iterator[Aviso]:
    yield from _do_horario(politica)
    yield from _da_oferta(politica)
    yield from _da_estrategia(politica)
    yield from _da_dispensa(politica)
    yield from _da_mensagem(politica.mensagem_de_espera, cenario)


def _do_horario(politica: Politica) -> Iterator[Aviso]:
    horario = politica.horario
    if horario is None:
        if politica.aquecimento is not None:
            problema = "uma fila sem horario nunca abre, e não aquece; dê-lhe um horario, ou retire-o"
            yield Aviso("aquecimento_sem_horario", "aquecimento", problema)
        if politica.ao_fechar != PADRAO.ao_fechar:
            problema = "uma fila sem horario nunca fecha; dê-lhe um horario, ou retire-o"
            yield Aviso("fechamento_sem_horario", "aoFechar", problema)
    elif not any(horario.dias.values()):
        yield Aviso("nunca_abre", "horario.dias", "a fila não abre em dia nenhum; dê as horas de ao menos um dia")


def _da_oferta(politica: Politica) -> Iterator[Aviso]:
    if politica.modo == "direto" and politica.oferta != PADRAO.oferta:
        yield Aviso("oferta_sem_efeito", "oferta", "só vale com modo oferta; mude o modo, ou retire-a")
    if politica.modo == "oferta" and (politica.estrategia == "MANUAL" or not politica.distribuicao_automatica):
        remedio = "use outra estrategia com distribuicaoAutomatica, ou modo direto"
        problema = "esta fila não distribui sozinha, e não oferece nada"
        yield Aviso("oferta_sem_distribuicao", "modo", f"{problema}; {remedio}")


def _da_estrategia(politica: Politica) -> Iterator[Aviso]:
    if politica.estrategia != "HIBRIDO" and politica.pesos != PADRAO.pesos:
        yield Aviso("pesos_sem_efeito", "pesos", "só valem com estrategia HIBRIDO; mude-a, ou retire-os")
    if politica.estrategia != "PONDERADO" and politica.pesos_dos_atendentes:
        problema = "só valem com estrategia PONDERADO; mude-a, ou retire-os"
        yield Aviso("pesos_sem_efeito", "pesosDosAtendentes", problema)
    pesos = politica.pesos
    if politica.estrategia == "HIBRIDO" and not (
        pesos.ocupacao or pesos.ociosidade or pesos.proficiencia or pesos.atendidos
    ):
        yield Aviso("pesos_zerados", "pesos", "com todos em 0, ninguém vem antes de ninguém; dê peso a algum")
    if politica.ordem != "prazo" and politica.prazos_segundos:
        yield Aviso("prazos_sem_efeito", "prazosSegundos", "só valem com ordem prazo; mude-a, ou retire-os")


def _da_dispensa(politica: Politica) -> Iterator[Aviso]:
    """Skills may also be asked by hand, of one ticket: so this is no mistake for certain."""
    pedidas = {chave(uma.nome) for regra in politica.habilidades for uma in regra.exige if not uma.preferida}
    for posicao, anel in enumerate(politica.aneis):
        for onde, nome in enumerate(anel.dispensa):
            if chave(nome) not in pedidas:
                problema = f'nenhuma regra exige "{nome}"; só vale para tickets em que alguém a pediu à mão'
                yield Aviso("dispensa_sem_regra", f"aneis[{posicao}].dispensa[{onde}]", problema)


def _da_mensagem(mensagem: MensagemDeEspera | None, cenario: Cenario) -> Iterator[Aviso]:
    if mensagem is None:
        return
    campo = "mensagemDeEspera"
    if mensagem.maximo > 1 and not mensagem.repetir_segundos:
        problema = "sem repetirSegundos só é dita uma vez; dê-lhe um tempo, ou ponha 1"
        yield Aviso("repeticao_sem_efeito", f"{campo}.maximo", problema)
    if mensagem.maximo == 1 and mensagem.repetir_segundos:
        problema = "com maximo 1 nada se repete; aumente-o, ou ponha 0"
        yield Aviso("repeticao_sem_efeito", f"{campo}.repetirSegundos", problema)
    if mensagem.texto_sem_estimativa is not None and not estimam(mensagem.texto):
        problema = "texto não usa {espera} nem {esperaMaxima}, e é dito sempre; retire este"
        yield Aviso("texto_sem_efeito", f"{campo}.textoSemEstimativa", problema)
    if not any(tipo in LEVAM for tipo in cenario.canais.values()):
        problema = f"nenhum canal da empresa leva mensagens a quem espera; crie um, de {' ou '.join(sorted(LEVAM))}"
        yield Aviso("mensagem_sem_canal", campo, problema)
