"""Reading a scenario, or a policy, that a person wrote: what is wrong is told by the field, with the remedy."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

import msgspec
from msgspec import Struct, inspect

from engine.errors import Detalhe, Invalid
from engine.politica import exame, horario
from engine.politica.cenario import Cenario as Arredores
from engine.politica.cenario import OutraFila
from engine.politica.modelo import Horario, Politica
from engine.simulacao.cenario import HORAS_DA_SEMANA, AtendenteDoCenario, Cenario, FilaDoCenario
from engine.tempo import ms_de

T = TypeVar("T", bound=Struct)

ATENDENTES_NO_MAXIMO: Final = 20_000
_ONDE: Final = re.compile(r"(.*) - at (?:`key` in )?`\$\.?(.*)`", re.DOTALL)
_ESCOLHA: Final = re.compile(r"Invalid enum value '(.*)'", re.DOTALL)
_PASSO: Final = re.compile(r"\w+|\[")
_MSGSPEC: Final[tuple[tuple[str, str], ...]] = (
    (r"Object missing required field `(.+)`", r"falta \1; inclua-o"),
    (r"Object contains unknown field `(.+)`", r"não existe o campo \1; retire-o, ou veja: balcao simular --exemplo"),
    (r"Expected `(\w+)` >= (\S+)", r"deve ser no mínimo \2"),
    (r"Expected `(\w+)` > (\S+)", r"deve ser maior que \2"),
    (r"Expected `(\w+)` <= (\S+)", r"deve ser no máximo \2"),
    (r"Expected `(\w+)` of length >= (\S+)", r"deve ter no mínimo \2"),
    (r"Expected `(\w+)` of length <= (\S+)", r"deve ter no máximo \2"),
    (
        r"Expected `str` matching regex '\^\[0-9a-fA-F\].*",
        r"deve ser um UUID, como 0190d3a8-5c4e-7b1a-9c3f-2d1e0f9a8b7c",
    ),
    (r"Expected `str` matching regex '.*'", r"não está escrito como deve; veja docs/simular.md"),
)
_TIPOS: Final = {"int": "um número inteiro", "float": "um número", "str": "um texto", "object": "um objeto",
                 "array": "uma lista", "bool": "true ou false", "null": "null"}  # fmt: skip
_ESPERADO: Final = re.compile(r"Expected `([\w| ]+)`, got `(\w+)`")


def ler_cenario(texto: bytes) -> Cenario:
    """Raises Invalid, with every problem if all fields are of the right kind, and with the first one if not."""
    return exigir(_ler(texto, Cenario))


def ler_politica(texto: bytes) -> Politica:
    """Raises Invalid for what is wrong in the document by itself; the rest is seen in its scenario."""
    return _ler(texto, Politica)


def exigir(cenario: Cenario) -> Cenario:
    """The same, if it can be simulated. Raises Invalid."""
    achados = list(problemas(cenario))
    if achados:
        raise invalido(achados)
    return cenario


def invalido(problemas: Sequence[Detalhe]) -> Invalid:
    primeiro, resto = problemas[0], len(problemas) - 1
    frase = f"{primeiro.campo}: {primeiro.problema}{f' (e mais {resto})' if resto else ''}"
    return Invalid("dados_invalidos", frase, tuple(problemas[:50]))


def _ler(texto: bytes, tipo: type[T]) -> T:
    try:
        return msgspec.json.decode(texto, type=tipo)
    except msgspec.ValidationError as erro:
        raise invalido([_em_portugues(str(erro), tipo)]) from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as erro:
        raise Invalid("json_invalido", f"não é JSON válido ({erro}); corrija-o") from None


def _em_portugues(frase: str, tipo: type[Struct]) -> Detalhe:
    """What msgspec says, for people."""
    achado = _ONDE.fullmatch(frase)
    dito, campo = (achado[1], achado[2]) if achado else (frase, "")
    escolha = _ESCOLHA.fullmatch(dito)
    if escolha:
        return Detalhe(campo, f"não pode ser {escolha[1][:60]}; use {' ou '.join(_opcoes(tipo, campo))}")
    tipos = _ESPERADO.fullmatch(dito)
    if tipos:
        esperados = " ou ".join(_TIPOS.get(um.strip(), um.strip()) for um in tipos[1].split("|"))
        return Detalhe(campo or "o documento", f"deve ser {esperados}, e não {_TIPOS.get(tipos[2], tipos[2])}")
    for padrao, texto in _MSGSPEC:
        if re.fullmatch(padrao, dito):
            return Detalhe(campo or "o documento", re.sub(padrao, texto, dito))
    return Detalhe(campo or "o documento", dito)


def _opcoes(tipo: type[Struct], campo: str) -> list[str]:
    """What may stand in the field of this path, one of a few words; of a dict, what its keys may be."""
    aqui: inspect.Type = inspect.type_info(tipo)
    for passo in _PASSO.findall(re.sub(r"\[(\d+|\.\.\.)\]", "[", campo)):
        aqui = _sem_nulo(_de_dentro(aqui, passo))
    if isinstance(aqui, inspect.DictType):
        aqui = aqui.key_type
    return [str(valor) for valor in aqui.values] if isinstance(aqui, inspect.LiteralType) else []


def _sem_nulo(tipo: inspect.Type) -> inspect.Type:
    if isinstance(tipo, inspect.UnionType):
        return next(um for um in tipo.types if not isinstance(um, inspect.NoneType))
    return tipo


def _de_dentro(aqui: inspect.Type, passo: str) -> inspect.Type:
    if isinstance(aqui, inspect.StructType):
        return next(campo.type for campo in aqui.fields if campo.encode_name == passo)
    if isinstance(aqui, inspect.VarTupleType):
        return aqui.item_type
    return aqui


# -- what is wrong beyond types ------------------------------------------------------------------------------------


def problemas(cenario: Cenario) -> Iterator[Detalhe]:
    """All that is wrong with it."""
    yield from _do_tempo(cenario)
    yield from _repetidos("filas", "nome", [fila.nome for fila in cenario.filas])
    yield from _repetidos("filas", "id", [fila.id for fila in cenario.filas if fila.id])
    yield from _repetidos("atendentes", "id", [um.id for um in cenario.atendentes if um.id])
    for posicao, fila in enumerate(cenario.filas):
        yield from (_dentro(f"filas[{posicao}]", um) for um in _da_fila(fila))
        yield from (_dentro(f"filas[{posicao}].politica", um) for um in _da_politica(fila, cenario))
    quantos = sum(um.quantos for um in cenario.atendentes)
    if quantos > ATENDENTES_NO_MAXIMO:
        yield Detalhe("atendentes", f"são {quantos} ao todo; use no máximo {ATENDENTES_NO_MAXIMO}")
    nomes = [fila.nome for fila in cenario.filas]
    for posicao, um in enumerate(cenario.atendentes):
        yield from (_dentro(f"atendentes[{posicao}]", detalhe) for detalhe in _do_atendente(um, nomes, cenario))


def _dentro(onde: str, detalhe: Detalhe) -> Detalhe:
    return Detalhe(f"{onde}.{detalhe.campo}", detalhe.problema)


def _do_tempo(cenario: Cenario) -> Iterator[Detalhe]:
    try:
        ms_de(cenario.inicio)
        com_fuso = cenario.inicio.endswith("Z")
    except (ValueError, TypeError):
        com_fuso = False
    if not com_fuso:
        yield Detalhe("inicio", "deve ser uma data e hora em UTC, como 2026-01-05T03:00:00Z")
    yield from horario.problemas(Horario(fuso=cenario.fuso))
    if cenario.descarte_segundos >= cenario.dias * 86_400:
        yield Detalhe("descarteSegundos", "não deixa nada para contar; deve ser menos que dias")


def _repetidos(lista: str, campo: str, valores: Sequence[str]) -> Iterator[Detalhe]:
    for posicao, valor in enumerate(valores):
        if valor in valores[:posicao]:
            yield Detalhe(f"{lista}[{posicao}].{campo}", f"{valor} já está na lista; use outro")


def _da_fila(fila: FilaDoCenario) -> Iterator[Detalhe]:
    quantas = len(fila.chegadas_da_semana)
    if quantas not in {0, HORAS_DA_SEMANA}:
        yield Detalhe(
            "chegadasDaSemana", f"tem {quantas} taxas; dê {HORAS_DA_SEMANA}, uma por hora desde segunda 00:00"
        )
    if quantas and fila.chegadas_por_hora:
        yield Detalhe("chegadasPorHora", "contradiz chegadasDaSemana; dê uma das duas")
    for campo, pesos in (
        ("prioridades", fila.prioridades.values()),
        ("canais", fila.canais.values()),
        ("exigidas", [uma.peso for uma in fila.exigidas]),
    ):
        if pesos and not any(pesos):
            yield Detalhe(campo, "só tem pesos 0; dê a algum mais que isso")


def _da_politica(fila: FilaDoCenario, cenario: Cenario) -> Iterator[Detalhe]:
    if fila.politica.estrategia == "MANUAL" or not fila.politica.distribuicao_automatica:
        campo = "estrategia" if fila.politica.estrategia == "MANUAL" else "distribuicaoAutomatica"
        yield Detalhe(campo, "nada distribui por si, e não há o que simular; use outra")
    das_pessoas = {equipe for um in cenario.atendentes for equipe in um.equipes}
    outras = {uma.id or f"sem id: {uma.nome}": OutraFila(uma.nome, uma.politica) for uma in cenario.filas}
    pessoas = {um.id for um in cenario.atendentes if um.id is not None}
    arredores = Arredores(
        fila.id or f"sem id: {fila.nome}",
        outras,
        equipes=das_pessoas | {equipe for uma in cenario.filas for equipe in uma.equipes},
        vinculadas=set(fila.equipes),
        atendentes=pessoas,
        canais=cenario.canais,
    )
    yield from exame.problemas(fila.politica, arredores)


def _do_atendente(um: AtendenteDoCenario, filas: Sequence[str], cenario: Cenario) -> Iterator[Detalhe]:
    if um.id is not None and um.quantos > 1:
        yield Detalhe("id", "é de um só; retire-o, ou ponha quantos: 1")
    for posicao, nome in enumerate(um.filas):
        if nome not in filas:
            perto = difflib.get_close_matches(nome, filas, n=1)
            yield Detalhe(f"filas[{posicao}]", f"não existe a fila {nome}; use {perto[0] if perto else filas[0]}")
    das_filas = {equipe for fila in cenario.filas for equipe in fila.equipes}
    for posicao, equipe in enumerate(um.equipes):
        if equipe not in das_filas:
            yield Detalhe(f"equipes[{posicao}]", "não atende nenhuma fila; ponha-a em equipes de uma fila, ou retire-a")
    if um.turno is not None:
        yield from (_dentro("turno", detalhe) for detalhe in horario.problemas(um.turno))
