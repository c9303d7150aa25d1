"""What keeps a rule of silence from being one: each problem with its field and the remedy."""

from __future__ import annotations

from collections.abc import Iterator

from engine import textos
from engine.documentos.cenario import Cenario, desconhecidos, repetidos
from engine.errors import Detalhe
from engine.silencio.modelo import RegraDeSilencio
from engine.silencio.texto import VARIAVEIS


def problemas(regra: RegraDeSilencio, cenario: Cenario) -> Iterator[Detalhe]:
    """All that is wrong, in the order of the document."""
    yield from _dos_lugares(regra, cenario)
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
    return bool(regra.canais or regra.canal_ids or regra.filas or regra.equipes)


def _dos_lugares(regra: RegraDeSilencio, cenario: Cenario) -> Iterator[Detalhe]:
    de_contatos = {id_ for id_, tipo in cenario.canais.items() if tipo != "webhook"}
    yield from repetidos("canais", regra.canais)
    yield from repetidos("canalIds", regra.canal_ids)
    yield from desconhecidos("canalIds", regra.canal_ids, de_contatos, "canal desta empresa")
    yield from repetidos("filas", regra.filas)
    yield from desconhecidos("filas", regra.filas, cenario.filas, "fila desta empresa")
    yield from repetidos("equipes", regra.equipes)
    yield from desconhecidos("equipes", regra.equipes, cenario.equipes, "equipe desta empresa")


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
