"""Parts of the gazetteer build; ``scripts/build_gazetteer.py`` is the command."""
