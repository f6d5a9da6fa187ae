"""Who and what a name means: forms of names, the registers of people and programmes, and linking."""
