"""What keeps a document from being the policy of a fila, beyond the types of its fields: each problem with the path of
the field and the remedy. What may be meant, but is seldom wise, is :mod:`engine.politica.verificacao`'s.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from engine import presenca
from engine.errors import Detalhe
from engine.modelo import DISPONIVEL
from engine.politica import horario
from engine.politica.cenario import Cenario
from engine.politica.exame_da_mensagem import da_mensagem_de_espera
from engine.politica.habilidades import chave
from engine.politica.marcas import idioma_escrito
from engine.politica.modelo import Anel, EsperaMaxima, HabilidadeExigida, Politica, RegraDeHabilidades, Transbordo

_SEM_CONDICAO: Final = "não diz quando; dê aposSegundos, tamanho ou semAtendentes: true"


def problemas(politica: Politica, cenario: Cenario) -> list[Detalhe]:
    """All that is wrong, in the order of the document."""
    return [
        *_da_oferta(politica, cenario),
        *_dos_pesos(politica, cenario),
        *_das_regras(politica.habilidades, cenario),
        *_dos_aneis(politica.aneis, cenario),
        *_dos_transbordos(politica.transbordos, cenario),
        *_do_maximo(politica.maximo, cenario),
        *_das_equipes(politica, cenario),
        *_do_horario(politica),
        *da_mensagem_de_espera(politica.mensagem_de_espera),
    ]


def como_se_escreve(politica: Politica, estados: Sequence[str]) -> Politica:
    """With the estado of its offers as the empresa writes it. It must be without :func:`problemas`."""
    estado = presenca.estado_dito(politica.oferta.estado_sem_resposta, estados, online=True)
    return replace(politica, oferta=replace(politica.oferta, estado_sem_resposta=estado))


def _da_oferta(politica: Politica, cenario: Cenario) -> Iterator[Detalhe]:
    campo, dito = "oferta.estadoSemResposta", politica.oferta.estado_sem_resposta
    try:
        estado = presenca.estado_dito(dito, cenario.estados, online=True)
    except presenca.Incoerente as erro:
        yield Detalhe(campo, str(erro))
        return
    if estado == DISPONIVEL:
        yield Detalhe(campo, f"{DISPONIVEL} não tira ninguém das ofertas; use outro estado, como pausa")


def _dos_pesos(politica: Politica, cenario: Cenario) -> Iterator[Detalhe]:
    for id_ in politica.pesos_dos_atendentes:
        if id_ not in cenario.atendentes:
            yield Detalhe(f"pesosDosAtendentes.{id_}", "não existe este atendente; retire-o")


# -- skills --------------------------------------------------------------------------------------------------------


def _das_regras(regras: tuple[RegraDeHabilidades, ...], cenario: Cenario) -> Iterator[Detalhe]:
    for posicao, regra in enumerate(regras):
        campo = f"habilidades[{posicao}]"
        antes = regras.index(regra)
        if antes < posicao:
            yield Detalhe(campo, f"é igual a habilidades[{antes}]; retire uma das duas")
            continue
        yield from _do_que_se_exige(f"{campo}.exige", regra.exige)
        if regra.idioma is not None and idioma_escrito(regra.idioma) is None:
            yield Detalhe(f"{campo}.idioma", "não é um idioma; escreva como pt, pt-BR ou es, ou use etiqueta")
        yield from _do_canal(campo, regra, cenario)


def _do_que_se_exige(campo: str, exige: tuple[HabilidadeExigida, ...]) -> Iterator[Detalhe]:
    if not exige:
        yield Detalhe(campo, "deve ter ao menos uma habilidade, como {nome: espanhol, nivel: 3}")
    for posicao, repetida in _repetidos([chave(uma.nome) for uma in exige]):
        yield Detalhe(f"{campo}[{posicao}].nome", f"já está em {campo}[{repetida}]; deixe só a de nível mais alto")


def _do_canal(campo: str, regra: RegraDeHabilidades, cenario: Cenario) -> Iterator[Detalhe]:
    if regra.canal_id is None:
        return
    tipo = cenario.canais.get(regra.canal_id)
    if tipo is None or tipo == "webhook":
        yield Detalhe(f"{campo}.canalId", "não existe este canal; use o id de um dos seus, ou retire o campo")
    elif regra.canal is not None and regra.canal != tipo:
        yield Detalhe(f"{campo}.canal", f"contradiz canalId, que é de um canal {tipo}; retire um dos dois")


# -- rings and equipes ---------------------------------------------------------------------------------------------


def _dos_aneis(aneis: tuple[Anel, ...], cenario: Cenario) -> Iterator[Detalhe]:
    antes = 0
    for posicao, anel in enumerate(aneis):
        campo = f"aneis[{posicao}]"
        if anel.apos_segundos <= antes:
            yield Detalhe(f"{campo}.aposSegundos", f"deve ser maior que {antes}, do anel anterior; ponha-os em ordem")
        antes = max(antes, anel.apos_segundos)
        for onde, repetida in _repetidos([chave(nome) for nome in anel.dispensa]):
            yield Detalhe(f"{campo}.dispensa[{onde}]", f"já está em {campo}.dispensa[{repetida}]; retire uma das duas")
        for onde, repetida in _repetidos(anel.equipes):
            yield Detalhe(f"{campo}.equipes[{onde}]", f"já está em {campo}.equipes[{repetida}]; retire uma das duas")
        for onde, equipe_id in enumerate(anel.equipes):
            yield from _da_equipe(f"{campo}.equipes[{onde}]", equipe_id, cenario)


def _das_equipes(politica: Politica, cenario: Cenario) -> Iterator[Detalhe]:
    ids = [via.equipe_id for via in politica.equipes]
    for posicao, repetida in _repetidos(ids):
        yield Detalhe(f"equipes[{posicao}].equipeId", f"já está em equipes[{repetida}]; retire uma das duas")
    for posicao, equipe_id in enumerate(ids):
        yield from _da_equipe(f"equipes[{posicao}].equipeId", equipe_id, cenario)


def _da_equipe(campo: str, equipe_id: str, cenario: Cenario) -> Iterator[Detalhe]:
    if equipe_id not in cenario.equipes:
        yield Detalhe(campo, "não existe esta equipe; use o id de uma que atende a fila")
    elif equipe_id not in cenario.vinculadas:
        remedio = f"vincule-a antes com POST /atendimento/equipes/{equipe_id}/filas/{cenario.fila_id}"
        yield Detalhe(campo, f"esta equipe não atende a fila; {remedio}")


# -- overflow and what waits too long ------------------------------------------------------------------------------


def _dos_transbordos(transbordos: tuple[Transbordo, ...], cenario: Cenario) -> Iterator[Detalhe]:
    for posicao, transbordo in enumerate(transbordos):
        campo = f"transbordos[{posicao}]"
        antes = transbordos.index(transbordo)
        if antes < posicao:
            yield Detalhe(campo, f"é igual a transbordos[{antes}]; retire um dos dois")
            continue
        yield from _da_fila(f"{campo}.para", transbordo.para, cenario)
        if transbordo.apos_segundos is None and transbordo.tamanho is None and not transbordo.sem_atendentes:
            yield Detalhe(campo, _SEM_CONDICAO)


def _do_maximo(maximo: EsperaMaxima | None, cenario: Cenario) -> Iterator[Detalhe]:
    if maximo is None:
        return
    if maximo.segundos is None and maximo.tamanho is None:
        yield Detalhe("maximo", "não diz de quanto; dê segundos, tamanho, ou os dois")
    if maximo.acao == "priorizar" and maximo.tamanho is not None:
        yield Detalhe("maximo.tamanho", "não faz nada com acao priorizar; retire-o, ou use segundos")
    if maximo.acao == "transbordar" and maximo.para is None:
        yield Detalhe("maximo.para", "é obrigatório com acao transbordar: o id da fila para onde vai")
    elif maximo.acao != "transbordar" and maximo.para is not None:
        yield Detalhe("maximo.para", f"não faz nada com acao {maximo.acao}; retire-o, ou use acao transbordar")
    elif maximo.para is not None:
        yield from _da_fila("maximo.para", maximo.para, cenario)
    if maximo.acao == "priorizar" and not maximo.pontos:
        yield Detalhe("maximo.pontos", "é obrigatório com acao priorizar: quantos pontos a prioridade sobe, de 1 a 100")
    elif maximo.acao != "priorizar" and maximo.pontos:
        yield Detalhe("maximo.pontos", f"não faz nada com acao {maximo.acao}; retire-o, ou use acao priorizar")


def _da_fila(campo: str, fila_id: str, cenario: Cenario) -> Iterator[Detalhe]:
    if fila_id == cenario.fila_id:
        yield Detalhe(campo, "é a própria fila; use o id de outra")
    elif fila_id not in cenario.filas:
        yield Detalhe(campo, "não existe esta fila; use o id de outra fila")


# -- others --------------------------------------------------------------------------------------------------------


def _do_horario(politica: Politica) -> Iterator[Detalhe]:
    if politica.horario is not None:
        for problema in horario.problemas(politica.horario):
            yield Detalhe(f"horario.{problema.campo}", problema.problema)


def _repetidos(valores: Sequence[Hashable]) -> Iterator[tuple[int, int]]:
    """The places of what stands there already, each with the first place."""
    vistos: dict[Hashable, int] = {}
    for posicao, valor in enumerate(valores):
        primeira = vistos.setdefault(valor, posicao)
        if primeira < posicao:
            yield posicao, primeira
