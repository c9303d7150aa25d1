"""What a simulation asks of silence: rules that come, change and go; what is put off, and taken back."""

from __future__ import annotations

from random import Random
from typing import Final

import msgspec

from actors.documentos.comandos import CriarDocumento, ExcluirDocumento, GravarDocumento
from actors.ticket.comandos import AdiarTicket, CancelarAdiamento, EnviarMensagem
from engine.documentos.especies import REGRA_DE_SILENCIO
from engine.modelo import Quem
from engine.silencio.modelo import RegraDeSilencio
from tests.simulacao.elenco import Elenco, Opcao, Sorteio

DIA: Final = 86_400_000


class RoteiroDoSilencio:
    """``curto``: the run is one of minutes."""

    def __init__(self, sorteio: Sorteio, *, curto: bool) -> None:
        self._r: Random = sorteio.r
        self._algum = sorteio.algum
        self._curto = curto

    def opcoes(self, elenco: Elenco, quem: Quem) -> list[Opcao]:
        r, ticket, regra = self._r, self._algum(elenco.tickets), self._algum(elenco.regras_de_silencio)
        tipo, nome = REGRA_DE_SILENCIO.tipo, f"{r.getrandbits(20)}"
        opcoes: list[Opcao] = [
            (6, lambda: CriarDocumento(quem=quem, tipo=tipo, nome=nome, dados=self._regra(elenco))),
            (2, lambda: GravarDocumento(quem=quem, tipo=tipo, documento_id=regra, nome=nome,
                                        dados=self._regra(elenco))),
            (1, lambda: ExcluirDocumento(quem=quem, tipo=tipo, documento_id=regra)),
            (6, lambda: AdiarTicket(quem=quem, ticket_id=ticket, ate=elenco.agora + self._adiante(),
                                    motivo=r.choice((None, "m")))),
            (2, lambda: CancelarAdiamento(quem=quem, ticket_id=ticket)),
        ]  # fmt: skip
        if elenco.seus:
            seu, dono = r.choice(elenco.seus)
            ela = Quem(elenco.empresa_id, dono, "atendente")
            opcoes += [
                (50, lambda: EnviarMensagem(quem=ela, ticket_id=seu, conteudo="e então?")),
                (6, lambda: EnviarMensagem(quem=quem, ticket_id=seu, conteudo="sim", direcao="recebida")),
                (8, lambda: AdiarTicket(quem=ela, ticket_id=seu, ate=elenco.agora + self._adiante())),
            ]  # fmt: skip
        return opcoes

    def _adiante(self) -> int:
        return self._r.choice((-1, 1, 30_000, 120_000) if self._curto else (0, 1, 3_600_000, DIA))

    def _regra(self, elenco: Elenco) -> str:
        r = self._r
        espera = (60, 60, 90) if self._curto else (60, 1_800, 7_200)
        avisa, encerra = r.random() < 0.7, r.random() < 0.9
        regra = RegraDeSilencio(
            canais=r.choice(((), (), ("whatsapp",), ("api", "email"))),
            filas=(self._algum(elenco.filas),) if r.random() < 0.3 else (),
            aviso_apos_segundos=r.choice(espera) if avisa else None,
            aviso_texto="Ainda está aí?" if avisa else None,
            encerrar_apos_segundos=r.choice(espera) if encerra else None,
            status_final=r.choice(("RESOLVIDO", "FECHADO")),
            encerramento_texto="Até logo" if encerra and r.random() < 0.5 else None,
            devolver_apos_segundos=r.choice((None, None, 0, 0, 3_600)),
            janela_reabertura_segundos=r.choice((None, 0, 60, 90_000)),
        )
        return msgspec.json.encode(regra).decode()
