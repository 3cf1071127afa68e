"""The service: the report, the segments and the scoring of one project, read-only over HTTP."""
