#!/usr/bin/env bash
# Runs the example pipelines on the fixtures and searches each once.
set -euo pipefail
vecmill=$1

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

say "Pictures: vecmill run pipelines/photos.yaml"
"$vecmill" run pipelines/photos.yaml
say "Texts: vecmill run pipelines/articles.yaml"
"$vecmill" run pipelines/articles.yaml

picture=fixtures/queries/boat.jpg
say "Search by picture: vecmill search out/photos --image $picture -k 5"
"$vecmill" search out/photos --image "$picture" -k 5
say "Search by text: vecmill search out/articles --text 'how bread rises in the oven' -k 5"
"$vecmill" search out/articles --text 'how bread rises in the oven' -k 5

cat <<'EOT'

What to try next:
  .build/release/vecmill plan pipelines/photos.yaml --explain      why each stage would run, or not
  .build/release/vecmill run pipelines/photos.yaml --set archives='/my/pictures/*.tar' --set to=out/mine
  .build/release/vecmill search out/photos --image fixtures/queries/boat.jpg --where "width > 100" --json
  open the report that `vecmill run` named: recall, time line, contact sheet
EOT
