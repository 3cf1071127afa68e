"""Compiled Jinja templates, kept from run to run.

dbt compiles the text of every macro and model that it uses once in each process: a third of what a
run on little data takes in Python. The result depends only on the text, on the environment dbt
makes for it and on the versions of Python, Jinja and dbt.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import marshal
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any

_MOST_TEMPLATES = 4000  # more are those of other projects and of earlier versions
_DIGEST_BYTES = 16


class TemplateCache:
    """The code of templates, kept in a file.

    Parameters
    ----------
    path
        The file. It has code, like macros, so it belongs in the project's target directory. A
        damaged file, or one from other versions, is not used.

    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._versions = "|".join(
            (sys.version, *(importlib.metadata.version(name) for name in ("jinja2", "dbt-common")))
        )
        self._codes = self._read()
        self._used: set[bytes] = set()
        self._has_new = False

    def code_of(
        self, source: str, environment: object, compile_template: Callable[[], CodeType]
    ) -> CodeType:
        """Return the code of a template, compiled now if it is new.

        `environment` is dbt's: it has one for text and one for settings, whose code differs.
        """
        kind = type(environment).__qualname__
        key = _digest(f"{kind}\n{source}".encode())
        self._used.add(key)
        code = self._codes.get(key)
        if code is None:
            code = self._codes[key] = compile_template()
            self._has_new = True
        return code

    def save(self) -> None:
        """Write the file if anything is new. Where that fails, it is compiled again next time."""
        if not self._has_new:
            return
        if len(self._codes) > _MOST_TEMPLATES:
            self._codes = {key: self._codes[key] for key in self._used}
        content = marshal.dumps((self._versions, dict(self._codes)))
        new = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(_digest(content) + content)
            new.replace(self.path)
            self._has_new = False

    def _read(self) -> dict[bytes, CodeType]:
        try:
            content = self.path.read_bytes()
        except OSError:
            return {}
        digest, content = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
        if digest != _digest(content):
            return {}
        versions, codes = marshal.loads(content)  # noqa: S302 (our own file, and whole)
        return codes if versions == self._versions else {}


@contextlib.contextmanager
def kept_in(cache: TemplateCache) -> Iterator[None]:
    """Have dbt take templates from `cache` while it runs in the block, and keep new ones there.

    It replaces one method of the class that dbt compiles templates with, only in this process. A
    dbt without that class compiles as usual.
    """
    try:
        from dbt_common.clients.jinja import MacroFuzzEnvironment
    except ImportError:
        yield
        return
    environment: Any = MacroFuzzEnvironment
    inherited = environment.compile

    def compile_template(self: Any, source: Any, *arguments: Any, **named: Any) -> Any:
        def compiled() -> Any:
            return inherited(self, source, *arguments, **named)

        if not isinstance(source, str) or arguments or named:
            return compiled()
        return cache.code_of(source, self, compiled)

    environment.compile = compile_template
    try:
        yield
    finally:
        environment.compile = inherited
        cache.save()


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_DIGEST_BYTES).digest()
