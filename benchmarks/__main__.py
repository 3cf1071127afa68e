"""The benchmarks of the project: `python -m benchmarks <command> --help`.

Everything is measured in fresh processes on inputs that are made once and kept in the work
folder. Results are printed as Markdown, and written with their raw figures to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import compare, daily, everyday, renderings, search, serve, stages, verdicts
from benchmarks.inputs import ONLINE_RETAIL, TEST_DATA, Input, company, online_retail
from benchmarks.process import Limits

RESULTS = Path(__file__).resolve().parent / "results"
DEFAULT_WORK = Path(tempfile.gettempdir()) / "segment-benchmarks"
DEFAULT_LINES = 1_000_000
#: The memory test: few lines a customer make many customers.
MEMORY_TEST = (50_000_000, 5_000_000)


#: Command -> what it takes of numbers: option, default, what it says.
_NUMBERS: Mapping[str, Sequence[tuple[str, int | float, str]]] = {
    "search": (
        ("--rows", 50_000, "rows of the training sample"),
        ("--features", 8, "columns of it"),
        ("--runs", 5, "how often"),
    ),
    "serve": (
        ("--customers", 5_000, "of the demo"),
        ("--seconds", 10.0, "of each kind of request"),
    ),
}


def main() -> None:
    """Run what the command line asks for."""
    given = _parser().parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    # Whoever stops a benchmark stops what it has started too: `measure` ends it on its way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    _COMMANDS.get(given.command, _all)(given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", metavar="command")
    for name, told in (
        ("all", "peers, stages and a day, at small sizes (the default)"),
        ("peers", "the project against pandas, Polars, Spark and the floor"),
        ("calibrate", "find the settings with which each peer is fastest, for `peers` to use"),
        ("stages", "seconds of each stage by size"),
        ("memory", "the whole job within a memory limit"),
        ("daily", "a full build, and a day with 1 %% of new lines"),
        ("init", "seconds of `segment init` on a CSV and a Parquet file"),
        ("morning", "processor seconds of a run on the demo without news"),
        ("serve", "requests a second of the service, and errors while versions change"),
        ("search", "seconds of the search for k and of the fit, by step"),
        ("verdicts", "how often the verdict is right, on generated customers"),
        ("renderings", "exports in random styles: right, asked about, or silently wrong"),
        ("inputs", "make the inputs only"),
    ):
        _options(commands.add_parser(name, help=told, description=told.replace("%%", "%")), name)
    _options(parser, "all")
    return parser


def _options(parser: argparse.ArgumentParser, command: str) -> None:
    add = parser.add_argument
    for name, default, told in _NUMBERS.get(command, ()):
        add(name, type=type(default), default=default, help=told)
    if command in {"init", "morning"}:
        add("--against", type=Path, help="another checkout, measured in alternation")
    if command == "morning":
        add("--customers", type=int, default=5_000, help="of the demo")
        add("--runs", type=int, default=5)
    if command == "verdicts":
        add("--sets", type=int, default=100, help="data sets of each kind and size")
        add("--sizes", type=int, nargs="*", default=[300, 2_000], help="customers of a set")
        add("--only", nargs="*", choices=verdicts.SORTS, default=list(verdicts.SORTS))
    if command == "renderings":
        add("--count", type=int, default=100, help="how many exports")
        add("--seed", type=int, default=1, help="of the first; the others follow")
        add("--jobs", type=int, default=2, help="processes")
        add("--show", type=int, metavar="SEED", help="write this one to the work folder, run it")
    sizes: list[int] = [DEFAULT_LINES]
    customers: list[int] | None = None
    if command == "memory":
        sizes, customers = [MEMORY_TEST[0]], [MEMORY_TEST[1]]
    add("--work", type=Path, default=DEFAULT_WORK, help="folder for inputs and runs")
    if command in {"morning", "search", "serve", "verdicts", "renderings"}:
        return
    add("--lines", type=int, nargs="*", default=sizes, help="sizes of the synthetic company")
    add(
        "--customers",
        type=int,
        nargs="*",
        default=customers,
        help="one for each size; by default one for every 20 lines",
    )
    add("--runs", type=int, default=3 if command in {"all", "peers"} else 1)
    if command in {"all", "peers", "calibrate", "inputs"}:
        add("--no-online-retail", action="store_true", help="the synthetic company only")
        add("--only", nargs="*", choices=sorted(compare.SETTINGS), help="these peers only")
        add("--minutes", type=float, default=15.0, help="time limit of a process")
        add("--max-memory", type=float, help="memory limit of a process, in GB")
        add("--calibrate", action="store_true", help="calibrate first")
        add("--memory-limit", help="memory_limit of the project's DuckDB, such as 2GB")
    if command in {"stages", "memory"}:
        add(
            "--memory-limit",
            default="2GB" if command == "memory" else None,
            help="DuckDB's memory_limit",
        )
        add(
            "--inputs",
            nargs="+",
            default=["customers", "transactions"],
            choices=["customers", "transactions", "events"],
        )
        add("--tests", action="store_true", help="with dbt's tests")


# ------------------------------------------------------------------------------ commands


def _all(given: argparse.Namespace) -> None:
    _peers(given)
    given.inputs, given.memory_limit, given.tests = ["customers", "transactions"], None, False
    given.runs = 1
    _stages(given)
    _daily(given)


def _peers(given: argparse.Namespace) -> None:
    names = given.only if given.only is not None else list(compare.SETTINGS)
    limits = _limits(given)
    for made in _inputs(given):
        if given.calibrate:
            compare.calibrate(made, given.work, names, limits)
        found = compare.compare(
            made,
            given.work,
            names,
            runs=given.runs,
            limits=limits,
            memory_limit=given.memory_limit,
        )
        _show(f"peers-{made.name}", compare.markdown(found), asdict(found))


def _calibrate(given: argparse.Namespace) -> None:
    names = given.only if given.only is not None else list(compare.SETTINGS)
    for made in _inputs(given):
        chosen = compare.calibrate(made, given.work, names, _limits(given))
        lines = [
            f"* {compare.TITLES[name]}: {compare.contender(name, setting).setting}"
            for name, setting in chosen.items()
        ]
        _show(f"calibration-{made.name}", [f"### {made.describe()}", "", *lines], chosen)


def _stages(given: argparse.Namespace) -> None:
    sized = stages.measure_sizes(
        _companies(given),
        given.work,
        inputs=given.inputs,
        runs=given.runs,
        memory_limit=given.memory_limit,
        tests=given.tests,
    )
    lines = stages.markdown(sized, memory_limit=given.memory_limit)
    _show("stages", lines, [asdict(size) for size in sized])


def _memory(given: argparse.Namespace) -> None:
    sized = stages.measure_sizes(
        _companies(given),
        given.work,
        inputs=given.inputs,
        runs=given.runs,
        memory_limit=given.memory_limit,
        tests=given.tests,
    )
    lines = stages.markdown(sized, memory_limit=given.memory_limit)
    _show("memory", lines, [asdict(size) for size in sized])


def _init(given: argparse.Namespace) -> None:
    for made in _companies(given):
        found = everyday.measure_init(
            made, given.work, checkouts=_checkouts(given), runs=given.runs
        )
        lines = [f"### {made.describe()}", "", *everyday.markdown(found)]
        _show(f"init-{made.name}", lines, [asdict(one) for one in found])


def _morning(given: argparse.Namespace) -> None:
    found = everyday.measure_morning(
        given.customers, given.work, checkouts=_checkouts(given), runs=given.runs
    )
    _show("morning", everyday.markdown(found), [asdict(one) for one in found])


def _search(given: argparse.Namespace) -> None:
    measured = search.measure(given.rows, given.features, runs=given.runs)
    _show("search", search.markdown(measured), [asdict(one) for one in measured])


def _serve(given: argparse.Namespace) -> None:
    answered = serve.measure_service(given.customers, given.work, seconds=given.seconds)
    _show("serve", serve.markdown(answered), [asdict(one) for one in answered])
    if any(one.errors for one in answered):
        raise SystemExit(1)


def _verdicts(given: argparse.Namespace) -> None:
    for sort in given.only:
        found = verdicts.count(sort, given.sets, given.sizes)
        _show(f"verdicts-{sort}", verdicts.markdown(found), [asdict(one) for one in found])


def _renderings(given: argparse.Namespace) -> None:
    if given.show is not None:
        for line in renderings.show(given.show, given.work):
            print(line, flush=True)
        return
    results = renderings.measure(given.count, given.seed, given.jobs)
    _show("renderings", renderings.markdown(results), [asdict(result) for result in results])


def _daily(given: argparse.Namespace) -> None:
    for made in _companies(given):
        days = [
            daily.measure_day(made, given.work, tests=tests, runs=given.runs)
            for tests in (False, True)
        ]
        _show(f"daily-{made.name}", daily.markdown(days), [asdict(day) for day in days])


def _make_inputs(given: argparse.Namespace) -> None:
    for made in _inputs(given):
        print(made.describe())


_COMMANDS = {
    "peers": _peers,
    "calibrate": _calibrate,
    "stages": _stages,
    "memory": _memory,
    "daily": _daily,
    "init": _init,
    "morning": _morning,
    "search": _search,
    "serve": _serve,
    "verdicts": _verdicts,
    "renderings": _renderings,
    "inputs": _make_inputs,
}


# ------------------------------------------------------------------------------- helpers


def _checkouts(given: argparse.Namespace) -> list[Path]:
    own = Path(__file__).resolve().parent.parent
    return [own, *([given.against.resolve()] if given.against else [])]


def _companies(given: argparse.Namespace) -> list[Input]:
    customers = given.customers or [None] * len(given.lines)
    if len(customers) != len(given.lines):
        message = f"{len(given.lines)} sizes, but {len(customers)} numbers of customers."
        raise SystemExit(message)
    return [
        company(given.work, lines, count)
        for lines, count in zip(given.lines, customers, strict=True)
    ]


def _inputs(given: argparse.Namespace) -> list[Input]:
    made = _companies(given)
    if given.no_online_retail:
        return made
    retail = online_retail(given.work)
    if retail is None:
        compare.say(f"{ONLINE_RETAIL} is skipped: ${TEST_DATA} does not have it.")
        return made
    return [retail, *made]


def _limits(given: argparse.Namespace) -> Limits:
    memory = None if given.max_memory is None else int(given.max_memory * 1e9)
    return Limits(seconds=given.minutes * 60, memory=memory)


def _show(name: str, lines: Iterable[str], figures: Any) -> None:  # noqa: ANN401 (goes to JSON)
    """Print the Markdown, and keep it together with the raw figures."""
    text = "\n".join(lines)
    print(f"\n{text}\n", flush=True)
    RESULTS.mkdir(exist_ok=True)
    moment = f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    (RESULTS / f"{name}-{moment}.md").write_text(text + "\n", encoding="utf-8")
    (RESULTS / f"{name}-{moment}.json").write_text(
        json.dumps(figures, indent=1, default=str), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
