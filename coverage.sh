#!/usr/bin/env bash
# Branch coverage of Sources/, in a build folder of its own; what end-to-end tests run as a process counts too. What is a branch, and which
# files are the commit code: Tests/coverage/branches.py. Fails below the figures that were reached.
#   ./coverage.sh [--missed 'Artifacts/*'] [--files]
set -euo pipefail
export VECMILL_COVERAGE=1 VECMILL_ROOT=$PWD  # the first has the C targets counted too (Package.swift)
Tests/coverage/check.py
log=.build-coverage.log
swift build -c release --build-tests --scratch-path .build-coverage --enable-code-coverage \
  -Xswiftc -Xllvm -Xswiftc -instrprof-atomic-counter-update-all >$log 2>&1 || { tail -20 $log; exit 1; }
bundle=$(find .build-coverage/release/ -maxdepth 1 -name '*.xctest' | head -1)
profiles=$PWD/.build-coverage/profiles
rm -rf "$profiles"
mkdir "$profiles"
# Not by `swift test`: it gives up where a single profile is torn, as those of processes that tests kill are.
LLVM_PROFILE_FILE="$profiles/%m_%p.profraw" "$bundle" --testing-library swift-testing >>$log 2>&1 || { grep '✘' $log | tail -20; exit 1; }
# The profile is of the compiler's own version; so must be the program that reads it.
tools=$(dirname "$(readlink -f "$(command -v swift)")")
"$tools/llvm-profdata" merge -sparse --failure-mode=all "$profiles"/*.profraw -o .build-coverage/all.profdata 2>>$log
cov() {
  "$tools/llvm-cov" "$@" "$bundle" -object .build-coverage/release/vecmill \
    -instr-profile .build-coverage/all.profdata -ignore-filename-regex='\.build|Tests/|/checkouts/'
}
cov report >.build-coverage/report.txt
cov export >.build-coverage/export.json
awk '$1 == "TOTAL" { print "lines " $10 ", regions " $4 }' .build-coverage/report.txt
Tests/coverage/branches.py .build-coverage/export.json --least 84 --least-commit 95 "$@"
