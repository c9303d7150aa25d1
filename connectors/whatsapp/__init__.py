"""WhatsApp, by Meta's Cloud API (https://developers.facebook.com/docs/whatsapp/cloud-api).

======================================  ================================================================================
``conector``                            the canal: does its jobs, keeps its templates, says what is wrong with it
``leitura``                             a webhook's body → messages, statuses, news; made of ``mensagens``, ``tipos``,
                                        ``pessoas``, ``status``, ``novidades``, on ``json_tolerante`` and ``limpeza`` of
                                        ``engine.conector``
``corpos``, ``interativos``,            what is to be sent → the body that asks for it
``modelo_enviado``
``erros``                               what an answer, or none, means for a job
``graph``                               one request to the Graph API
``midia_recebida``, ``midia_enviada``   files in, files out
``modelos``, ``exame``                  the templates there are; what is wrong with a canal
======================================  ================================================================================

All but ``conector``, ``graph``, ``modelos``, ``exame`` and the two of files are pure.
"""
