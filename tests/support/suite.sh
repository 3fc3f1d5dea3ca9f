#!/bin/sh
# suite.sh NAME LOG node --test … : runs a suite of Node's test runner with its output in LOG, prints one line of what came
# of it and what was skipped, and on failure the failed tests.
set -u
name=$1 log=$2
shift 2
mkdir -p "$(dirname "$log")"
began=$(date +%s)
"$@" >"$log" 2>&1
status=$?
count() { sed -n "s/^# $1 \([0-9]*\)$/\1/p" "$log" | tail -n 1; }
passed=$(count pass) failed=$(count fail) skipped=$(count skipped)
printf '%s: %s passed, %s failed, %s skipped (%s s)\n' "$name" "${passed:-0}" "${failed:-0}" "${skipped:-0}" \
    "$(($(date +%s) - began))"
grep -E '^ *ok .* # SKIP' "$log" | sed 's/^ *ok [0-9]* - /  skipped: /'
if [ "$status" != 0 ]; then
    grep -A25 -E '^ *not ok' "$log" || tail -n 30 "$log"
elif [ "${passed:-0}" = 0 ]; then
    echo "$name: no test ran"
    status=1
fi
exit "$status"
