#!/usr/bin/env bash
# Checks the examples beside it: the YAML, the units where systemd is here, and every vecmill step of both CI files, run as written.
#   docs/ci/check.sh .build/release/vecmill
set -euo pipefail
vecmill=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/bin" "$scratch/units"
ln -s "$vecmill" "$scratch/bin/vecmill"
ln -s "$root/fixtures" "$scratch/fixtures"
cp -r "$root/pipelines" "$scratch/pipelines"

python3 - "$here" > "$scratch/steps.sh" <<'PY'
import sys, yaml
here = sys.argv[1]
github = yaml.safe_load(open(here + "/github-actions.yaml"))
gitlab = yaml.safe_load(open(here + "/gitlab-ci.yaml"))
for step in github["jobs"]["index"]["steps"]:
    if "run" in step:
        print(step["run"])
print("rm -rf .vecmill out")
for line in gitlab["index"]["script"]:
    print(line)
PY
(cd "$scratch" && export PATH="$scratch/bin:$PATH" GITHUB_STEP_SUMMARY="$scratch/summary.md" && bash -euxo pipefail steps.sh)
test -s "$scratch/summary.md"
python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$scratch/gates.xml"

if command -v systemd-analyze > /dev/null; then
  for unit in vecmill-nightly.service vecmill-nightly.timer; do
    # The program and its user are not those of this machine.
    sed -e "s#/usr/local/bin/vecmill#$vecmill#" -e '/^User=/d' "$here/$unit" > "$scratch/units/$unit"
  done
  systemd-analyze verify --man=no "$scratch"/units/vecmill-nightly.*
  systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' "$here/vecmill-nightly.timer")" > /dev/null
else
  echo "no systemd here: the units were not checked"
fi
echo "the examples are sound"
