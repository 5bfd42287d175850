#!/bin/sh
# Makes sure that browser tests can run: a Chromium and a Chinese font. Without them the tests are skipped, except where CI=true.
set -u
cd "$(dirname "$0")/.." || exit 1
log=var/log/browser.log

have_browser() {
    [ -n "${CHROMIUM:-}" ] && [ -x "$CHROMIUM" ] && return 0
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" >/dev/null 2>&1 && return 0
    done
    [ -x '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome' ]
}

# macOS comes with Chinese fonts.
have_font() { [ "$(uname)" = Darwin ] || [ -n "$(fc-list :lang=zh 2>/dev/null)" ]; }

missing() {
    have_browser || printf 'chromium '
    have_font || printf 'fonts-noto-cjk fontconfig '
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo -n env DEBIAN_FRONTEND=noninteractive "$@"
    fi
}

packages=$(missing)
[ -n "$packages" ] || exit 0

if [ -r /etc/debian_version ] && command -v apt-get >/dev/null 2>&1 && as_root true 2>/dev/null; then
    echo "browser: installing $packages(details in $log)"
    mkdir -p var/log
    # shellcheck disable=SC2086 # a list of names
    { as_root apt-get update && as_root apt-get install -y --no-install-recommends $packages; } >"$log" 2>&1 </dev/null
    [ -n "$(missing)" ] || exit 0
fi

echo 'browser: browser tests need Chromium (or Chrome) and a Chinese font; Debian: apt-get install chromium fonts-noto-cjk fontconfig' >&2
[ "${CI:-}" != true ] || exit 1
echo 'browser: without them those tests are skipped' >&2
