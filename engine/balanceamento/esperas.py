"""What waits in a fila while another, where that one overflows to, has room for it or the shorter line.

Only what the policy of a fila names comes into question, and a ticket never comes to a fila where it was before.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from engine.balanceamento.cargas import Cargas
from engine.balanceamento.modelo import EXAMES, Ficam, Mudanca, Pedido, Porque, PorqueFica
from engine.balanceamento.regras import como_quem_chega, porque_nao_muda_de_fila
from engine.distribuicao import Distribuidor
from engine.distribuicao.encaminhamentos import pode_ir
from engine.distribuicao.linha import Espera, Linha
from engine.estados import transbordar
from engine.modelo import TicketRow

NOMEADOS = 5
"""Of a fila that nothing leaves, so many are named."""


class Esperas:
    """What waits in the filas that are asked about."""

    __slots__ = ("_cargas", "_distribuidor", "_now", "_pedido", "_porque")

    def __init__(self, distribuidor: Distribuidor, cargas: Cargas, pedido: Pedido, now: int) -> None:
        self._distribuidor = distribuidor
        self._cargas = cargas
        self._pedido = pedido
        self._now = now
        self._porque: dict[str, PorqueFica] = {}

    def passada(self, mudancas: list[Mudanca]) -> bool:
        """Whether anything more is to move."""
        antes = len(mudancas)
        for linha in self._linhas():
            if porque_nao_muda_de_fila(linha) is None and self._cargas.ha_espera(linha):
                self._com_vaga(linha, mudancas)
                self._mais_curta(linha, mudancas)
        return len(mudancas) > antes

    def _linhas(self) -> list[Linha]:
        linhas, fila_id = self._distribuidor.linhas, self._pedido.fila_id
        if self._pedido.atendente_id is not None:
            return []
        quais = sorted(linhas) if fila_id is None else [fila_id]
        return [linhas[id_] for id_ in quais if id_ in linhas]

    def _cheio(self, mudancas: list[Mudanca]) -> bool:
        return len(mudancas) >= self._pedido.limite

    # -- where there is room -----------------------------------------------------------------------------------------

    def _com_vaga(self, linha: Linha, mudancas: list[Mudanca]) -> None:
        for espera in list(islice(self._cargas.esperam(linha), EXAMES)):
            if self._cheio(mudancas):
                return
            for para in destinos(linha, self._distribuidor):
                depois, porque = la(self._distribuidor, linha, espera, para, self._now)
                self._porque[espera.row.id] = porque
                if depois is None:
                    continue
                quem = self._cargas.quem_recebe(para, depois, _menos(para, depois.row), dada=True)
                if quem is not None:
                    self._cargas.mudar_de_fila(espera, depois)
                    self._cargas.tomar(quem.perfil, depois)
                    mudancas.append(_mudanca(espera, para, "tem_vaga"))
                    break

    # -- where fewer wait --------------------------------------------------------------------------------------------

    def _mais_curta(self, linha: Linha, mudancas: list[Mudanca]) -> None:
        """Those who came last go where fewer wait for each slot, as long as that makes the lines more alike."""
        for para in destinos(linha, self._distribuidor):
            if not tem_outra_gente(linha, para):
                continue
            for espera in list(islice(self._cargas.de_tras(linha), EXAMES)):
                if self._cheio(mudancas) or not self._alivia(linha, para):
                    break
                depois, _ = la(self._distribuidor, linha, espera, para, self._now)
                if depois is not None and depois.classe.aptos & para.escala.disponiveis:
                    self._cargas.mudar_de_fila(espera, depois)
                    mudancas.append(_mudanca(espera, para, "linha_menor"))

    def _alivia(self, linha: Linha, para: Linha) -> bool:
        return alivia(self._quantos(linha), linha, self._quantos(para), para, self._cargas.ofertas(para))

    def _quantos(self, linha: Linha) -> int:
        """How many would wait in a line."""
        saem = sum(1 for fila_id, _ in self._cargas.fora if fila_id == linha.fila.id)
        return len(linha.esperas) + len(self._cargas.chegadas.get(linha.fila.id, ())) - saem

    # -- what stays --------------------------------------------------------------------------------------------------

    def contar(self, ficam: Ficam, *, cheio: bool) -> None:
        """Say why what stays does; ``cheio``: as many as were asked for have moved."""
        for linha in self._linhas():
            da_fila = porque_nao_muda_de_fila(linha)
            nomeados = NOMEADOS if da_fila is not None else EXAMES
            ditos = 0
            for espera in islice(self._parados(linha), nomeados):
                porque = da_fila or self._porque.get(espera.row.id) or ("limite" if cheio else "sem_vaga_no_destino")
                ficam.por(espera.row, porque)
                ditos += 1
            saem = sum(1 for fila_id, _ in self._cargas.fora if fila_id == linha.fila.id)
            ficam.contar(da_fila or "nao_examinado", len(linha.esperas) - saem - ditos)
            ficam.contar("ofertado", linha.prometidos)

    def _parados(self, linha: Linha) -> Iterator[Espera]:
        """Those that wait in it now, and would still."""
        return (um for um in linha.em_ordem() if (um.row.fila_id, um.row.id) not in self._cargas.fora)


def la(
    distribuidor: Distribuidor, linha: Linha, espera: Espera, para: Linha, now: int
) -> tuple[Espera | None, PorqueFica]:
    """How a ticket would stand in another fila, or why it stays."""
    if espera.de is not None or linha.afim_de(espera.row) in linha.escala.candidatos:
        return None, "reservado"
    if not pode_ir(espera.row, para.fila.id, distribuidor.linhas):
        return None, "ja_esteve_la"
    depois = como_quem_chega(distribuidor, para, transbordar(espera.row, para.fila.id, now))
    if depois is None or para.afim_de(depois.row) in para.escala.candidatos:
        return None, "reservado"
    return depois, "sem_vaga_no_destino"


def destinos(linha: Linha, distribuidor: Distribuidor) -> list[Linha]:
    """The filas that one overflows to, and that are given out now."""
    ids = dict.fromkeys(um.para for um in linha.regras.politica.transbordos)
    achadas = (distribuidor.linhas.get(id_) for id_ in ids if id_ != linha.fila.id)
    return [um for um in achadas if um is not None and um.distribui]


def tem_outra_gente(linha: Linha, para: Linha) -> bool:
    """Whether anybody is at work there who does not serve this one too."""
    la = para.escala
    return any(linha.fila.id not in um.perfil.lugares for um in la.destes(la.disponiveis))


def alivia(esperam: int, linha: Linha, esperam_la: int, para: Linha, ofertados_la: int) -> bool:
    """Whether one less here and one more there makes waiting per slot more alike, and there is a place for it."""
    maximo = _tamanho_maximo(para)
    if maximo is not None and esperam_la + ofertados_la >= maximo:
        return False
    return (2 * esperam_la + 1) * _vagas(linha) < (2 * esperam - 1) * _vagas(para)


def _vagas(linha: Linha) -> int:
    escala = linha.escala
    return sum(um.perfil.teto for um in escala.destes(escala.disponiveis))


def _tamanho_maximo(linha: Linha) -> int | None:
    politica = linha.regras.politica
    tamanhos = [um.tamanho for um in politica.transbordos] + [politica.maximo.tamanho if politica.maximo else None]
    return min((um for um in tamanhos if um is not None), default=None)


def _menos(linha: Linha, row: TicketRow) -> tuple[str, ...]:
    """Who it came back from, if it is for another."""
    evita = linha.regras.politica.evitar_quem_devolveu and row.devolvido_por is not None
    return (row.devolvido_por,) if evita and row.devolvido_por is not None else ()


def _mudanca(espera: Espera, para: Linha, porque: Porque) -> Mudanca:
    row = espera.row
    return Mudanca(row.id, row.numero, row.fila_id, porque, para_fila=para.fila.id)
