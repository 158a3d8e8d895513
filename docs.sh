#!/usr/bin/env bash
# Writes what is generated from the stage catalog: the README's tables, docs/stages.md and the JSON Schema.
set -euo pipefail
vecmill=$1
mkdir -p docs
"$vecmill" schema --markdown > docs/stages.md
"$vecmill" schema > docs/pipeline.schema.json
awk '
  /^<!-- stages:/ { print; print ""; while ((getline line < "docs/stages.md") > 0) print line; skipping = 1 }
  /^<!-- end of stages/ { skipping = 0 }
  !skipping && !/^<!-- stages:/ { print }
' README.md > README.md.new
mv README.md.new README.md
