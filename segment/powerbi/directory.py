"""The directory of a Power BI project: written completely, and never over anyone's work."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from segment.errors import SegmentError

# What each file was when it was written, by which a later writing knows its own files.
RECORD = ".segment-powerbi.json"
# Power BI Desktop's own cache and settings, which may be replaced.
_CACHE = ".pbi"


def write_directory(directory: Path, files: Mapping[str, str], *, overwrite: bool = False) -> None:
    """Write `files` (path -> text) as `directory`.

    A directory that this function wrote is replaced, in one step as seen from outside.

    Parameters
    ----------
    directory
        Not there yet, empty, or written by this function.
    files
        Every file, by its path with forward slashes.
    overwrite
        Replace it even if someone changed it since.

    Raises
    ------
    SegmentError
        It has something else in it, was changed, or cannot be written. It stays unchanged.

    """
    directory = directory.absolute()
    _refuse_others(directory, overwrite=overwrite)
    with _explained(directory):
        directory.parent.mkdir(parents=True, exist_ok=True)
        # beside it, so that only a rename is left
        with tempfile.TemporaryDirectory(
            prefix=f".{directory.name}.", dir=directory.parent, ignore_cleanup_errors=True
        ) as beside:
            new = Path(beside) / "new"
            _write(new, files)
            old = Path(beside) / "old"
            if directory.exists():
                directory.rename(old)
            try:
                new.rename(directory)
            except OSError:
                if old.exists():
                    old.rename(directory)
                raise


def _write(directory: Path, files: Mapping[str, str]) -> None:
    record = {path: _hash(text.encode()) for path, text in sorted(files.items())}
    record_text = json.dumps({"files": record}, indent=2, ensure_ascii=False) + "\n"
    for name, text in {**files, RECORD: record_text}.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def _refuse_others(directory: Path, *, overwrite: bool) -> None:
    """Refuse a directory with something in it that this function did not write."""
    if not directory.exists() and not directory.is_symlink():
        return
    elsewhere = "Name another directory."
    if directory.is_symlink() or not directory.is_dir():
        raise SegmentError(f"{directory} is not a directory.", elsewhere)
    found = {
        path.relative_to(directory).as_posix(): path
        for path in directory.rglob("*")
        if not path.is_dir() and _CACHE not in path.relative_to(directory).parts
    }
    if not found and not any(directory.iterdir()):
        return
    record = _record(found.pop(RECORD, None))
    if record is None:
        message = f"{directory} has files in it that `segment powerbi` did not write."
        raise SegmentError(message, elsewhere)
    tops = {path.partition("/")[0] for path in record}
    strange = sorted(path for path in found if path.partition("/")[0] not in tops)
    if strange:
        message = f"{directory} has files in it that `segment powerbi` did not write: {strange[0]}."
        raise SegmentError(message, "Move them away, or name another directory.")
    changed = sorted(
        {path for path in found.keys() | record.keys() if _now(found.get(path)) != record.get(path)}
    )
    if changed and not overwrite:
        more = f" and {len(changed) - 1} more files" if len(changed) > 1 else ""
        message = f"{directory} was changed since it was written: {changed[0]}{more}."
        raise SegmentError(message, f"{elsewhere} Or lose those changes with --overwrite.")


def _record(path: Path | None) -> dict[str, str] | None:
    if path is None:
        return None
    try:
        files = json.loads(path.read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return files if isinstance(files, dict) else None


def _now(path: Path | None) -> str | None:
    return None if path is None else _hash(path.read_bytes())


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@contextmanager
def _explained(directory: Path) -> Iterator[None]:
    try:
        yield
    except PermissionError as error:
        message = f"{directory} cannot be written: another program has it open, or it is protected."
        raise SegmentError(message, "Close Power BI Desktop, then run it again.") from error
    except OSError as error:
        reason = error.strerror or error
        message = f"{directory} was not written: {reason} ({error.filename})."
        raise SegmentError(message, "Check that the disk can be written and has room.") from error
