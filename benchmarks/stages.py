"""How long each stage of `segment run` takes by size, and in how little memory it can be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.compare import run_job, say, typical
from benchmarks.inputs import Input, mapping
from benchmarks.process import Limits, Measured

_SLOWEST = 8  # models shown


@dataclass(frozen=True)
class Sized:
    """The runs of one size."""

    given: Input
    runs: Sequence[Measured]


def measure_sizes(
    sizes: Sequence[Input],
    work: Path,
    *,
    inputs: Sequence[str],
    runs: int = 1,
    memory_limit: str | None = None,
    tests: bool = False,
) -> list[Sized]:
    """Run the whole job on each size, each time in a fresh process and project.

    Parameters
    ----------
    sizes, inputs
        The companies, and which of their files are mapped.
    work
        Where the projects go.
    runs
        How often, in alternation.
    memory_limit
        Of DuckDB, as it understands it ('2GB'); what does not fit goes to disk.
    tests
        Whether dbt's tests are part of the job.

    """
    done: dict[str, list[Measured]] = {given.name: [] for given in sizes}
    for _ in range(runs):
        for given in sizes:
            root = work / "results" / given.name / "stages"
            settings = {}
            if memory_limit is not None:
                settings = {
                    "memory_limit": memory_limit,
                    "temp_directory": str(root.with_name("stages-temp")),
                }
            run = run_job(
                root,
                {"inputs": mapping(given, inputs)},
                limits=Limits(seconds=7200),
                settings=settings,
                tests=tests,
            )
            say(f"{given.name}: {run.status}, {run.seconds:.1f} s, {run.peak_bytes / 1e9:.2f} GB")
            if not run.is_done:
                message = f"{given.name} did not come through ({run.status}).\n{run.error}"
                raise SystemExit(message)
            done[given.name].append(run)
    return [Sized(given, done[given.name]) for given in sizes]


def markdown(sized: Sequence[Sized], *, memory_limit: str | None = None) -> Iterator[str]:
    """Write seconds, and seconds per million lines, of each stage and size as Markdown."""
    heads = [f"{size.given.lines / 1e6:.3g} M lines" for size in sized]
    yield f"| stage | {' | '.join(heads)} |"
    yield "|---|" + "---:|" * len(sized)
    for stage in sized[0].runs[0].said["seconds"]:
        yield _row(stage, sized, [typical(size.runs, (stage,)) for size in sized])
    yield _row("the whole process", sized, [typical(size.runs) for size in sized])
    cells = [f"{max(run.peak_bytes for run in size.runs) / 1e9:.2f} GB" for size in sized]
    yield f"| peak memory | {' | '.join(cells)} |"
    yield ""
    yield "Each cell: seconds (seconds per million lines)." + (
        f" DuckDB's memory_limit was {memory_limit}." if memory_limit else ""
    )
    largest = sized[-1]
    nodes = largest.runs[-1].said["nodes"]
    slowest = sorted(nodes, key=lambda name: -nodes[name])[:_SLOWEST]
    yield ""
    yield (
        f"The slowest models at {largest.given.describe()}: "
        + ", ".join(f"{name} {nodes[name]:.1f} s" for name in slowest)
        + "."
    )


def _row(name: str, sized: Sequence[Sized], seconds: Sequence[float]) -> str:
    cells = [
        f"{spent:.1f} ({spent / size.given.lines * 1e6:.2f})"
        for spent, size in zip(seconds, sized, strict=True)
    ]
    return f"| {name} | {' | '.join(cells)} |"
