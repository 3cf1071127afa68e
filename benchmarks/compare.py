"""The project against its peers: same input, same run, each a fresh process, in alternation.

What is measured and how is told in benchmarks/README.md.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.inputs import Input, company, mapping
from benchmarks.process import Limits, Measured, measure

#: The project's stages that are dbt invocations: their seconds on a tiny input are dbt's own.
DBT_STAGES = (
    "Checking settings and inputs",
    "Building features and samples",
    "Scoring, profiling and testing",
)
#: Lines and customers of the tiny input.
TINY = (2_000, 150)

#: Where each stage of a contender goes in the table of results.
_COLUMNS: Mapping[str, Sequence[str]] = {
    "read": ("read",),
    "features": ("features", "Building features and samples"),
    "search": ("search", "Fitting segments"),
    "fit": ("fit",),
    "profiles, write": ("profiles", "write", "Scoring, profiling and testing", "Publishing"),
}


@dataclass(frozen=True)
class Contender:
    """One script, and the settings with which it is fastest here.

    Parameters
    ----------
    name
        Of the contender, and of the folder for what it makes.
    module
        The script, run as `python -m <module>`.
    arguments, environment
        Its settings: threads, partitions and so on.
    needs
        Packages without which it is skipped.
    segments
        Whether it ends with segments (the floor does not).

    """

    name: str
    module: str
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    segments: bool = True

    @property
    def missing(self) -> list[str]:
        """The packages that are not installed."""
        return [package for package in self.needs if find_spec(package) is None]

    @property
    def setting(self) -> str:
        """Its settings, as one would type them."""
        variables = (f"{name}={value}" for name, value in self.environment.items())
        return " ".join([*self.arguments, *variables])


def one_thread(threads: int = 1) -> dict[str, str]:
    """Return the environment that holds scikit-learn (OpenMP and BLAS) to so many threads."""
    return {"OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}


#: By name: the settings tried by `calibrate`, the first of them being the default.
SETTINGS: Mapping[str, Sequence[tuple[tuple[str, ...], Mapping[str, str]]]] = {
    "pandas": [((), one_thread(1)), ((), one_thread(2))],
    "polars": [
        ((), one_thread(1) | {"POLARS_MAX_THREADS": "2"}),
        ((), one_thread(2) | {"POLARS_MAX_THREADS": "2"}),
        ((), one_thread(1) | {"POLARS_MAX_THREADS": "1"}),
    ],
    "mllib": [
        (("--partitions", "2"), {}),
        (("--partitions", "4"), {}),
        (("--partitions", "8"), {}),
        (("--partitions", "4", "--keep-orders"), {}),
    ],
    "floor": [(("--threads", "2"), {}), (("--threads", "1"), {})],
    "duckdb": [(("--threads", "2"), {}), (("--threads", "1"), {})],
}

_MODULES: Mapping[str, tuple[str, tuple[str, ...], bool]] = {
    "pandas": ("pandas_sklearn", ("pandas", "pyarrow", "sklearn"), True),
    "polars": ("polars_sklearn", ("polars", "sklearn"), True),
    "mllib": ("mllib", ("pyspark",), True),
    "floor": ("duckdb_floor", ("duckdb",), False),
    "duckdb": ("duckdb_floor", ("duckdb",), False),
}

TITLES: Mapping[str, str] = {
    "project": "the project (dbt, SQL, scikit-learn on a sample)",
    "pandas": "pandas + scikit-learn",
    "polars": "Polars + scikit-learn",
    "mllib": "PySpark MLlib, local[2]",
    "floor": "the floor: DuckDB, base aggregates",
    "duckdb": "DuckDB by hand, all features",
}


def contender(name: str, setting: int = 0) -> Contender:
    """Return a peer with one of its settings."""
    module, needs, segments = _MODULES[name]
    arguments, environment = SETTINGS[name][setting]
    base = ("--base",) if name == "floor" else ()
    return Contender(
        name, f"benchmarks.peers.{module}", (*base, *arguments), environment, needs, segments
    )


@dataclass(frozen=True)
class Comparison:
    """All runs of all contenders on one input.

    Parameters
    ----------
    given
        The input.
    runs
        By contender; `tiny` is the project on a tiny input.
    skipped
        Why a contender has no figures.
    verdicts
        What the judge said, by contender.

    """

    given: Input
    runs: Mapping[str, Sequence[Measured]]
    skipped: Mapping[str, str]
    verdicts: Mapping[str, Mapping[str, Any]]


# ------------------------------------------------------------------------------- running


def compare(
    given: Input,
    work: Path,
    names: Sequence[str],
    *,
    runs: int = 3,
    limits: Limits | None = None,
    memory_limit: str | None = None,
) -> Comparison:
    """Run the project and its peers in alternation, and judge what they found.

    `memory_limit` is that of the project's DuckDB, which otherwise takes up to four fifths of the
    machine's memory as a cache, whether it needs it or not.
    """
    from benchmarks.job import BEHAVIOUR

    limits = limits or Limits()
    settings = stored_settings(work, given)
    peers = [contender(name, settings.get(name, 0)) for name in names]
    skipped = {
        peer.name: f"not installed: {', '.join(peer.missing)}" for peer in peers if peer.missing
    }
    results = work / "results" / given.name
    duckdb = {} if memory_limit is None else {"memory_limit": memory_limit}
    tiny = company(work, *TINY)
    variables = {"inputs": mapping(given), "segmentations": BEHAVIOUR}
    tiny_variables = {"inputs": _same_columns(given, tiny), "segmentations": BEHAVIOUR}
    done: dict[str, list[Measured]] = {"project": [], "tiny": []}
    for number in range(runs):
        done["project"].append(
            run_job(results / "project", variables, limits=limits, settings=duckdb)
        )
        done["tiny"].append(
            run_job(results / "tiny", tiny_variables, limits=limits, settings=duckdb)
        )
        for peer in peers:
            if peer.name in skipped:
                continue
            run = run_peer(peer, given, results / peer.name, limits)
            if run.is_done:
                done.setdefault(peer.name, []).append(run)
            else:
                skipped[peer.name] = _reason(run, limits)
        for name, measured in done.items():
            if measured:
                last = measured[-1]
                say(
                    f"round {number + 1}: {name} {last.seconds:.1f} s "
                    f"({last.cpu_seconds:.1f} s of processor time)"
                )
    for name in ("project", "tiny"):
        for run in done[name]:
            if not run.is_done:
                message = f"The project did not come through ({name}: {run.status}).\n{run.error}"
                raise SystemExit(message)
    made = [results / peer.name for peer in peers if peer.name not in skipped]
    return Comparison(given, done, skipped, judge(results / "project", made, results))


def _same_columns(given: Input, tiny: Input) -> dict[str, Any]:
    """Map the tiny input with the columns that the given one has, so that both build the same."""
    there = mapping(given)["transactions"]
    small = mapping(tiny)["transactions"]
    if there is None or small is None:
        return {"transactions": small}
    return {"transactions": {"relation": small["relation"], "columns": there["columns"]}}


def run_job(
    root: Path,
    variables: Mapping[str, Any],
    *,
    limits: Limits | None = None,
    settings: Mapping[str, str] | None = None,
    tests: bool = False,
    keep: bool = False,
) -> Measured:
    """Run the project in a fresh process; in a fresh directory too, unless it is to be kept."""
    if not keep:
        shutil.rmtree(root, ignore_errors=True)
    command = [sys.executable, "-m", "benchmarks.job", "--project", str(root)]
    command += ["--vars", json.dumps(variables), "--settings", json.dumps(settings or {})]
    command += ["--tests"] if tests else []
    return measure(command, log=root.with_name(root.name + "-log"), limits=limits)


def run_peer(peer: Contender, given: Input, out: Path, limits: Limits, *more: str) -> Measured:
    """Run a peer in a fresh process and a fresh folder."""
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", peer.module, "--transactions", str(given.transactions)]
    command += ["--out", str(out), *peer.arguments, *more]
    return measure(
        command,
        log=out.with_name(out.name + "-log"),
        environment=peer.environment,
        limits=limits,
    )


def judge(project: Path, made: Sequence[Path], results: Path) -> dict[str, Any]:
    """Have the results compared by a process of its own: it needs memory, and this one may not."""
    command = [sys.executable, "-m", "benchmarks.judge", "--project", str(project)]
    command += ["--results", *map(str, made)]
    # As everywhere: one thread, unless the machine is known to do better.
    run = measure(
        command,
        log=results / "judge-log",
        environment=one_thread(),
        limits=Limits(seconds=7200),
    )
    if not run.is_done:
        message = f"The results could not be compared ({run.status}).\n{run.error}"
        raise SystemExit(message)
    return dict(run.said)


def _reason(run: Measured, limits: Limits) -> str:
    match run.status:
        case "timeout":
            return f"not finished after {limits.seconds / 60:.0f} minutes"
        case "out of memory":
            return f"out of memory at {run.peak_bytes / 1e9:.1f} GB"
        case _:
            last = run.error.strip().splitlines()
            return f"failed: {last[-1] if last else 'without a word'}"


# --------------------------------------------------------------------------- calibrating


def calibrate(given: Input, work: Path, names: Sequence[str], limits: Limits) -> dict[str, int]:
    """Try each peer's settings on a short search (k = 5 alone), and keep the fastest.

    Whole-process time decides, of two runs in alternation the shorter one.
    """
    chosen: dict[str, int] = dict(stored_settings(work, given))
    out = work / "results" / given.name / "calibration"
    for name in names:
        if contender(name).missing:
            continue
        seconds: dict[int, list[float]] = {}
        for _ in range(2):
            for setting in range(len(SETTINGS[name])):
                peer = contender(name, setting)
                run = run_peer(peer, given, out, limits, "--k-min", "5", "--k-max", "5")
                seconds.setdefault(setting, []).append(run.seconds if run.is_done else 1e9)
                told = {stage: round(s, 1) for stage, s in run.said.get("seconds", {}).items()}
                say(f"{name} [{peer.setting}]: {run.status}, {run.seconds:.1f} s {told}")
        chosen[name] = min(seconds, key=lambda setting: min(seconds[setting]))
    path = _settings_path(work, given)
    path.write_text(json.dumps(chosen), encoding="utf-8")
    return chosen


def stored_settings(work: Path, given: Input) -> dict[str, int]:
    """Read which settings were found to be the fastest for this input; {} where none were."""
    path = _settings_path(work, given)
    found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {str(name): int(setting) for name, setting in found.items()}


def _settings_path(work: Path, given: Input) -> Path:
    return work / "inputs" / given.name / "settings.json"


# ----------------------------------------------------------------------------- reporting


def say(text: str) -> None:
    """Tell how far it is, apart from the results."""
    print(text, file=sys.stderr, flush=True)


def typical(runs: Sequence[Measured], stages: Sequence[str] | None = None) -> float:
    """Return the median seconds of whole processes, or of some stages of them."""
    if stages is None:
        return median(run.seconds for run in runs)
    seconds: list[dict[str, float]] = [run.said["seconds"] for run in runs]
    return median(sum(spent.get(name, 0.0) for name in stages) for spent in seconds)


def processor(runs: Sequence[Measured]) -> float:
    """Return the median processor seconds of whole processes, user and system together."""
    return median(run.cpu_seconds for run in runs)


@dataclass(frozen=True)
class Split:
    """Where the project's seconds go (medians).

    Parameters
    ----------
    total
        The whole process.
    start
        Starting Python and importing dbt and this package, and ending.
    dbt
        What the dbt invocations take on a tiny input: deps, parsing, compiling, nodes.
    features, fit, scoring, publishing
        The stages, without what dbt takes on a tiny input.

    """

    total: float
    start: float
    dbt: float
    features: float
    fit: float
    scoring: float
    publishing: float

    @property
    def own(self) -> float:
        """All that is not dbt's import and node overhead."""
        return self.total - self.start - self.dbt

    @property
    def outside_fit(self) -> float:
        """Our own work outside the fit."""
        return self.own - self.fit

    @classmethod
    def of(cls, runs: Sequence[Measured], tiny: Sequence[Measured]) -> Split:
        """Split the project's runs by what a tiny input takes."""
        checking, features, scoring = (
            max(0.0, typical(runs, (stage,)) - typical(tiny, (stage,))) for stage in DBT_STAGES
        )
        stages = typical(runs, (*DBT_STAGES, "Fitting segments", "Publishing"))
        return cls(
            total=typical(runs),
            start=typical(runs) - stages,
            dbt=min(typical(tiny, DBT_STAGES), typical(runs, DBT_STAGES)),
            features=checking + features,
            fit=typical(runs, ("Fitting segments",)),
            scoring=scoring,
            publishing=typical(runs, ("Publishing",)),
        )


def markdown(found: Comparison) -> Iterator[str]:
    """Write a comparison as Markdown, ready for benchmarks/README.md."""
    rounds = len(found.runs["project"])
    yield f"### {found.given.describe()}"
    yield ""
    yield f"Medians of {rounds} runs in alternation, {_machine()}."
    yield ""
    stages = list(_COLUMNS)
    heads = ["contender", "CPU s", "total s", "start s", *(f"{stage} s" for stage in stages)]
    heads += ["peak GB", "CPU / project's", "time / project's", "memory / project's"]
    heads += ["k", "inertia ratio"]
    yield _row(heads)
    yield _row(["---", *["---:"] * (len(heads) - 1)])
    for name, title in TITLES.items():
        if found.runs.get(name):
            yield _row(_figures(found, name))
        elif name in found.skipped:
            yield _row([title, f"skipped: {found.skipped[name]}", *[""] * (len(heads) - 2)])
    yield ""
    yield from _split_lines(found)
    differing = {
        name: verdict["differs"] for name, verdict in found.verdicts.items() if verdict["differs"]
    }
    yield ""
    if differing:
        yield "**Features differ:**"
        for name, what in differing.items():
            yield f"* {TITLES[name]}: {'; '.join(what)}"
    else:
        yield "Every contender's features agree with the project's for every customer."


def _figures(found: Comparison, name: str) -> list[str]:
    runs, project = found.runs[name], found.runs["project"]
    columns = [typical(runs, stages) for stages in _COLUMNS.values()]
    verdict = found.verdicts.get(name, {})
    ratio = verdict.get("inertia_ratio")
    peak, own_peak = (median(run.peak_bytes for run in some) / 1e9 for some in (runs, project))
    return [
        TITLES[name],
        f"{processor(runs):.1f}",
        f"{typical(runs):.1f}",
        f"{typical(runs) - sum(columns):.1f}",
        *(f"{seconds:.1f}" if seconds else "" for seconds in columns),
        f"{peak:.2f}",
        f"{processor(runs) / processor(project):.2f}",
        f"{typical(runs) / typical(project):.2f}",
        f"{peak / own_peak:.2f}",
        str(verdict.get("k", "")),
        f"{ratio:.5f}" if ratio else "",
    ]


def _split_lines(found: Comparison) -> Iterator[str]:
    split = Split.of(found.runs["project"], found.runs["tiny"])
    yield (
        f"The project's {split.total:.1f} s are {split.start:.1f} s for starting Python and "
        f"importing dbt, {split.dbt:.1f} s for dbt itself (what its invocations take on "
        f"{TINY[0]:,} lines), and {split.own:.1f} s of its own: features {split.features:.1f}, "
        f"fit {split.fit:.1f}, scoring and public tables {split.scoring:.1f}, "
        f"publishing {split.publishing:.1f}."
    )
    for name in ("floor", "duckdb"):
        if found.runs.get(name):
            floor = typical(found.runs[name], ("features", "write"))
            yield (
                f"Its own work outside the fit is {split.outside_fit:.1f} s, "
                f"{split.outside_fit / floor:.1f} times the {floor:.1f} s of {TITLES[name]} "
                "(without starting Python)."
            )


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{os.cpu_count()} cores, {memory:.0f} GB"
