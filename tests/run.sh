#!/usr/bin/env bash
# Checks the whole project: format, lint, types, JavaScript, tests. What follows the name goes to pytest:
#     bash tests/run.sh
#     bash tests/run.sh -k heatmap
# It needs python3 (3.11 or newer) with venv, and git. Python packages go into .venv. Debian's packages are installed
# with apt where that is allowed; elsewhere they are named, and the tests that need them are skipped with that reason.
# With CI=true nothing may be missing: what would be skipped fails.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

failed="" skipped=""
# Packages are compiled once: some hundred tests start Python anew, which takes three times as long otherwise.
unset PYTHONDONTWRITEBYTECODE

missing_packages() {
  command -v chromium >/dev/null || echo chromium
  ls /usr/lib/*/libatomic.so.1 >/dev/null 2>&1 || [ "$(uname)" != Linux ] || echo libatomic1
  command -v node >/dev/null || echo nodejs
  command -v npm >/dev/null || echo npm
  command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || echo nginx-light
  command -v openssl >/dev/null || echo openssl
  fc-list :lang=zh 2>/dev/null | grep -q . || ls /usr/share/fonts/opentype/noto/NotoSansCJK* >/dev/null 2>&1 ||
    echo fonts-noto-cjk
}

needed_for() {
  case $1 in
    chromium | libatomic1) echo "tests in a browser" ;;
    nodejs) echo "tests of the JavaScript" ;;
    npm) echo "type check of the JavaScript" ;;
    nginx-light | openssl) echo "tests of the server in front" ;;
    fonts-noto-cjk) echo "Chinese characters in the browser" ;;
  esac
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo --non-interactive "$@"; fi
}

install_packages() {
  local packages
  packages=$(missing_packages | tr '\n' ' ')
  [ -n "$packages" ] || return 0
  if command -v apt-get >/dev/null && as_root true 2>/dev/null; then
    echo "Installing with apt: $packages"
    as_root apt-get update -qq
    # shellcheck disable=SC2086 # a list of words
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $packages >/dev/null
  else
    echo "Missing, and not allowed to install: $packages"
    echo "As root: apt-get install --no-install-recommends $packages"
  fi
  for package in $(missing_packages); do
    skip "$(needed_for "$package")" "$package is not installed"
  done
}

skip() {
  skipped="$skipped    $1 ($2)"$'\n'
}

# check NAME COMMAND...: runs the command, notes whether it failed, says how long it took
check() {
  local name=$1 began=$SECONDS
  shift
  echo "--- $name: $*"
  "$@" || failed="$failed    $name"$'\n'
  echo "    $((SECONDS - began)) s"
}

check_javascript() {
  if command -v node >/dev/null; then check "JavaScript" node --test --test-reporter=spec tests/view/*.test.js; fi
  command -v npm >/dev/null || return 0
  if npm install --no-package-lock --no-audit --no-fund --loglevel=error >/dev/null; then
    check "JavaScript types" node_modules/.bin/tsc -p jsconfig.json
  else
    skip "type check of the JavaScript" "npm could not install typescript"
  fi
}

install_packages
[ -x .venv/bin/python ] || python3 -m venv .venv || exit 1
echo "Installing tests/requirements.txt into .venv"
.venv/bin/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt || exit 1
export PATH="$PWD/.venv/bin:$PATH"

check "format" ruff format --check .
check "lint" ruff check .
check "types" mypy
check_javascript
# The tests come last: what pytest says in closing is what is seen.
# Two processes, because a browser waits as much as it works; tests of one file share what they start; each
# computes on one thread, since threads of two processes on two cores fight.
export OMP_NUM_THREADS=1
check "tests" pytest -n 2 --dist loadfile "$@"
if [ -n "$skipped" ]; then
  printf 'Skipped:\n%s' "$skipped"
  if [ "${CI:-}" = true ]; then failed="$failed    what was skipped"$'\n'; fi
fi
if [ -n "$failed" ]; then
  printf 'Failed:\n%s' "$failed"
  exit 1
fi
