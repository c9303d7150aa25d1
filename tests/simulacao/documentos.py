"""Documents of the distribution by chance, as people would set them now: policies, capacities, skills, shifts.

They are those of the histories of the engine (:mod:`tests.engine.acasos`), of what there is in an empresa.
"""

from __future__ import annotations

from random import Random
from typing import Any

import msgspec
from msgspec.structs import replace

from engine.politica.documento import ler
from engine.politica.modelo import Horario, Oferta, Politica
from tests.engine import acasos
from tests.engine.acasos import AoLado, sim


def politica(r: Random, ao_lado: AoLado, *, curto: bool) -> Politica:
    """``curto``: what goes round and round may do so in seconds, for nobody waits for days."""
    uma = ler(acasos.politica(r, ao_lado))
    return replace(
        uma,
        estrategia=r.choice(acasos.ESTRATEGIAS),
        distribuicao_automatica=not sim(r, 6),
        ao_ficar_offline=r.choice(("devolver", "manter")),
        prioridade=r.randint(1, 10),
        oferta=_oferta(r, uma.oferta, curto=curto),
        horario=None if uma.horario is None else _da_semana(r, uma.horario),
        silencio_segundos=r.choice((0, 0, 20, 60) if curto else (0, 0, 0, 1800)),
        ao_fechar=r.choice(("manter", "devolver")),
    )


def _oferta(r: Random, oferta: Oferta, *, curto: bool) -> Oferta:
    """Who never answers is not there in the end, where that goes on for days."""
    sem_resposta = r.choice((0, 1, 2, 3) if curto else (1, 2, 3))
    segundos = r.choice((5, 30, 60) if curto else (30, 900))
    return replace(
        oferta, segundos=segundos, sem_resposta=sem_resposta, estado_sem_resposta=r.choice(("pausa", "almoco"))
    )


def _da_semana(r: Random, horario: Horario) -> Horario:
    """The hours of one day are those of every day, or not."""
    (horas,) = horario.dias.values()
    return horario if sim(r, 2) else replace(horario, dias=dict.fromkeys(acasos.DIAS, horas))


def capacidade(r: Random) -> str:
    """How slots are counted, as an empresa keeps it."""
    uma = replace(
        acasos.capacidade(r), maximo_pendentes=r.choice((None, None, 0, 2)), arremate_segundos=r.choice((0, 10, 300))
    )  # fmt: skip
    return msgspec.json.encode(uma).decode()


def da_pessoa(r: Random, now: int) -> dict[str, Any]:
    """What an agent can do, or when it works."""
    return {"turno": acasos.turno(r, now)} if sim(r, 3) else acasos.niveis(r)


def marcas(r: Random) -> dict[str, Any]:
    """What a person says of a ticket, for the rules of skills or in their place."""
    return r.choice((
        {"etiquetas": tuple(nome for nome in acasos.ETIQUETAS if sim(r, 2))},
        {"idioma": r.choice((None, "es"))},
        {"habilidades": r.choice((None, acasos.pedidas(r)))},
    ))  # fmt: skip
