"""Full-text search: the query grammar, the analysis of words, snippets, the index."""
