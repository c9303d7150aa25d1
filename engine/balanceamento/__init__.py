"""Balancing: which work is to change hands, so that nobody is over-loaded while others have room.

=============  ====================================================================================================
``modelo``     what is asked for, what is to move and why, what stays and why
``cargas``     how much everybody has, and would have; who takes one more best
``regras``     what of a ticket keeps it where it is
``esperas``    what waits in a fila while another, where that one overflows to, has room or the shorter line
``donos``      what nobody has answered yet, and somebody with room should have
``plano``      all of it, up to a bound; and whether a part of it still holds
``palavras``   all of that in words
``vista``      what whoever asked is told
=============  ====================================================================================================

What is planned is only that: each ticket looks at it again, in its own turn, and does not move if it is not so any
more. Where a plan was carried out there is nothing left that another would move.
"""

from engine.balanceamento.modelo import Fica, Mudanca, Pedido, Plano, Porque, PorqueFica, PorqueNao
from engine.balanceamento.plano import planejar, porque_nao_move

__all__ = ["Fica", "Mudanca", "Pedido", "Plano", "Porque", "PorqueFica", "PorqueNao", "planejar", "porque_nao_move"]
