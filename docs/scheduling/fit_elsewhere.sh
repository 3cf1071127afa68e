#!/usr/bin/env bash
# The part of the day that a hosted dbt cannot do: fit what is due, and score with it. The hosted job
# has run `dbt build` before. Run it in a checkout of the project, with the same target as the hosted
# job: `docs/scheduling/fit_elsewhere.sh --target prod`.
set -euo pipefail

fits=$(mktemp)
trap 'rm -f "$fits"' EXIT

segment fit --due --json "$@" > "$fits"
if grep -q '"decision": "promoted"' "$fits"; then
    dbt build --select warehouse_segmentation.segments+ "$@"
fi
segment publish "$@"
segment report "$@"
