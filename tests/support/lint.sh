#!/bin/sh
# lint.sh FLAGS FILE.c… : layout and static analysis of our own C files. Prints what is wrong and exits 1.
set -u
flags=$1
shift
bad=0
step() { echo "== $*"; }

step "clang-format"
git ls-files '*.c' '*.h' | xargs clang-format --dry-run -Werror || bad=1

step "shell scripts"
for f in $(git ls-files '*.sh' .ci/run); do sh -n "$f" || bad=1; done

step "cppcheck"
cppcheck -q -j "$(nproc)" --error-exitcode=1 --std=c11 --enable=warning,performance,portability --inline-suppr \
    --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches -I. "$@" || bad=1

step "gcc -fanalyzer"
# At -O0 it finds more than when optimising.
printf '%s\n' "$@" | xargs -P "$(nproc)" -I{} sh -c \
    "gcc -std=c17 -O0 -Wall -Wextra -Werror -fanalyzer $flags -c -o /dev/null {}" || bad=1

step "clang-tidy"
printf '%s\n' "$@" | xargs -P "$(nproc)" -I{} sh -c \
    "clang-tidy --quiet {} -- -std=c17 $flags 2>/dev/null" || bad=1
exit $bad
