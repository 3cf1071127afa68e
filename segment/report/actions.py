"""What to do first: a few actions a segmentation, for the segments with most at stake."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from segment.report.context import Action, Mark
from segment.report.tables import Play, Profile, PublicTables, Reach, Segment
from segment.report.words import count, counted, number, percent, sentence

_MOST = 3


def first_actions(
    active: Sequence[Segment],
    marked: Sequence[Mark],
    profiles: Sequence[Profile],
    read: PublicTables,
) -> tuple[Action, ...]:
    """Choose the segments that bring most revenue, or are largest, and have a promotion.

    At most three; none where the playbook has nothing about the segments.
    """
    plays = {play.archetype: play for play in read.playbook}
    by_id = {own.segment_id: own for own in profiles}
    reaches = {(own.segmentation, own.segment_id): own for own in read.reaches}
    found = [
        (by_id[segment.segment_id], segment, mark, plays[segment.archetype])
        for segment, mark in zip(active, marked, strict=True)
        if segment.segment_id in by_id
        and by_id[segment.segment_id].customers
        and segment.archetype in plays
        and plays[segment.archetype].promotion
    ]
    found.sort(key=lambda one: (-(one[0].net_revenue or 0), -one[0].customers, one[0].segment_id))
    return tuple(
        _action(segment, mark, profile, play, reaches.get((segment.segmentation, mark.segment_id)))
        for profile, segment, mark, play in found[:_MOST]
    )


def _action(
    segment: Segment, mark: Mark, profile: Profile, play: Play, reach: Reach | None
) -> Action:
    key = f"{segment.segmentation}:{segment.segment_id}"
    words = re.sub(r"\W+", "-", segment.segment_name.lower()).strip("-")
    return Action(
        mark=mark,
        what=sentence(play.promotion or ""),
        why=sentence(segment.strategy or ""),
        who=f"{counted(profile.customers, 'customer')}, {percent(profile.customer_share)} of all",
        reach=_reach(reach),
        spent=_spent(profile),
        command=shlex.join(["segment", "export", "--segment", key, "--to", f"{words or key}.csv"]),
    )


def _reach(reach: Reach | None) -> str:
    """Say how many may be contacted; '' where no column says so."""
    if reach is None:
        return ""
    return f"{count(reach.reachable)} of them may be contacted ({reach.column})"


def _spent(profile: Profile) -> str:
    if profile.net_revenue_last_365d is None:
        return ""
    return (
        f"They spent {number(profile.net_revenue_last_365d)} in the last 365 days, in which "
        f"{count(profile.customers_active_last_365d or 0)} of them ordered"
    )
