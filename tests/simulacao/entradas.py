"""What contacts write by channels: new and once more, late, from several addresses of one person, which may change."""

from __future__ import annotations

from random import Random
from typing import Any

from msgspec.structs import replace

from actors.canal.comandos import ItemDeEntrada
from engine.conector.enderecos import Endereco
from engine.conector.entradas import MensagemRecebida
from engine.conector.ids import id_de_entrada
from engine.modelo import MensagemRow, Quem
from engine.runtime import Reply
from tests.simulacao.mundo import Mundo

SEGUNDO = 1_000
Chegada = tuple[str, MensagemRecebida]
"""A message, and the canal by which it came."""


def _pessoa(n: int, nono: str) -> tuple[Endereco, ...]:
    """All by which somebody is known. The phones are those of the contacts that people write down."""
    return (
        Endereco("telefone", f"+5511{nono}8765432{n}"),
        Endereco("usuario", f"BR.{n}"),
        Endereco("email", f"{'abcdefghij'[n]}@x.y"),
        Endereco("codigo", f"2808{n}"),
    )


class Entradas:
    """``aceitas`` are those that were acknowledged as stored, with the id that they have here."""

    def __init__(self, aleatorio: Random) -> None:
        self._r = aleatorio
        self._ditas: dict[str, list[Chegada]] = {}
        self._em_curso: dict[tuple[str, str], Reply[Any]] = {}
        self._n = 0
        self.aceitas: dict[tuple[str, str], MensagemRecebida] = {}

    def esquecer(self) -> None:
        """The node is gone, and whoever waited with it."""
        self._em_curso.clear()

    def chegar(self, mundo: Mundo, empresa_id: str, canais: list[str]) -> Reply[MensagemRow | None] | None:
        """Something comes. None: it is under way already, and whoever brings it again waits for that."""
        canal_id, mensagem = self._uma(mundo.clock.now(), empresa_id, canais)
        id_ = id_de_entrada(canal_id, mensagem.id, mensagem.de)
        em_curso = self._em_curso.get((empresa_id, id_))
        if em_curso is not None and not em_curso.is_set:
            return None
        resposta = mundo.entrar(Quem(empresa_id, None, "conector"), canal_id, ItemDeEntrada(mensagem))
        self._em_curso[empresa_id, id_] = resposta
        return resposta

    def aceita(self, empresa_id: str, row: MensagemRow) -> None:
        ditas = (m for canal, m in self._ditas[empresa_id] if id_de_entrada(canal, m.id, m.de) == row.id)
        self.aceitas[empresa_id, row.id] = next(ditas)

    def _uma(self, now: int, empresa_id: str, canais: list[str]) -> Chegada:
        r, ditas = self._r, self._ditas.setdefault(empresa_id, [])
        if ditas and r.random() < 0.3:
            return r.choice(ditas[-8:])
        canal_id = r.choice(canais[-3:])
        self._n += 1
        pessoa = _pessoa(r.randrange(6), r.choice(("9", "")))
        de, *tambem = r.sample(pessoa, r.choice((1, 1, 1, 2)))
        mensagem = MensagemRecebida(
            id=f"wamid.{self._n}",
            de=de,
            tambem=tuple(tambem),
            em=(now // SEGUNDO - r.choice((0, 0, 0, 1, 5, 3_600))) * SEGUNDO,
            conteudo=f"m{self._n}",
            nome=r.choice((None, "Ana")),
            metadados={"tipoOriginal": "text"},
            automatica=r.random() < 0.03,
        )
        if r.random() < 0.03:
            novo = _pessoa(r.randrange(10), r.choice(("9", "")))[0]
            mensagem = replace(mensagem, de=pessoa[0], tambem=(novo,), automatica=True, mudou_de_endereco=True)
        ditas.append((canal_id, mensagem))
        return ditas[-1]
