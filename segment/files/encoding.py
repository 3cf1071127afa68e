"""Which encoding a text file is in.

Valid UTF-8 is UTF-8: a text of some length in another encoding is hardly ever valid UTF-8. Nearly
any bytes are valid in any eight-bit encoding, so these are distinguished by the words they give:
those of Western and Central Europe by the letters of their languages, which is safer than
statistics on the few words of an export, all others by charset-normalizer.
"""

from __future__ import annotations

import codecs
import contextlib
import gzip
import itertools
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

from segment.errors import SegmentError

SAMPLE: Final = 1 << 19
"""Bytes of the beginning that are looked at closely."""

_CHUNK: Final = 1 << 20


@dataclass(frozen=True)
class Encoding:
    """The encoding of a file.

    Parameters
    ----------
    name
        Python's name; 'ascii' where every encoding gives the same text.
    is_sure
        False where another encoding would give other plausible words.
    example
        A word with a letter that shows whether it is right; '' where there is none.
    beginning
        The beginning of the file as text.
    is_whole
        Whether that is all of it.

    """

    name: str
    is_sure: bool
    example: str
    beginning: str
    is_whole: bool


def encoding_of(path: Path, given: str | None = None) -> Encoding:
    """Detect the encoding of a file from all its bytes, or verify a given one.

    Raises
    ------
    SegmentError
        It is no text, or has bytes that are none in its encoding.

    """
    with open_binary(path) as file:
        head = file.read(SAMPLE)
        whole = not file.peek(1) if hasattr(file, "peek") else len(head) < SAMPLE
    _require_text(path, head)
    if given is not None:
        _require_decodable(path, _known(given))
        return _described(_known(given), head, whole=whole, sure=True)
    name = _by_mark(head) or _unicode(path)
    if name is not None:
        return _described(name, head, whole=whole, sure=True)
    words = _words(path)
    name, sure = _by_words(path, words)
    return _described(name, head, whole=whole, sure=sure, words=words)


def has_bytes(path: Path, pattern: re.Pattern[bytes]) -> bool:
    """Tell whether a file has a byte that a pattern finds."""
    with open_binary(path) as file:
        return any(pattern.search(chunk) for chunk in iter(lambda: file.read(_CHUNK), b""))


def _known(name: str) -> str:
    """Return how Python calls an encoding."""
    try:
        return codecs.lookup(name).name.replace("utf-8-sig", "utf-8")
    except LookupError as error:
        message = f"There is no encoding {name!r}."
        raise SegmentError(message, "Name it as Python does: utf-8, cp1252, iso8859_15.") from error


@contextlib.contextmanager
def open_binary(path: Path) -> Iterator[BinaryIO]:
    """Open a file that may be compressed with gzip.

    Raises
    ------
    SegmentError
        It cannot be read.

    """
    try:
        file = gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb")  # noqa: SIM115 (closed below)
    except OSError as error:
        raise SegmentError(f"{path} cannot be read: {error.strerror or error}.") from error
    with file:
        try:
            yield cast("BinaryIO", file)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            message = f"{path} is not a whole gzip file: {str(error).rstrip('.')}."
            raise SegmentError(message, "Copy or download it again.") from error


_SIGNATURES: Final = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook", "Save it as CSV."),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook", "Save it as CSV."),
    (b"PAR1", "a Parquet file", "Call it .parquet."),
    (b"\x1f\x8b", "compressed with gzip", "Call it .csv.gz."),
    (b"\x28\xb5\x2f\xfd", "compressed with Zstandard", "Call it .csv.zst."),
    (b"%PDF", "a PDF document", "Export the data as CSV."),
    (b"\x00\x05\x16\x07", "a file of macOS metadata", "Delete it."),
    (b"SQLite format 3", "a SQLite database", "Export the table as CSV."),
)


def _require_text(path: Path, head: bytes) -> None:
    for signature, what, hint in _SIGNATURES:
        if head.startswith(signature):
            raise SegmentError(f"{path} is {what}, not text.", hint)
    if re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|\?xml)", head, re.IGNORECASE):
        raise SegmentError(f"{path} is a web page or XML, not CSV.", "Export the data as CSV.")


def _by_mark(head: bytes) -> str | None:
    """Return the encoding that the first bytes name, or that zero bytes reveal."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) / 8:  # most characters of an export are ASCII
        return "utf-16-be" if even > odd else "utf-16-le"
    return None


def _described(
    name: str, head: bytes, *, whole: bool, sure: bool, words: bytes | None = None
) -> Encoding:
    decoder = codecs.getincrementaldecoder(name)(errors="replace")
    text = decoder.decode(head, final=whole).removeprefix("\ufeff")
    shown = text if words is None else words.decode(name, "replace")
    found = re.search(r"[^\W\d_]*[^\x00-\x7f][^\W\d_]*", shown)
    return Encoding(name, sure, found[0][:40] if found else "", text, whole)


def _unicode(path: Path) -> str | None:
    """Return 'ascii' or 'utf-8' where all bytes are valid in it, otherwise None."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    name = "ascii"
    try:
        with open_binary(path) as file:
            while chunk := file.read(_CHUNK):
                if not chunk.isascii() or decoder.getstate()[0]:
                    name = "utf-8"
                    decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return name


_BETWEEN_WORDS: Final = bytes(
    byte if byte >= 0x80 or chr(byte).isalpha() or byte in b"'-" else ord(" ")  # noqa: PLR2004 (ASCII)
    for byte in range(256)
)
_EVERY: Final = 8  # pieces: words are looked for in the first ones, and in one of so many after


def _words(path: Path) -> bytes:
    """Return different words with a byte above 127."""
    found: dict[bytes, None] = {}
    with open_binary(path) as file:
        for place, chunk in enumerate(iter(lambda: file.read(_CHUNK), b"")):
            if place >= _EVERY and place % _EVERY and found:
                continue
            # What is cut at the edges is left out, unless there is nothing else.
            words = chunk.translate(_BETWEEN_WORDS)
            inner = words[words.find(b" ") + 1 : words.rfind(b" ")] if place else words
            found |= dict.fromkeys(w for w in set(inner.split()) if not w.isascii())
    return b" ".join(sorted(found))


_MANY_LINES: Final = 1000


def _lines(path: Path) -> bytes:
    """Return the first lines with a byte above 127: a character may have ASCII bytes, too."""
    with open_binary(path) as file:
        special = (line for line in file if not line.isascii())
        return b"".join(itertools.islice(special, _MANY_LINES))


_CENTRAL: Final = (  # Polish, Czech, Slovak, Hungarian, Croatian and Slovene, Romanian
    *("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž", "ăâîşţ"),
)
_CYRILLIC: Final = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґў"
_LETTERS: Final[Mapping[str, tuple[str, ...]]] = {
    # German, French, Spanish, Portuguese, Italian, Swedish, Danish, Dutch, Icelandic
    "cp1252": (
        *("äöüß", "àâæçéèêëîïôœùûü", "áéíóúñü", "áâãàçéêíóôõúü", "àèéìíòóù"),
        *("åäöéü", "æøåéö", "éëïöüóèê", "áéíóúýþðæö"),
    ),
    "cp1250": _CENTRAL,
    "iso8859_2": _CENTRAL,
    "cp1254": ("çğıİöşüâîû",),  # Turkish
    "cp1251": (_CYRILLIC,),
    "koi8_r": (_CYRILLIC,),
    "cp1253": ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",),
}
_OWN_SCRIPT: Final = frozenset({"cp1251", "koi8_r", "cp1253"})
"""Encodings whose letters do not stand beside Latin ones in a word."""
_SIGNS: Final = frozenset("€£¥°§«»–—‘’‚“”„…©®™½¼¾²³µ·¿¡´ºª\xa0×±•†")  # noqa: RUF001 (as they are)
_WITHIN_WORDS: Final = frozenset("’‘´·–—\xa0")  # noqa: RUF001 (as above)
_PLAUSIBLE: Final = 0.75
_ALL_BUT_SURE: Final = 0.95
_CLEAR: Final = 0.05
_OTHERS: Final = (
    *("cp1251", "koi8_r", "cp866", "iso8859_5", "cp1253", "cp1255", "cp1256", "cp1257"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949", "cp874", "mac_roman", "cp850", "cp437"),
)


def _by_words(path: Path, words: bytes) -> tuple[str, bool]:
    """Return the likeliest eight-bit encoding, and whether no other is nearly as likely.

    Raises
    ------
    SegmentError
        The file is UTF-8 but for some bytes, or no encoding fits.

    """
    _require_no_broken_utf_8(path, words)
    without_euro = re.sub(rb"(?<!\S)\xa4(?!\S)", b"", words)
    has_euro = without_euro != words  # as ISO-8859-15 has it
    if has_euro and not without_euro.strip():
        return "iso8859_15", True
    scores = {name: _plausibility(without_euro, name) for name in _LETTERS}
    best = max(scores, key=lambda name: scores[name])  # of equal ones the first
    if scores[best] < _PLAUSIBLE and _is_western(without_euro):
        return ("iso8859_15" if has_euro else "cp1252"), False
    if scores[best] >= (_ALL_BUT_SURE if best in _OWN_SCRIPT else _PLAUSIBLE):
        reading = words.decode(best)
        rivals = [
            name
            for name, score in scores.items()
            if score > scores[best] - _CLEAR and words.decode(name) != reading
        ]
        return ("iso8859_15" if has_euro and best == "cp1252" else best), not (
            rivals or best in _OWN_SCRIPT
        )
    from charset_normalizer import from_bytes

    guessed = from_bytes(_lines(path), cp_isolation=list(_OTHERS)).best()
    name = guessed.encoding if guessed else "cp1252"
    _require_decodable(path, name)
    return name, False


def _plausibility(words: bytes, name: str) -> float:
    """Return the share of special characters that one language, or no language, explains."""
    try:
        text = words.decode(name)
    except UnicodeDecodeError:
        return 0.0
    high = [at for at, sign in enumerate(text) if not sign.isascii()]
    letters = [text[at] for at in high if _is_letter(text, at, alone=name in _OWN_SCRIPT)]
    language = max(
        sum(letter.lower() in alphabet or letter in alphabet for letter in letters)
        for alphabet in _LETTERS[name]
    )
    signs = sum(text[at] in _SIGNS and not _is_in_word(text, at) for at in high)
    return (language + signs) / max(1, len(high))


def _is_western(words: bytes) -> bool:
    """Recognise words of several Western languages by their few special letters."""
    try:
        text = words.decode("cp1252")
    except UnicodeDecodeError:
        return False
    known = frozenset("".join(_LETTERS["cp1252"]))
    special = [at for at, sign in enumerate(text) if not sign.isascii()]
    explained = (
        (text[at].lower() in known and _is_letter(text, at, alone=False))
        or (text[at] in _SIGNS and not _is_in_word(text, at))
        for at in special
    )
    return len(special) <= sum(map(str.isalpha, text)) / 2 and all(explained)


def _is_letter(text: str, at: int, *, alone: bool) -> bool:
    """Tell a plausible letter of a word from a sign or the result of a wrong encoding."""
    before, after = text[max(0, at - 1) : at], text[at + 1 : at + 2]
    letters = [sign for sign in before + after if sign.isalpha()]
    return (
        text[at].isalpha()
        and text[at] not in "ªºµ"
        and bool(letters)
        and not (text[at].isupper() and before.islower())
        and not (alone and any(map(str.isascii, letters)))
    )


def _is_in_word(text: str, at: int) -> bool:
    return (
        text[at] not in _WITHIN_WORDS
        and text[max(0, at - 1) : at].isalpha()
        and text[at + 1 : at + 2].isalpha()
    )


def _require_no_broken_utf_8(path: Path, words: bytes) -> None:
    """Stop at a file that is UTF-8 in most places: in no other encoding would it make sense."""
    sequences = words.decode("utf-8", "surrogateescape")
    right = sum(sign >= "\x80" and not "\udc80" <= sign <= "\udcff" for sign in sequences)
    wrong = sum("\udc80" <= sign <= "\udcff" for sign in sequences)
    if right > wrong:
        _require_decodable(path, "utf-8")


def _require_decodable(path: Path, name: str) -> None:
    with open_binary(path) as file:
        for _ in decoded(file, name, path):
            pass


def decoded(file: BinaryIO, name: str, path: Path) -> Iterator[str]:
    """Yield the text of a file piece by piece, without the mark at its beginning.

    Raises
    ------
    SegmentError
        A byte that is none in this encoding, with its place.

    """
    decoder = codecs.getincrementaldecoder(name)()
    read, lines, is_first = 0, 1, True
    while True:
        chunk = file.read(_CHUNK)
        read += len(chunk)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            at = read - len(error.object) + error.start
            line = lines + error.object[: error.start].count(b"\n")
            message = (
                f"{path} is not {readable(name)} throughout: the byte "
                f"0x{error.object[error.start]:02X} at position {at + 1} (line {line})."
            )
            raise SegmentError(message, "Save the file as UTF-8, or correct that place.") from error
        lines += chunk.count(b"\n")
        if is_first and text:
            text, is_first = text.removeprefix("\ufeff"), False
        if text:
            yield text
        if not chunk:
            return


_READABLE: Final = {
    "utf-8": "UTF-8",
    "ascii": "ASCII",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252",
    "latin-1": "ISO-8859-1",
}


def readable(name: str) -> str:
    """Return the name of an encoding as people know it."""
    windows = re.fullmatch(r"cp(125\d)", name)
    iso = re.fullmatch(r"iso8859_(\d+)", name)
    if windows:
        return f"Windows-{windows[1]}"
    return f"ISO-8859-{iso[1]}" if iso else _READABLE.get(name, name)
