#!/usr/bin/env bash
# Installs the system packages that Vecmill is built with, where they are missing. Debian and Ubuntu.
set -euo pipefail

missing=()
for package in libarchive-dev libpng-dev libjpeg-dev libsqlite3-dev pkg-config; do
  case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) in
    "install ok installed") ;;
    *) missing+=("$package") ;;
  esac
done

if ! command -v swift >/dev/null; then
  echo "setup: Swift 6.2 or later is needed: https://www.swift.org/install" >&2
  exit 1
fi
if [ ${#missing[@]} -gt 0 ]; then
  echo "setup: installing ${missing[*]}"
  sudo=
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq "${missing[@]}" >/dev/null
fi
