"""What a policy names beside its fila, and what it is when another takes its place."""

from __future__ import annotations

from msgspec.structs import replace

from engine.politica.modelo import Politica, Transbordo, ViaEquipe


def destinos(politica: Politica) -> list[tuple[str, str]]:
    """The filas where tickets go, each with the field that says so."""
    achados = [(f"transbordos[{posicao}].para", um.para) for posicao, um in enumerate(politica.transbordos)]
    maximo = politica.maximo
    if maximo is not None and maximo.acao == "transbordar" and maximo.para is not None:
        achados.append(("maximo.para", maximo.para))
    return achados


def vai_para(politica: Politica, fila_id: str) -> bool:
    return any(para == fila_id for _, para in destinos(politica))


def com_outra_fila(politica: Politica, de: str, para: str, propria: str) -> Politica:
    """The policy of the fila ``propria``, where ``para`` has taken the place of ``de``. What would go to itself, or is
    there already, is left out.
    """
    transbordos: dict[Transbordo, None] = {}
    for um in politica.transbordos:
        novo = replace(um, para=para) if um.para == de else um
        if novo.para != propria:
            transbordos[novo] = None
    maximo = politica.maximo
    if maximo is not None and maximo.para == de:
        maximo = None if para == propria else replace(maximo, para=para)
    return replace(politica, transbordos=tuple(transbordos), maximo=maximo)


def com_outra_equipe(politica: Politica, de: str, para: str) -> Politica:
    """The policy where the equipe ``para`` has taken the place of ``de``; what is said of ``para`` already stays."""
    aneis = tuple(
        replace(anel, equipes=tuple(dict.fromkeys(para if id_ == de else id_ for id_ in anel.equipes)))
        for anel in politica.aneis
    )
    vias: dict[str, ViaEquipe] = {via.equipe_id: via for via in politica.equipes if via.equipe_id != de}
    for via in politica.equipes:
        if via.equipe_id == de:
            vias.setdefault(para, replace(via, equipe_id=para))
    return replace(politica, aneis=aneis, equipes=tuple(vias.values()))
