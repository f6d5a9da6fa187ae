"""Which texts are alike: the same words printed twice, and articles that copy one another. Pure functions."""
