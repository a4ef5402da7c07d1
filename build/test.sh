#!/bin/sh
# usage: build/test.sh
# Builds everything, checks the formatting, runs every suite and a bounded fuzz run. The last line counts the tests of all suites from
# the reports that the runners wrote. Fails if anything failed, or if nothing ran.
set -u

cd "$(dirname "$0")/.."
configuration=${CONFIGURATION:-Release}
reports=TestResults
times=
failures=
rm -rf $reports
mkdir -p $reports

# step NAME COMMAND...: runs it, remembers how long it took and whether it failed.
step() {
    name=$1
    shift
    echo "== $name"
    begin=$(date +%s)
    if "$@"; then outcome=ok; else outcome=FAILED failures="$failures, $name"; fi
    times="$times$(printf '%-24s %5d s  %s' "$name" $(($(date +%s) - begin)) $outcome)
"
}

suite() { step "$1" "tests/$1/bin/$configuration/net10.0/$1" -noLogo -noColor -xml "$reports/$1.xml"; }

# attribute NAME: the sum of a number over the assemblies of all reports.
attribute() {
    cat /dev/null $reports/*.xml 2>/dev/null | grep -o '<assembly [^>]*' | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{ sum += $1 } END { print sum + 0 }'
}

# failing: the name of every test that failed and the first lines of why, where the end of a long log still shows them.
failing() {
    cat /dev/null $reports/*.xml 2>/dev/null | tr '\n' ' ' | sed 's/<test /\n<test /g' | grep 'result="Fail"' |
        sed -e 's/^<test .* name="\([^"]*\)".*<message>\(.*\)<\/message>.*<stack-trace>\(.*\)<\/stack-trace>.*/FAILED \1: \2 \3/' \
            -e 's/<!\[CDATA\[//g' -e 's/\]\]>//g' | cut -c1-1500
}

step build dotnet build Strato.slnx -c "$configuration" -v q -clp:NoSummary -nologo
if [ -z "$failures" ]; then
    # What is shipped is what is tested, where other processes are started.
    step program build/publish.sh "$configuration" out
    STRATO_PROGRAM=$PWD/out/strato
    export STRATO_PROGRAM
    step format dotnet format whitespace --folder . --verify-no-changes
    suite Strato.Tests
    suite Strato.FunctionalTests
    suite Strato.InteropTests
    step fuzz "tests/Strato.Fuzz/bin/$configuration/net10.0/Strato.Fuzz" --seconds "${FUZZ_SECONDS:-20}"
fi

passed=$(attribute passed)
failed=$(($(attribute failed) + $(attribute errors)))
skipped=$(attribute skipped)
echo
failing
printf '%s' "$times"
[ -z "$failures" ] || echo "failed: ${failures#, }"
echo "$passed passed, $failed failed, $skipped skipped"
[ -z "$failures" ] && [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
