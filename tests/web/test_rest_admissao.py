"""Admission: an empresa's requests take turns, in order, and those of others do not wait for them."""

import asyncio
from contextlib import suppress

import pytest

from web.portaria import admissao as modulo
from web.portaria.admissao import Admissao, LimitesDeAdmissao
from web.resposta.erros import TooManyRequests, vista_de


def admissao_de(simultaneos: int, em_espera: int) -> Admissao:
    return Admissao(LimitesDeAdmissao(simultaneos, simultaneos, em_espera))


def test_beyond_the_bound_requests_wait_in_arrival_order() -> None:
    async def main() -> None:
        admissao = admissao_de(2, 10)
        ordem: list[int] = []
        solta = asyncio.Event()

        async def pedido(n: int) -> None:
            vez = admissao.entrar("e")
            if vez is not None:
                await admissao.aguardar("e", vez)
            ordem.append(n)
            await solta.wait()
            admissao.sair("e")

        tarefas = [asyncio.create_task(pedido(n)) for n in range(6)]
        await asyncio.sleep(0)
        assert ordem == [0, 1]
        assert admissao.aguardando() == 4
        solta.set()
        await asyncio.gather(*tarefas)
        assert ordem == [0, 1, 2, 3, 4, 5]
        assert admissao.aguardando() == 0

    asyncio.run(main())


def test_a_full_line_is_refused_with_429_and_when_to_try_again() -> None:
    async def main() -> None:
        admissao = admissao_de(1, 1)
        assert admissao.entrar("e") is None
        assert admissao.entrar("e") is not None
        with pytest.raises(TooManyRequests) as recusa:
            admissao.entrar("e")
        vista, cabecalhos = vista_de(recusa.value)
        assert (vista.status_code, vista.codigo) == (429, "muitas_requisicoes")
        assert cabecalhos == (("retry-after", "1"),)

    asyncio.run(main())


def test_one_empresa_does_not_wait_for_another() -> None:
    async def main() -> None:
        admissao = admissao_de(1, 1)
        assert admissao.entrar("inundada") is None
        assert admissao.entrar("inundada") is not None
        assert admissao.entrar("quieta") is None

    asyncio.run(main())


def test_a_cancelled_wait_gives_its_turn_up() -> None:
    async def main() -> None:
        admissao = admissao_de(1, 5)
        admissao.entrar("e")
        vezes = [admissao.entrar("e") for _ in range(3)]
        tarefas = [asyncio.create_task(admissao.aguardar("e", vez)) for vez in vezes if vez is not None]
        await asyncio.sleep(0)
        tarefas[0].cancel()
        admissao.sair("e")
        tarefas[1].cancel()  # its turn has just come
        for tarefa in tarefas[:2]:
            with suppress(asyncio.CancelledError):
                await tarefa
        await asyncio.wait_for(tarefas[2], 30)
        admissao.sair("e")
        assert admissao.entrar("e") is None
        assert admissao.aguardando() == 0

    asyncio.run(main())


def test_the_part_of_each_shrinks_as_empresas_come_and_grows_when_they_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        agora = 100.0
        monkeypatch.setattr(modulo, "monotonic", lambda: agora)
        admissao = Admissao(LimitesDeAdmissao(simultaneos=8, minimo=2, em_espera=99))
        vezes = [admissao.entrar("inundada") for _ in range(10)]
        assert [vez is None for vez in vezes] == [True] * 8 + [False] * 2
        assert admissao.entrar("quieta") is None
        assert admissao.parte() == 4
        for _ in range(4):  # more run than its part: nobody follows until it is within it
            admissao.sair("inundada")
        assert admissao.aguardando() == 2
        admissao.sair("inundada")
        assert admissao.aguardando() == 1
        for empresa in "abcdef":
            admissao.entrar(empresa)
        assert admissao.parte() == 2
        agora += 1.5
        admissao.entrar("a")
        assert admissao.parte() == 2
        agora += 2.5
        admissao.entrar("a")
        assert admissao.parte() == 8

    asyncio.run(main())
