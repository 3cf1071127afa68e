"""dbt in this process: invocations, their events, and their failures in one sentence.

dbt is imported late, since it takes more than a second, and it is global state: one
invocation at a time, in one thread.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias

from segment.errors import SegmentError
from segment.template_cache import TemplateCache, kept_in

# --------------------------------------------------------------------------- events


@dataclass(frozen=True)
class RunStarted:
    """dbt has read the project and is about to run `nodes` models, tests and so on."""

    nodes: int


@dataclass(frozen=True)
class NodeStarted:
    """One model, test, ... has begun."""

    name: str
    kind: str


@dataclass(frozen=True)
class NodeFinished:
    """One model, test, ... has ended, or was skipped.

    `kind` is dbt's resource type (model, test, unit_test, ...), `status` is success, pass,
    warn, fail, error or skipped, `seconds` is wall time.
    """

    name: str
    kind: str
    status: str
    seconds: float
    message: str


@dataclass(frozen=True)
class Message:
    """Text for the user from the project's own macros; `level` is info, warn or error."""

    level: str
    text: str


Event: TypeAlias = RunStarted | NodeStarted | NodeFinished | Message
Observer: TypeAlias = Callable[[Event], None]

# -------------------------------------------------------------------------- results


@dataclass(frozen=True)
class NodeResult:
    """The result of one node; `relation_name` is quoted for the warehouse."""

    unique_id: str
    name: str
    resource_type: str
    status: str
    message: str
    seconds: float
    relation_name: str | None

    @property
    def failed(self) -> bool:
        """Whether the node ended badly (a warning is not bad, nor is being skipped)."""
        return self.status in {"error", "fail", "runtime error", "partial success"}


@dataclass(frozen=True)
class DbtResult:
    """The outcome of one invocation.

    `raw` is dbt's own result (a manifest after `parse`, a list after `list`, ...).
    """

    success: bool
    nodes: tuple[NodeResult, ...] = ()
    exception: BaseException | None = None
    raw: Any = None

    @property
    def failures(self) -> tuple[NodeResult, ...]:
        """The nodes that failed, in the order in which dbt reports them."""
        return tuple(node for node in self.nodes if node.failed)


def raise_for_failure(result: DbtResult) -> None:
    """Do nothing for a success, else say in one sentence what failed first.

    A sentence that one of our macros raised is passed on as it is; anything else is
    introduced with the name of the model or test.

    Raises
    ------
    SegmentError
        dbt failed.

    """
    if result.success:
        return
    failures = result.failures
    for said in (str(result.exception), *(node.message for node in failures)):
        raise_for_lock(said)
    if not failures:
        sentence, hint = _split_hint(essential(str(result.exception or "no reason given")))
        if _is_sentence(sentence):
            raise SegmentError(sentence, hint)
        raise SegmentError(f"dbt failed: {sentence}", hint or _LOG)
    # A test that fails because of a model that failed is the consequence, not the cause.
    first = next((node for node in failures if node.resource_type == "model"), failures[0])
    sentence, hint = _split_hint(essential(first.message))
    kind = first.resource_type.replace("_", " ")
    if first.status == "error" and "Compilation Error" in first.message and _is_sentence(sentence):
        raise SegmentError(sentence, hint)
    message = f"The {kind} {first.name} failed: {sentence}"
    if len(failures) > 1:
        message += f" ({len(failures) - 1} more failed)"
    raise SegmentError(message, hint or _LOG)


def raise_for_lock(said: str) -> None:
    """Say plainly that another program has the database file open, where that is what was said.

    Raises
    ------
    SegmentError
        It is.

    """
    locked = re.search(r'Could not set lock on file "([^"]+)"(?:.*?PID (\d+))?', said, re.DOTALL)
    if locked:
        who = f"process {locked[2]}" if locked[2] else "another program"
        raise SegmentError(f"{who.capitalize()} has {locked[1]} open.", "Close it and try again.")


_LOG = "The details are in logs/dbt.log."
_LARGEST_LOG = 1_000_000  # bytes
_HEADING = re.compile(r"^(\w+ )*Error( in .*)?$")
_ENGINE_ERROR = re.compile(r"^(\w+ )*\w*Error: ")
# Spark sends the JVM's whole stack trace as one line.
_STACK_TRACE = re.compile(r"\s+(?:SQLSTATE: \w+;?[^\n]*?)?\s*at (?:org|java|scala)\.")
_TRAILER = re.compile(
    r"^(> in macro|> called by|in macro|called by|compiled code at|LINE \d+:|Candidate bindings:)"
)


def essential(message: str) -> str:
    r"""Strip dbt's message to the line that says what is wrong.

    >>> essential("Compilation Error in model a (a.sql)\n  No input.\n\n  > in macro b (b.sql)")
    'No input.'
    """
    message = _STACK_TRACE.split(message)[0]
    said: list[str] = []
    for line in (line.strip() for line in message.strip().splitlines()):
        if _HEADING.match(line) and not said:
            continue
        if _TRAILER.match(line) or (not line and said):
            break
        if line:
            said.append(line)
    return " ".join(said) or message.strip().split("\n", 1)[0]


def _split_hint(sentence: str) -> tuple[str, str | None]:
    said, found, hint = sentence.partition(" Hint: ")
    return (said, hint) if found else (sentence, None)


def _is_sentence(text: str) -> bool:
    """Tell whether a message was written for people, not produced by a parser or an engine."""
    return text.endswith(".") and text[:1].isupper() and not _ENGINE_ERROR.match(text)


# ---------------------------------------------------------------------- invocations


class Dbt:
    """One dbt project, and how to invoke dbt in it.

    Parameters
    ----------
    project_dir
        Where dbt_project.yml is. Invocations run there, so relative paths in the project and its
        profile mean what they mean to `cd project_dir && dbt ...`.
    profiles_dir, target
        As dbt's flags. None leaves the choice to dbt: DBT_PROFILES_DIR, then project_dir, then
        ~/.dbt; and the profile's default target.
    vars
        Variables of the command line, at top level: dbt ignores package-scoped ones here.
    on_event
        Called for every event of every invocation.
    log_level
        What dbt itself prints on standard output: none, error, warn, info or debug.

    """

    def __init__(
        self,
        project_dir: Path,
        *,
        profiles_dir: Path | None = None,
        target: str | None = None,
        vars: Mapping[str, object] | None = None,
        on_event: Observer | None = None,
        log_level: str = "none",
    ) -> None:
        self.project_dir = Path(project_dir).resolve()
        self.profiles_dir = None if profiles_dir is None else Path(profiles_dir).resolve()
        self.target = target
        self.vars = dict(vars or {})
        self.on_event = on_event
        self.log_level = log_level
        self._adapter: Any = None
        self._manifest: Any = None
        self._kept_manifest: Any = None
        self._templates: TemplateCache | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def invoke(self, *args: str, on_event: Observer | None = None) -> DbtResult:
        """Run `dbt <args>` and return its outcome, good or bad.

        `on_event` is called for this invocation, after the observer of the object.

        Raises
        ------
        SegmentError
            There is no dbt project at `project_dir`.
        KeyboardInterrupt
            The user stopped it.

        """
        observers = (self.on_event, on_event)
        return self._invoke(args, [watch for watch in observers if watch is not None])

    def _invoke(self, args: tuple[str, ...], observers: list[Observer]) -> DbtResult:
        self._require_project()
        _enter_project(self.project_dir)
        heard: list[Event] = []
        with contextlib.chdir(self.project_dir), warnings.catch_warnings():
            # What dbt's dependencies deprecate is neither the user's business nor ours.
            warnings.simplefilter("ignore")
            from dbt.cli.main import dbtRunner

            if self._kept_manifest is not None:
                _forget_compiled(self._kept_manifest)
            callbacks = [_translator([heard.append, *observers])]
            runner = dbtRunner(manifest=self._kept_manifest, callbacks=callbacks)
            with kept_in(self._template_cache()):
                outcome = runner.invoke([*self._global_flags(), *args, *self._flags()])
        self._adapter = _current_adapter()
        if _interrupted(outcome.exception):
            raise KeyboardInterrupt
        return DbtResult(
            success=bool(outcome.success),
            nodes=_node_results(outcome.result),
            exception=outcome.exception if outcome.success else _reason(heard, outcome.exception),
            raw=outcome.result,
        )

    def run(self, *args: str, on_event: Observer | None = None) -> DbtResult:
        """`invoke`, then `raise_for_failure`."""
        result = self.invoke(*args, on_event=on_event)
        raise_for_failure(result)
        return result

    def manifest(self) -> Any:
        """Parse the project, unless it is kept, and return dbt's manifest."""
        self._manifest = self.run("parse").raw
        return self._manifest

    def keep_manifest(self) -> None:
        """Parse the project once for all invocations until `close`.

        Otherwise each invocation would take more than a second to read what does not change within
        one job. With a catalogs.yml nothing is kept, because dbt passes catalogs to its adapter
        only when it parses.
        """
        self._kept_manifest = None
        manifest = self.manifest()
        if not (self.project_dir / "catalogs.yml").is_file():
            self._kept_manifest = manifest

    def relations(self, package: str | None = None) -> dict[str, str]:
        """Map the names of models (of one package) to their quoted relation names."""
        return {
            node.name: node.relation_name
            for node in self.manifest().nodes.values()
            if node.resource_type == "model"
            and node.relation_name
            and package in {None, node.package_name}
        }

    def render(self, macro: str, **arguments: object) -> str:
        """Return the text that `package.macro` makes, in the project as of the newest `manifest`.

        It invokes nothing, so a connection that is open stays so.

        Raises
        ------
        SegmentError
            The macro refuses a setting.

        """
        from dbt_common.exceptions import CompilationError

        package, _, name = macro.partition(".")
        adapter = self.adapter()
        if self._manifest is None:
            self.manifest()
            adapter = self.adapter()
        try:
            made = adapter.execute_macro(
                name, macro_resolver=self._manifest, project=package, kwargs=arguments
            )
        except CompilationError as error:
            raise SegmentError(essential(str(error))) from error
        return str(made)

    def adapter(self) -> Any:
        """Return dbt's adapter: that of the newest invocation, or of a `parse` that is run now.

        Every invocation makes a new adapter, so it is asked for each time, never kept.
        """
        if self._adapter is None or self._adapter is not _current_adapter():
            self.manifest()
        return self._adapter

    def close(self) -> None:
        """Close every connection; on DuckDB this lets go of the database file's lock.

        The object stays usable: the next invocation or statement connects again, and reads the
        project again.
        """
        self._kept_manifest = None
        _close_connections()

    def _template_cache(self) -> TemplateCache:
        if self._templates is None:
            target = os.environ.get("DBT_TARGET_PATH", "target")
            self._templates = TemplateCache(self.project_dir / target / "segment_templates")
        return self._templates

    def _require_project(self) -> None:
        if not (self.project_dir / "dbt_project.yml").is_file():
            message = f"There is no dbt project in {self.project_dir} (no dbt_project.yml)."
            raise SegmentError(message, "Name its directory with --project-dir.")

    def _global_flags(self) -> list[str]:
        return [
            "--no-use-colors",
            "--no-send-anonymous-usage-stats",
            "--no-print",
            "--log-level",
            self.log_level,
            # Otherwise the level of the console would also be that of logs/dbt.log. Failures are
            # logged at this level too, and the statements are in target/run.
            "--log-level-file",
            os.environ.get("DBT_LOG_LEVEL_FILE", "info"),
            # Size of dbt.log and of each of the five older ones that dbt keeps.
            "--log-file-max-bytes",
            os.environ.get("DBT_LOG_FILE_MAX_BYTES", str(_LARGEST_LOG)),
            # manifest.json and its like take more than a second, and the result is returned.
            "--no-write-json",
        ]

    def _flags(self) -> list[str]:
        flags = ["--project-dir", str(self.project_dir)]
        if self.profiles_dir is not None:
            flags += ["--profiles-dir", str(self.profiles_dir)]
        if self.target is not None:
            flags += ["--target", self.target]
        if self.vars:
            flags += ["--vars", json.dumps(self.vars, default=str)]
        return flags


def _forget_compiled(manifest: Any) -> None:
    """Make nodes as parsed: dbt does not put an ephemeral model into a query a second time."""
    for node in manifest.nodes.values():
        if getattr(node, "compiled", False):
            node.compiled = False
            node.extra_ctes = []
            node.extra_ctes_injected = False


def _current_adapter() -> Any:
    """Return the adapter that dbt's newest invocation in this process made, if any."""
    from dbt.adapters.factory import FACTORY

    return next(iter(FACTORY.adapters.values()), None)


_projects: list[Path] = []  # the one that dbt was last invoked in


def _enter_project(project_dir: Path) -> None:
    """Close what another project has open.

    Otherwise dbt would go on using that project's DuckDB database, since it compares paths
    as the profiles write them, and `warehouse.duckdb` is another file in every project.
    """
    if _projects and _projects[-1] != project_dir:
        _close_connections()
    _projects[:] = [project_dir]


def _close_connections() -> None:
    if _current_adapter() is None:
        return
    from dbt.adapters.factory import FACTORY

    FACTORY.cleanup_connections()
    if "duckdb" in FACTORY.adapters:
        _close_duckdb()


def _close_duckdb() -> None:
    """Close the database itself: dbt keeps one connection open besides those it counts."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager as Manager

    with Manager._LOCK:  # noqa: SLF001 (there is no public way to free the file)
        environment = Manager._ENV  # noqa: SLF001
        if environment is not None:
            environment.close()
        Manager.close_all_connections()


def _reason(heard: list[Event], exception: BaseException | None) -> BaseException | None:
    """Return why an invocation failed: of operations only an event says so."""
    errors = [
        event.text for event in heard if isinstance(event, Message) and event.level == "error"
    ]
    return SegmentError(errors[-1]) if errors else exception


def _interrupted(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__
    return False


def _node_results(result: Any) -> tuple[NodeResult, ...]:
    return tuple(
        NodeResult(
            unique_id=str(item.node.unique_id),
            name=str(item.node.name),
            resource_type=str(item.node.resource_type),
            status=str(item.status),
            message=str(item.message or ""),
            seconds=float(item.execution_time),
            relation_name=getattr(item.node, "relation_name", None),
        )
        for item in getattr(result, "results", None) or ()
        if getattr(item, "node", None) is not None
    )


# ----------------------------------------------------------------- dbt's own events


def _translator(observers: list[Observer]) -> Callable[[Any], None]:
    """Return a callback for dbt that tells `observers` our few events, one at a time."""
    lock = threading.Lock()  # dbt calls from each of its threads

    def callback(raw: Any) -> None:
        for event in _translate(raw):
            with lock:
                for observer in observers:
                    observer(event)

    return callback


def _translate(raw: Any) -> Iterator[Event]:
    data = raw.data
    match raw.info.name:
        case "ConcurrencyLine":
            yield RunStarted(nodes=int(data.node_count))
        case "NodeStart":
            yield NodeStarted(data.node_info.node_name, data.node_info.resource_type)
        case "NodeFinished":
            yield NodeFinished(
                name=data.node_info.node_name,
                kind=data.node_info.resource_type,
                status=data.run_result.status or data.node_info.node_status,
                seconds=float(data.run_result.execution_time),
                message=data.run_result.message,
            )
        case "JinjaLogWarning":
            yield Message("warn", _plain(data.msg))
        case "JinjaLogInfo" | "PrintEvent":
            yield Message("info", _plain(data.msg))
        case (
            "ParseInlineNodeError" | "RunningOperationCaughtError" | "RunningOperationUncaughtError"
        ):
            yield Message("error", essential(data.exc))


def _plain(text: str) -> str:
    """Remove the node name that dbt puts in front of a macro's warning."""
    return essential(text) if _HEADING.match(text.strip().split("\n", 1)[0]) else text.strip()
