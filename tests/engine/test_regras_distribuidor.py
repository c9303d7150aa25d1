"""The Distribuidor, in whatever order things happen, against an oracle that looks everything up anew."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.engine.acontecimentos import ACOES, Historia
from tests.engine.longa import contar, passos

ACASO = st.randoms(use_true_random=False)
QUE = st.sampled_from([que for que, (_, peso) in ACOES.items() for _ in range(peso)])


class QualquerOrdem(RuleBasedStateMachine):
    """Filas with whatever policies, agents and tickets; and what they are told is heard late, in another order, or not
    at all.
    """

    @initialize(acaso=ACASO)
    def comecar(self, acaso: Random) -> None:
        self.historia = Historia(acaso)

    @rule(que=QUE, acaso=ACASO)
    def acontecer(self, que: str, acaso: Random) -> None:
        self.historia.acontecer(que, acaso)


TestDistribuidorInWhateverOrder = QualquerOrdem.TestCase
TestDistribuidorInWhateverOrder.settings = settings(max_examples=60, stateful_step_count=40)


@pytest.mark.parametrize("semente", range(20))
def test_long_histories_by_chance_are_as_the_oracle_says(semente: int) -> None:
    """For more of them: ``python -m tests.engine.longa``."""
    for numero in range(10):
        contar(f"{semente}.{numero}", passos(f"{semente}.{numero}", 100))
