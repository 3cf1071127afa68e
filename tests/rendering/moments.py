"""How exports write dates and moments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

_MONTHS: Final = (
    "January February March April May June July August September October November December"
).split()
_EPOCH: Final = datetime(1970, 1, 1)
_EXCEL: Final = datetime(1899, 12, 30)


@dataclass(frozen=True)
class MomentStyle:
    """A way to write a moment.

    Parameters
    ----------
    name
        What it is called in counts and differences.
    write
        Moment in UTC -> text.
    order
        'dmy' or 'mdy' where day and month are both numbers and nothing else tells; else ''.
    number
        Whether what is written is a number (so that JSON and Excel know it as one).

    """

    name: str
    write: Callable[[datetime], str]
    order: str = ""
    number: bool = False

    def has_two_orders(self, moments: Sequence[datetime]) -> bool:
        """Say whether day and month could change places in every one of `moments`."""
        fits = all(moment.day <= 12 for moment in moments)
        return bool(self.order) and fits and any(m.day != m.month for m in moments)


def draw_moment_style(random: Random, *, day_only: bool, zones: bool) -> MomentStyle:
    """Draw a way to write moments.

    Parameters
    ----------
    random
        Where the draw comes from.
    day_only
        Dates of birth and the like have no time of day and no epoch.
    zones
        Whether offsets from UTC may be written.

    """
    draws = [_iso, _numbers, _numbers, _numbers, _words, _compact]
    draws += [] if day_only else [_iso_moment, _iso_moment, _epoch, _excel]
    draws += [] if day_only or not zones else [_iso_offset]
    return random.choice(draws)(random, day_only)


def _iso(random: Random, _: bool) -> MomentStyle:  # noqa: FBT001
    sign = random.choice(["-", "-", "/"])
    return MomentStyle(f"yyyy{sign}mm{sign}dd", lambda m: m.strftime(f"%Y{sign}%m{sign}%d"))


def _iso_moment(random: Random, _: bool) -> MomentStyle:  # noqa: FBT001
    between = random.choice(["T", " ", " "])
    end = random.choice(["%H:%M:%S", "%H:%M:%S", "%H:%M", "%H:%M:%S.000", "%H:%M:%S.123456"])
    zone = random.choice(["", "", "Z", " UTC" if between == " " else "Z", "+00:00"])
    return MomentStyle(
        f"iso{between}{end}{zone}", lambda m: m.strftime(f"%Y-%m-%d{between}{end}") + zone
    )


def _iso_offset(random: Random, _: bool) -> MomentStyle:  # noqa: FBT001
    between = random.choice(["T", " "])
    colon = random.choice([":", ":", ""])
    blank = random.choice(["", " "]) if between == " " else ""
    winter, summer = random.choice([(1, 2), (-5, -4), (-8, -7), (9, 9), (5.5, 5.5)])

    def write(moment: datetime) -> str:
        hours = summer if 4 <= moment.month <= 10 else winter
        local = moment + timedelta(hours=hours)
        sign = "-" if hours < 0 else "+"
        size = abs(hours)
        offset = f"{sign}{int(size):02d}{colon}{int(size % 1 * 60):02d}"
        return local.strftime(f"%Y-%m-%d{between}%H:%M:%S") + blank + offset

    return MomentStyle(f"iso{between}offset{blank}{winter:+}", write)


def _numbers(random: Random, day_only: bool) -> MomentStyle:  # noqa: FBT001
    order = random.choice(["dmy", "mdy"])
    sign = random.choice("/./-") if order == "dmy" else random.choice("//-")
    padded = random.random() < 0.7
    # Two digits for the year of birth leave the century open, so it is written out there.
    short = not day_only and random.random() < 0.2
    clock = "" if day_only else random.choice(["", " %H:%M", " %H:%M:%S", " %I:%M %p", ", %H:%M"])

    def write(moment: datetime) -> str:
        day, month = (f"{part:02d}" if padded else str(part) for part in (moment.day, moment.month))
        year = f"{moment.year % 100:02d}" if short else str(moment.year)
        first, second = (day, month) if order == "dmy" else (month, day)
        return sign.join([first, second, year]) + moment.strftime(clock)

    name = sign.join([*("dd mm" if order == "dmy" else "mm dd").split(), "yy" if short else "yyyy"])
    return MomentStyle(f"{name}{clock}{'' if padded else ' unpadded'}", write, order)


def _words(random: Random, day_only: bool) -> MomentStyle:  # noqa: FBT001
    long = random.random() < 0.4
    layout = random.choice(["{d}-{m}-{y}", "{d} {m} {y}", "{m} {d}, {y}", "{0}-{m}-{s}"])
    if day_only and "{s}" in layout:
        layout = "{0}-{m}-{y}"
    clock = "" if day_only else random.choice(["", "", " %H:%M", " %I:%M %p"])
    upper = not long and random.random() < 0.2

    def write(moment: datetime) -> str:
        month = _MONTHS[moment.month - 1]
        month = month if long else month[:3]
        text = layout.format(
            f"{moment.day:02d}",
            d=moment.day,
            m=month.upper() if upper else month,
            y=moment.year,
            s=f"{moment.year % 100:02d}",
        )
        return text + moment.strftime(clock)

    return MomentStyle(f"words {layout}{clock}{' long' if long else ''}", write)


def _compact(random: Random, day_only: bool) -> MomentStyle:  # noqa: FBT001
    if not day_only and random.random() < 0.25:
        return MomentStyle("yyyymmddhhmiss", lambda m: m.strftime("%Y%m%d%H%M%S"), number=True)
    return MomentStyle("yyyymmdd", lambda m: m.strftime("%Y%m%d"), number=True)


def _epoch(random: Random, _: bool) -> MomentStyle:  # noqa: FBT001
    unit = random.choice([1, 1000, 1000, 1_000_000])
    return MomentStyle(
        f"epoch x {unit}", lambda m: str(int((m - _EPOCH).total_seconds()) * unit), number=True
    )


def _excel(random: Random, _: bool) -> MomentStyle:  # noqa: FBT001
    if random.random() < 0.5:
        return MomentStyle("excel days", lambda m: str((m - _EXCEL).days), number=True)
    return MomentStyle(
        "excel fraction", lambda m: f"{(m - _EXCEL) / timedelta(days=1):.6f}", number=True
    )
