"""Copies in UTF-8 of text files that no engine reads as they are.

DuckDB reads UTF-8 and ISO-8859-1; a file in another encoding (Excel's Windows-1252, UTF-16) is
copied as UTF-8 into the project, `inputs/orders.utf8.csv` for orders.csv, and the input's
`relation` reads the copy. `inputs/orders.utf8.csv.json` beside it has the size, the time and the
SHA-256 of the source. `segment run` makes the copy again where they differ; dbt, which cannot,
stops with a sentence (check_recoded_copy.sql), so that nobody gets old numbers.

Several files in a directory have a directory of copies, `inputs/exports.utf8/`, and one
sidecar, `inputs/exports.utf8.json`.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import itertools
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

from segment.errors import SegmentError
from segment.files.encoding import decoded, open_binary

DIRECTORY: Final = "inputs"
"""Where copies stand in a project."""


@dataclass(frozen=True)
class Fingerprint:
    """How to recognise the file that was copied.

    Parameters
    ----------
    size
        In bytes.
    modified
        Microseconds since 1970 in UTC; dbt compares the seconds, which is what DuckDB 1.5 has.

    """

    size: int
    modified: int

    @classmethod
    def of(cls, path: Path) -> Self:
        """Look at a file; FileNotFoundError where there is none."""
        found = path.stat()
        return cls(found.st_size, found.st_mtime_ns // 1000)


@dataclass(frozen=True)
class Recoding:
    """Files of one encoding, and where their copies in UTF-8 belong.

    Parameters
    ----------
    file
        The file, or a pattern of several, as the mapping has it: relative to the project where it
        is inside, absolute otherwise.
    encoding
        Of the files, by Python's name.
    copy
        The copy, or the directory of copies, relative to the project.

    """

    file: str
    encoding: str
    copy: str

    @classmethod
    def of(cls, config: object, variable: str) -> Self:
        """Read the `recoded_from` of an input.

        Raises
        ------
        SegmentError
            It is not a mapping of file, encoding and copy.

        """
        given = dict(config) if isinstance(config, Mapping) else {}
        if set(given) != {"file", "encoding", "copy"} or not all(
            isinstance(value, str) for value in given.values()
        ):
            message = f"{variable} must have a file, its encoding and the copy of it."
            raise SegmentError(message, "Let `segment init` write it.")
        return cls(**given)

    def as_config(self) -> dict[str, str]:
        """Return the entry `recoded_from` of the mapping."""
        return asdict(self)

    @property
    def sidecar(self) -> str:
        """Where it is written down what was copied."""
        return f"{self.copy}.json"

    @property
    def is_of_several(self) -> bool:
        """Whether `copy` is a directory."""
        return not self.copy.lower().endswith(_KINDS)

    @property
    def relation_path(self) -> str:
        """What the reader is given: the copy, or the pattern of all copies."""
        return f"{self.copy}/**/*.*" if self.is_of_several else self.copy


_KINDS: Final = (".csv", ".tsv", ".txt")


@dataclass(frozen=True)
class _Copied:
    """A line of the sidecar: a source as it was, and its copy."""

    source: str
    size: int
    modified: int
    sha256: str
    copy: str
    copy_size: int


def copy_name(source: Path) -> str:
    """Return the name of the copy of a file: `orders.utf8.csv` for orders.csv.gz."""
    name = re.sub(r"\.(gz|zst)$", "", source.name, flags=re.IGNORECASE)
    stem, _, kind = name.rpartition(".")
    return f"{plain(stem)}.utf8.{kind}"


def plain(name: str) -> str:
    """Return a name without what would be a wildcard."""
    return re.sub(r"[*?\[\]]", "_", name)


def free_copy(recoding: Recoding, places: Sequence[Path]) -> Recoding:
    """Rename the copy where another file of that name has its copy there."""
    wanted, number = recoding, 1
    while any(_is_taken(place / wanted.sidecar, wanted) for place in places):
        number += 1
        wanted = replace(recoding, copy=recoding.copy.replace(".utf8", f"-{number}.utf8"))
    return wanted


def _is_taken(sidecar: Path, recoding: Recoding) -> bool:
    return sidecar.is_file() and not _read_sidecar(sidecar, recoding)


def recode(recoding: Recoding, root: Path, destination: Path | None = None) -> tuple[str, ...]:
    """Make the copies that are not there or not of the files as they are now.

    A copy is written to a temporary file and moved, and the sidecar last, so that a failure leaves
    the old state, and nothing half written.

    Parameters
    ----------
    recoding
        What to copy.
    root
        The project, which relative paths start from. It need not exist.
    destination
        Where `recoding.copy` is put; by default the project.

    Returns
    -------
    tuple
        The files that were copied, none where every copy is of the file as it is.

    Raises
    ------
    SegmentError
        A file is gone or not in that encoding, or the disk is full.

    """
    place = root if destination is None else destination
    known = {copied.source: copied for copied in _read_sidecar(place / recoding.sidecar, recoding)}
    made, copies = [], []
    for source, copy in copies_of(recoding, root):
        kept = _kept(root / source, place / copy, known.get(source))
        if kept is None:
            made.append(source)
        copies.append(
            replace(kept or _copy(root / source, place / copy, recoding), source=source, copy=copy)
        )
    with _explained(place / recoding.copy):
        _remove_strays(recoding, place, copies)
        if copies != list(known.values()):
            _write_sidecar(place / recoding.sidecar, recoding, copies)
    return tuple(made)


def install(recoding: Recoding, scratch: Path, root: Path) -> None:
    """Move copies that were made in `scratch` into the project.

    Raises
    ------
    SegmentError
        They cannot be written there.

    """
    with _explained(root / recoding.copy):
        for name in (recoding.copy, recoding.sidecar):  # the sidecar last
            if not (scratch / name).exists():
                continue  # moved already: another input reads the same file
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            beside = target.with_name(f".{target.name}.new-{os.getpid()}")
            try:
                shutil.move(scratch / name, beside)
                if target.is_dir():
                    shutil.rmtree(target)
                beside.replace(target)
            finally:
                _remove(beside)


def refresh_copies(root: Path, inputs: object) -> tuple[str, ...]:
    """Make every copy again whose source has changed, and return the files that were copied.

    Parameters
    ----------
    root
        The project.
    inputs
        The variable `inputs` as the user has it.

    Raises
    ------
    SegmentError
        One sentence that names the variable.

    """
    made: list[str] = []
    for name, config in (inputs if isinstance(inputs, Mapping) else {}).items():
        given = config.get("recoded_from") if isinstance(config, Mapping) else None
        if given is not None:
            variable = f"Variable inputs.{name}.recoded_from of warehouse_segmentation:"
            recoding = Recoding.of(given, variable)
            try:
                made += recode(recoding, root)
            except SegmentError as error:
                raise SegmentError(f"{variable} {error.message}", error.hint) from error
    return tuple(dict.fromkeys(made))


# ---------------------------------------------------------------------------- one file


def copies_of(recoding: Recoding, root: Path) -> list[tuple[str, str]]:
    """Return the files there are now, each with the place of its copy.

    Raises
    ------
    SegmentError
        There is none.

    """
    found = glob.glob(recoding.file, root_dir=root, recursive=True)  # noqa: PTH207 (has no root_dir)
    files = [Path(path) for path in sorted(found) if (root / path).is_file()]
    if not files:
        message = f"the input reads a copy of the file {recoding.file}, which does not exist."
        raise SegmentError(
            message, "Put it back, or run `segment init` for the file that replaces it."
        )
    if not recoding.is_of_several:
        return [(files[0].as_posix(), recoding.copy)]
    fixed = _fixed_part(recoding.file)
    copies = [path.relative_to(fixed).with_name(copy_name(path)).as_posix() for path in files]
    twice = next((copy for place, copy in enumerate(copies) if copy in copies[:place]), None)
    if twice:
        message = f"two files of {recoding.file} would have the same copy {twice}."
        raise SegmentError(message, "Keep one of them.")
    return [
        (path.as_posix(), f"{recoding.copy}/{copy}")
        for path, copy in zip(files, copies, strict=True)
    ]


def _fixed_part(pattern: str) -> Path:
    """Return the directory of a pattern before its first part with a wildcard."""
    parents = [*reversed(Path(pattern).parents)]
    return next(
        (above for above, path in itertools.pairwise(parents) if glob.has_magic(path.name)),
        parents[-1],
    )


def _kept(path: Path, copy: Path, known: _Copied | None) -> _Copied | None:
    """Return the entry of a copy that is still right, None where it has to be made."""
    if known is None or not copy.is_file() or copy.stat().st_size != known.copy_size:
        return None
    now = Fingerprint.of(path)
    if (now.size, now.modified) == (known.size, known.modified):
        return known
    if now.size == known.size and _sha256(path) == known.sha256:
        return replace(known, modified=now.modified)  # only touched
    return None


def _copy(path: Path, copy: Path, recoding: Recoding) -> _Copied:
    before = Fingerprint.of(path)
    with _explained(copy):
        sha256 = _write_utf_8(path, copy, recoding.encoding)
        size = copy.stat().st_size
    if Fingerprint.of(path) != before:
        raise SegmentError(f"{path} changes while it is read.", "Try again when it is complete.")
    return _Copied("", before.size, before.modified, sha256, "", size)


def _remove_strays(recoding: Recoding, place: Path, copies: Sequence[_Copied]) -> None:
    """Remove what would be read along with the copies."""
    if recoding.is_of_several:
        wanted = {place / copied.copy for copied in copies}
        for path in (place / recoding.copy).rglob("*"):
            if path.is_file() and path not in wanted:
                path.unlink()


def _write_utf_8(source: Path, target: Path, encoding: str) -> str:
    """Write a file in UTF-8, and return the SHA-256 of the source."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.new-{os.getpid()}")
    try:
        with open_binary(source) as file, beside.open("w", encoding="utf-8", newline="\n") as out:
            for text in _with_one_line_end(decoded(file, encoding, source)):
                out.write(text)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return _sha256(source)


def _with_one_line_end(pieces: Iterator[str]) -> Iterator[str]:
    """Make all line ends equal: a reader refuses a file in which they differ."""
    held = ""
    for piece in pieces:
        text = held + piece
        held = "\r" if text.endswith("\r") else ""
        yield text.removesuffix("\r").replace("\r\n", "\n").replace("\r", "\n")
    if held:
        yield "\n"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"The copy {path} cannot be written: {error.strerror or error}."
        raise SegmentError(message, "Check the directory's permissions and free space.") from error


# -------------------------------------------------------------------------- the sidecar


def _read_sidecar(path: Path, recoding: Recoding) -> list[_Copied]:
    """Return what was copied; nothing where the sidecar is missing, broken or of other files."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if (found["file"], found["encoding"]) != (recoding.file, recoding.encoding):
            return []
        return [_Copied(**each) for each in found["copies"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _write_sidecar(path: Path, recoding: Recoding, copies: Sequence[_Copied]) -> None:
    content = recoding.as_config() | {"copies": [asdict(copied) for copied in copies]}
    beside = path.with_name(f".{path.name}.new-{os.getpid()}")
    try:
        beside.write_text(json.dumps(content, indent=2, ensure_ascii=False), encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
