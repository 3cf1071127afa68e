"""Decides what the columns of a raw table mean, for `segment init`.

Four steps, a module or two each. **Profile** (`columns`): what all values of a column look like.
**Decide** (`dates`, `numbers`, `readings`): how they are read, or what has to be asked.
**Explain** (`guess`, `draft`, `money`, `attributes`): which column is which, by a name from the
documented list (`synonyms`) **and** values of the right kind; `evidence`, `statuses` and
`together` check the guess against the rows and the other inputs. **Write** (`write`): the mapping
as YAML.

What is uncertain stays unmapped, with a plain reason that the user reads next to it, or becomes
a question. The same files and answers give the same mapping.
"""

from segment.mapping.columns import Column, identifier, inspect_relation
from segment.mapping.draft import InputGuess
from segment.mapping.guess import RenderedGuess, guess_mapping, render_guess
from segment.mapping.readings import Question

__all__ = [
    "Column",
    "InputGuess",
    "Question",
    "RenderedGuess",
    "guess_mapping",
    "identifier",
    "inspect_relation",
    "render_guess",
]
