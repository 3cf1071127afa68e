"""Rendered truth: a known company, written as an export in a random style, and read back.

`company` draws customers and orders, `style` draws how an export of them looks, `tables` lays the
company out as tables in that style, `files` writes them, and `truth` says what the features of
the customers have to be. Everything follows from one seed. `harness` gives the files to
`segment init`, builds the features and compares them with the truth.

A rendering comes out in one of these ways:

* right: nothing was asked, and every value is the truth;
* asked: a question was put to the user, or what differs was named to them;
* stopped: the command or the build ended with a sentence;
* crashed: it ended with something that was not written for people;
* silently wrong: a value differs, and nobody was told.

Each rendering also says why the file alone may be read in two ways (`doubts`); one without doubts
has a single valid reading, which an attentive analyst would find.

    python -m benchmarks renderings --count 500 --seed 1
    python -m benchmarks renderings --show 17
"""
