#!/usr/bin/env bash
# Line and region coverage of Sources/, in a build folder of its own; what end-to-end tests run as a process counts too.
# Swift's coverage has no branches: the commit code is asked for all of its regions instead (RELIABILITY.md).
set -euo pipefail
swift test -c release --disable-testable-imports --scratch-path .build-coverage --enable-code-coverage >.build-coverage.log 2>&1 ||
  { tail -20 .build-coverage.log; exit 1; }
bundle=$(find .build-coverage/release/ -maxdepth 1 -name '*.xctest' | head -1)
# The profile is of the compiler's own version; so must be the program that reads it.
tools=$(dirname "$(readlink -f "$(command -v swift)")")
cov() {
  "$tools/llvm-cov" "$@" "$bundle" -object .build-coverage/release/vecmill \
    -instr-profile .build-coverage/release/codecov/default.profdata -ignore-filename-regex='\.build|Tests/|/checkouts/'
}
cov report >.build-coverage/report.txt
head -2 .build-coverage/report.txt
grep -E '^(Sources/)?Artifacts/' .build-coverage/report.txt || true
tail -1 .build-coverage/report.txt
