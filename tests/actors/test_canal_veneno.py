"""Whatever turn of a channel crashes, at its end at that: nobody waits for ever, no job is lost, none is with two."""

from __future__ import annotations

from typing import Any

import pytest

from actors.canal import comandos as do_canal
from actors.canal import mensagens as entre_nos
from actors.canal.canal import Canal
from actors.empresa.empresa import Empresa
from actors.empresa.mensagens import MensagemDoCanal, TicketDoCanal
from actors.ticket.comandos import EnviarMensagem
from actors.ticket.ticket import Ticket
from engine.conector.entradas import StatusRecebido
from engine.conector.trabalhos import Resultado
from engine.envios.estados import ABERTOS
from engine.modelo import EnvioRow
from engine.runtime import Actor
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_canal import CONECTOR, MARIA, com_ticket

TURNOS: list[tuple[type[Actor[Any]], type]] = [
    *(
        (Canal, tipo)
        for tipo in (
            do_canal.TomarTrabalhos, do_canal.ResponderTrabalho, do_canal.LargarCanal, do_canal.BaterPonto,
            do_canal.ReceberStatus, do_canal.ReceberMensagem, entre_nos.NovoEnvio, entre_nos.EnviosLidos,
            entre_nos.EnviosAchados, entre_nos.AcordarDespacho, entre_nos.AbrirDespacho, do_canal.RetomarCanal,
        )
    ),
    (Empresa, MensagemDoCanal),
    (Empresa, TicketDoCanal),
    (Ticket, EnviarMensagem),
]  # fmt: skip


def falha_no_fim(monkeypatch: pytest.MonkeyPatch, ator: type[Actor[Any]], tipo: type, vezes: int) -> None:
    """The next turns of this kind do all that they do, and then crash."""
    original: Any = ator.handlers[tipo]
    resta = [vezes]

    def quebrar(eu: Any, mensagem: Any) -> Any:
        valor = original(eu, mensagem)
        if resta[0]:
            resta[0] -= 1
            raise RuntimeError("veneno")
        return valor

    monkeypatch.setitem(ator.handlers, tipo, quebrar)


@pytest.mark.parametrize("vezes", [1, 3])
@pytest.mark.parametrize(("ator", "tipo"), TURNOS, ids=lambda um: getattr(um, "__name__", None))
def test_a_crash_in_any_turn_of_a_channel(
    ator: type[Actor[Any]], tipo: type, vezes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    cena, de_joao = com_ticket("api")
    ids = [cena.responde(de_joao, str(n)).id for n in range(3)]
    cena.reiniciar()
    falha_no_fim(monkeypatch, ator, tipo, vezes)
    esperam: list[Any] = []
    feitos: list[str] = []
    escritas = 0
    for volta in range(60):
        quem = {"quem": CONECTOR, "canal_id": cena.canal_id}
        tomada: Any = cena.enviar(do_canal.TomarTrabalhos(**quem, conector="c1", quantos=5))  # type: ignore[arg-type]
        chegada = cena.chega(cena.mensagem(MARIA, f"oi {volta}"))
        pulso = cena.enviar(do_canal.BaterPonto(**quem, conector="c1", tem=()))  # type: ignore[arg-type]
        retomada = cena.enviar(do_canal.RetomarCanal(quem=ADMIN, canal_id=cena.canal_id))
        estado = StatusRecebido(estado="entregue", em=1, trabalho_id=ids[0])
        dito = cena.enviar(do_canal.ReceberStatus(**quem, status=(estado,)))  # type: ignore[arg-type]
        cena.mundo.assentar()
        if not tomada.is_set:
            esperam.append(cena.enviar(do_canal.LargarCanal(**quem, conector="c1", tem=None)))  # type: ignore[arg-type]
            cena.mundo.assentar()
        for trabalho in () if _recusada(tomada) else tomada.get():
            resultado = Resultado(id=trabalho.id, tentativa=trabalho.tentativa, desfecho="aceito")
            resposta = cena.enviar(
                do_canal.ResponderTrabalho(**quem, conector="c1", resultado=resultado)  # type: ignore[arg-type]
            )
            cena.mundo.assentar()
            esperam.append(resposta)
            feitos += [] if _recusada(resposta) else [trabalho.id]
        escritas += chegada is not None and not _recusada(chegada)
        esperam += [tomada, chegada, pulso, retomada, dito]
        cena.mundo.avancar(10_000)
    assert all(um.is_set for um in esperam if um is not None), "nobody waits for ever"
    assert not [row for row in cena.loja.de(EnvioRow, EMPRESA) if row.estado in ABERTOS]
    assert len(feitos) == len(set(feitos)), "none is done twice"
    mortas = {"falhou"} if tipo is do_canal.ResponderTrabalho and vezes == 3 else set()  # as often as it is tried
    assert {row.estado for row in cena.loja.de(EnvioRow, EMPRESA)} <= {"enviado", "entregue"} | mortas
    de_maria = [row for row in cena.tickets() if row.endereco == f"telefone:{MARIA.valor}"]
    assert len(de_maria) == 1
    assert len(cena.conversa(de_maria[0].id)) == escritas


def _recusada(resposta: Any) -> bool:
    assert resposta.is_set, "nobody waits for ever"
    try:
        resposta.get()
    except Exception:  # noqa: BLE001  # whatever it was refused with
        return True
    return False
