"""The page in place of a report that does not exist yet."""

from __future__ import annotations

import html

from segment.published import PublishedVersion

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>No report yet</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto }}
</style>
</head>
<body>
<h1>There is no report yet</h1>
<p>The version {version} is published without one. <code>segment report</code> writes it, and
<code>segment publish</code> takes it along.</p>
<p>The segments are at <code>/api/segments</code>; <code>/openapi.json</code> describes all
addresses.</p>
</body>
</html>
"""


def no_report(version: PublishedVersion) -> str:
    """Say that a version has no report, and how to come by one."""
    return _PAGE.format(version=html.escape(version.id))
