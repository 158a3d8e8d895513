#!/usr/bin/env bash
# Line and region coverage of Sources/, in a build folder of its own.
set -euo pipefail
swift test --scratch-path .build-coverage --enable-code-coverage -q >.build-coverage.log 2>&1 ||
  { tail -20 .build-coverage.log; exit 1; }
bundle=$(find .build-coverage/debug/ -maxdepth 1 -name '*.xctest' | head -1)
llvm-cov report "$bundle" -instr-profile .build-coverage/debug/codecov/default.profdata \
  -ignore-filename-regex='\.build|Tests/' | tee .build-coverage/report.txt | tail -1
