#!/bin/sh
# The part of setup.sh that runs as root: installs the packages named, and keeps their daemons
# from starting. We use PostgreSQL and nginx as programs; this machine's services are not ours.
set -eu

# Debian's postgresql would create and start a cluster of its own.
if [ ! -f /etc/postgresql-common/createcluster.conf ]; then
  mkdir -p /etc/postgresql-common
  echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf
fi

# Maintainer scripts ask this file before they start a service (101: not allowed).
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  trap 'exit 1' INT TERM
  printf '#!/bin/sh\nexit 101\n' > $policy
  chmod 755 $policy
fi

nginx_was_there=$(dpkg-query -W -f '${db:Status-Abbrev}' nginx-common 2>/dev/null || true)
apt-get update -q
apt-get install -q -y --no-install-recommends "$@"
case "$nginx_was_there" in
  ii*) ;;
  *)
    # Nor at the next boot, where nobody had nginx before.
    if command -v systemctl >/dev/null && [ -e /lib/systemd/system/nginx.service ]; then
      systemctl disable nginx.service >/dev/null 2>&1 || true
    fi ;;
esac
