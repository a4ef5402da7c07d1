#!/bin/sh
# usage: build/soak.sh
# What `make test` runs, again and again with fuzz runs of ten minutes between, for SOAK_SECONDS (an hour); before that SOAK_KILLS kills (1,000) of a mount's daemon under readers.
set -eu

cd "$(dirname "$0")/.."
end=$(($(date +%s) + ${SOAK_SECONDS:-3600}))

# The figures of the mount whose daemon is killed a thousand times are kept.
echo "== a thousand kills"
dotnet build tests/Strato.FunctionalTests -c "${CONFIGURATION:-Release}" -v q -clp:NoSummary -nologo
STRATO_KILLS=${SOAK_KILLS:-1000} STRATO_KILL_LOG=bench/results/killed-daemons.log "tests/Strato.FunctionalTests/bin/${CONFIGURATION:-Release}/net10.0/Strato.FunctionalTests" \
    -noLogo -noColor -method Strato.FunctionalTests.Client.Outliving.KilledDaemonTests.Readers_notice_nothing_and_nothing_grows

round=1
while :; do
    echo "== soak, round $round"
    FUZZ_SECONDS=${FUZZ_SECONDS:-600} STRATO_SWITCHES=${STRATO_SWITCHES:-1000} STRATO_IMPORT_KILLS=${STRATO_IMPORT_KILLS:-200} \
        STRATO_TRANSACTION_KILLS=${STRATO_TRANSACTION_KILLS:-200} STRATO_COLLECTOR_KILLS=${STRATO_COLLECTOR_KILLS:-200} build/test.sh
    [ "$(date +%s)" -lt "$end" ] || break
    round=$((round + 1))
done
