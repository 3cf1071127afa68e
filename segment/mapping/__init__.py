"""Guesses how the columns of a raw table map to an input, for `segment init`.

A guess needs a name from the documented list (segment/mapping/synonyms.py) **and** values of
the right kind. What is uncertain stays unmapped, with a plain reason that the user reads next
to it. The guess is a pure function of what `inspect_relation` saw; the expressions are DuckDB
SQL, because files and tables of a DuckDB database are what `init` inspects.
"""

from segment.mapping.columns import Column, identifier, inspect_relation
from segment.mapping.draft import InputGuess
from segment.mapping.guess import RenderedGuess, guess_mapping, render_guess
from segment.mapping.relation import relation_for

__all__ = [
    "Column",
    "InputGuess",
    "RenderedGuess",
    "guess_mapping",
    "identifier",
    "inspect_relation",
    "relation_for",
    "render_guess",
]
