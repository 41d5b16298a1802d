#!/bin/sh
# Installs what is missing on Debian 12, and nothing that is there. As root, or as a user with sudo.
#
#   scripts/setup.sh [demo|test|machine]    demo: to build and run; test (default): to test and lint
#                                           as well; machine: to run another in this one, too
#
# A call that finds everything in place takes a few hundredths of a second and touches nothing.
set -eu
cd "$(dirname "$0")/.."
want=${1:-test}

build_packages="clang-19 lld-19 libstdc++-12-dev cmake ninja-build pkg-config ccache make
  libmicrohttpd-dev libcurl4-openssl-dev libboost1.81-dev libboost-json1.81-dev libvalijson-dev
  libsodium-dev libssl-dev libsqlite3-dev libpq-dev libfmt-dev libre2-dev libcli11-dev doctest-dev
  libp11-kit-dev libseccomp-dev ca-certificates"
test_packages="g++ clang-tidy-19 clang-format-19 libclang-rt-19-dev llvm-19 git curl
  postgresql chromium fonts-dejavu-core nginx-light softhsm2"

have() { command -v "$1" >/dev/null 2>&1; }

node_is_new_enough() {
  have node && have npm && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ]
}

packages=$build_packages
[ "$want" = demo ] || packages="$packages $test_packages"
[ "$want" != machine ] || packages="$packages debootstrap qemu-system-x86 e2fsprogs"
have python3 || packages="$packages python3"
if [ -f web/package-lock.json ] && ! node_is_new_enough; then
  packages="$packages nodejs npm"
fi

if ! have dpkg-query; then
  echo "setup: not a Debian system; these packages of Debian 12 (or their like) are needed:" >&2
  echo $packages >&2
  exit 1
fi

# One query for all; a package that dpkg has never heard of goes to stderr and is missing too.
# shellcheck disable=SC2086
installed=$(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' $packages 2>/dev/null |
  sed -n 's/^ii *//p' || true)
missing=
for package in $packages; do
  case "
$installed
" in
    *"
$package
"*) ;;
    *) missing="$missing $package" ;;
  esac
done

if [ -n "$missing" ]; then
  echo "setup: installing$missing"
  as_root=
  if [ "$(id -u)" -ne 0 ]; then
    have sudo || { echo "setup: needs root or sudo to install:$missing" >&2; exit 1; }
    as_root=sudo
  fi
  $as_root env DEBIAN_FRONTEND=noninteractive scripts/install_packages.sh $missing
fi

install_node_modules() {
  if [ -f "$1/package-lock.json" ] &&
     { [ ! -f "$1/node_modules/.package-lock.json" ] ||
       [ "$1/package-lock.json" -nt "$1/node_modules/.package-lock.json" ]; }; then
    echo "setup: npm ci in $1/"
    (cd "$1" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    touch "$1/node_modules/.package-lock.json"
  fi
}

install_node_modules web
[ "$want" = demo ] || install_node_modules tests/clients
