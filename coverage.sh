#!/usr/bin/env bash
# Line and region coverage of Sources/, in a build folder of its own.
set -euo pipefail
swift test -c release --disable-testable-imports --scratch-path .build-coverage --enable-code-coverage >.build-coverage.log 2>&1 ||
  { tail -20 .build-coverage.log; exit 1; }
bundle=$(find .build-coverage/release/ -maxdepth 1 -name '*.xctest' | head -1)
# The profile is of the compiler's own version; so must be the program that reads it.
"$(dirname "$(readlink -f "$(command -v swift)")")"/llvm-cov report "$bundle" -instr-profile .build-coverage/release/codecov/default.profdata \
  -ignore-filename-regex='\.build|Tests/|/checkouts/' >.build-coverage/report.txt
head -2 .build-coverage/report.txt
tail -1 .build-coverage/report.txt
