#!/bin/sh
# usage: build/soak.sh
# What `make test` runs, again and again with fuzz runs of ten minutes between, for SOAK_SECONDS (an hour).
set -eu

cd "$(dirname "$0")/.."
end=$(($(date +%s) + ${SOAK_SECONDS:-3600}))
round=1
while :; do
    echo "== soak, round $round"
    FUZZ_SECONDS=${FUZZ_SECONDS:-600} STRATO_SWITCHES=${STRATO_SWITCHES:-1000} build/test.sh
    [ "$(date +%s)" -lt "$end" ] || break
    round=$((round + 1))
done
