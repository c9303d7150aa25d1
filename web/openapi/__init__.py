"""The API described: an OpenAPI 3.1 document made from the routes themselves, and a page to read it in.

::

    _textos      what is said in prose: the title, the headings
    _esquemas    JSON Schema of the Structs that routes read and answer
    _respostas   headers and errors, the same for all
    _operacoes   one operation of one route
    _ligacoes    from what creates to what can be done with it
    _publicas    the operations that need no token
    _documento   all of it together
    _paginas     served: /openapi.json and /docs
    exemplos.json   requests and answers as a test saw them (tests/web/test_openapi_exemplos.py writes it)
"""

from web.openapi._documento import documento
from web.openapi._operacoes import nome_da_operacao
from web.openapi._paginas import registrar

__all__ = ["documento", "nome_da_operacao", "registrar"]
