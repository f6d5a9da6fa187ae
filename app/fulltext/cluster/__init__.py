"""A search index on an OpenSearch cluster, room by room.

``connection`` speaks to the cluster and tells its failures; ``names``, ``mapping`` and ``places`` say how a
document lies there; ``query`` puts trees into its query language, ``ranking`` its hits into our order;
``words`` is the vocabulary; ``lock`` and ``writing`` change what is there.
"""
