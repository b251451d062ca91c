#!/usr/bin/env bash
# Makes sure, where it can, that Debian's `chromium` is there: the tests in a browser need it, and those of the WebGPU backend
# the software Vulkan driver (SwiftShader) that it brings. Without it those tests skip and say so, hence never an error.
set -uo pipefail

present() { command -v chromium >/dev/null && [[ -e /usr/lib/chromium/vk_swiftshader_icd.json ]]; }
skip() {
  echo "chromium: not installed ($1); the tests that need it are skipped"
  exit 0
}

present && { echo "chromium: $(command -v chromium)"; exit 0; }
command -v apt-get >/dev/null || skip 'no apt-get here'
((EUID == 0)) || skip 'not root'
apt_get() { DEBIAN_FRONTEND=noninteractive timeout --kill-after=10 "$1" apt-get -qq -o Dpkg::Use-Pty=0 "${@:2}" >/dev/null; }
# A cached list of packages may name a version that is gone.
apt_get 60 update || skip 'apt-get update failed or took over 60 seconds'
apt_get 240 install --yes --no-install-recommends chromium || skip 'apt-get install failed or took over 240 seconds'
present || skip "the package has no SwiftShader at /usr/lib/chromium"
echo "chromium: $(command -v chromium), installed"
