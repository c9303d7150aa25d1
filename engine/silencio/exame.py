"""What keeps a rule of silence from being one: each problem with its field and the remedy."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Protocol

from engine import textos
from engine.errors import Detalhe
from engine.modelo import TipoCanal
from engine.silencio.modelo import RegraDeSilencio
from engine.silencio.texto import VARIAVEIS


class Empresa(Protocol):
    """What there is that a rule may name."""

    @property
    def filas(self) -> Collection[str]: ...

    @property
    def equipes(self) -> Collection[str]: ...

    @property
    def canais(self) -> Mapping[str, TipoCanal]: ...


def problemas(regra: RegraDeSilencio, empresa: Empresa) -> Iterator[Detalhe]:
    """All that is wrong, in the order of the document."""
    yield from _dos_lugares(regra, empresa)
    yield from _do_aviso(regra)
    yield from _do_encerramento(regra)
    if not (_diz_algo(regra) or _diz_onde(regra)):
        remedio = "dê avisoAposSegundos, encerrarAposSegundos, devolverAposSegundos ou janelaReaberturaSegundos"
        yield Detalhe("encerrarAposSegundos", f"a regra não faz nada, e não diz onde nada se faz; {remedio}")


def _diz_algo(regra: RegraDeSilencio) -> bool:
    outros = (regra.devolver_apos_segundos, regra.janela_reabertura_segundos)
    return regra.do_contato or any(um is not None for um in outros)


def _diz_onde(regra: RegraDeSilencio) -> bool:
    """A rule that says nothing but where is an exception: there, nothing is done."""
    return bool(regra.canais or regra.canal_ids or regra.fila_ids or regra.equipe_ids)


def _dos_lugares(regra: RegraDeSilencio, empresa: Empresa) -> Iterator[Detalhe]:
    yield from _repetidos("canais", regra.canais)
    de_contatos = {id_ for id_, tipo in empresa.canais.items() if tipo != "webhook"}
    yield from _ids("canalIds", regra.canal_ids, de_contatos, "este canal")
    yield from _ids("filaIds", regra.fila_ids, empresa.filas, "esta fila")
    yield from _ids("equipeIds", regra.equipe_ids, empresa.equipes, "esta equipe")


def _ids(campo: str, ids: tuple[str, ...], ha: Collection[str], qual: str) -> Iterator[Detalhe]:
    yield from _repetidos(campo, ids)
    for posicao, id_ in enumerate(ids):
        if id_ not in ha:
            yield Detalhe(f"{campo}[{posicao}]", f"não existe {qual}; retire-o, ou use o id de um que existe")


def _repetidos(campo: str, valores: tuple[str, ...]) -> Iterator[Detalhe]:
    for posicao, valor in enumerate(valores):
        antes = valores.index(valor)
        if antes < posicao:
            yield Detalhe(f"{campo}[{posicao}]", f"já está em {campo}[{antes}]; retire um dos dois")


def _do_aviso(regra: RegraDeSilencio) -> Iterator[Detalhe]:
    if regra.avisa and regra.aviso_texto is None:
        yield Detalhe("avisoTexto", "é obrigatório com avisoAposSegundos: o que o contato lê antes de se encerrar")
    if regra.aviso_texto is not None:
        if not regra.avisa:
            problema = "é obrigatório com avisoTexto: depois de quantos segundos de silêncio o contato é avisado"
            yield Detalhe("avisoAposSegundos", problema)
        yield from textos.problemas(regra.aviso_texto, VARIAVEIS, "avisoTexto")


def _do_encerramento(regra: RegraDeSilencio) -> Iterator[Detalhe]:
    if regra.encerramento_texto is None:
        return
    if regra.encerrar_apos_segundos is None:
        yield Detalhe("encerramentoTexto", "não se diz sem encerrarAposSegundos; dê-o, ou retire o texto")
    yield from textos.problemas(regra.encerramento_texto, VARIAVEIS, "encerramentoTexto")
