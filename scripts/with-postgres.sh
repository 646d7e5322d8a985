#!/usr/bin/env bash
# Runs a command with a PostgreSQL server of its own: scripts/with-postgres.sh COMMAND [ARGUMENT…]
#
# The command finds the server's address in PLINTH_TEST_DATABASE_URL. The server listens on loopback only, on a free port, keeps
# its data in a temporary folder, runs as a user without rights (PostgreSQL refuses root), and is ended with the command.
# Where no server can be had, the command runs without the variable and the tests that need it say that they skip.
set -uo pipefail

say() { echo "with-postgres: $*" >&2; }

if [ $# -eq 0 ]; then
  say "name the command to run, as in: scripts/with-postgres.sh npm test"
  exit 2
fi

# Debian keeps the server's programs outside PATH, a folder per version; tests have a place of their own.
root=${PLINTH_POSTGRES_ROOT:-/usr/lib/postgresql}

find_binaries() {
  local folder on_path
  on_path=$(command -v postgres 2>/dev/null || echo /nowhere/postgres)
  for folder in $(ls -d "$root"/*/bin 2>/dev/null | sort -Vr) "$(dirname "$(readlink -f "$on_path")")"; do
    if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ] && [ -x "$folder/pg_isready" ]; then
      echo "$folder"
      return 0
    fi
  done
  return 1
}

# Installing can hang in many ways: no network, another apt at work, a question to nobody.
APT_SECONDS=300
APT_OPTIONS=(-qq -y -o Acquire::Retries=1 -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 -o DPkg::Lock::Timeout=60)

as_root=()
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive timeout "$APT_SECONDS" apt-get "${APT_OPTIONS[@]}" "$@" </dev/null >&2
}

install_binaries() {
  command -v apt-get >/dev/null || { say "no PostgreSQL here, and no apt-get to install it"; return 1; }
  if [ "$(id -u)" -ne 0 ]; then
    # Never asks for a password: nobody may be there.
    { command -v sudo >/dev/null && sudo -n true 2>/dev/null; } \
      || { say "no PostgreSQL here, and only root or sudo without a password can install it"; return 1; }
    as_root=(sudo -n)
  fi
  say "installing Debian's postgresql"
  # The package would start a server of its own on the usual port.
  local settings=/etc/postgresql-common/createcluster.conf
  if [ ! -e "$settings" ] && [ -z "${PLINTH_POSTGRES_ROOT:-}" ]; then
    "${as_root[@]}" mkdir -p "$(dirname "$settings")" \
      && echo "create_main_cluster = false" | "${as_root[@]}" tee "$settings" >/dev/null \
      || { say "$settings cannot be written"; return 1; }
  fi
  # Lists of before may do where they cannot be renewed.
  apt update || say "apt-get could not renew its lists (no network?)"
  apt install --no-install-recommends postgresql || { say "apt-get could not install postgresql"; return 1; }
  find_binaries >/dev/null || { say "postgresql is installed, but its programs are not in $root"; return 1; }
}

folder=""
server=""

# shellcheck disable=SC2317 # called by the trap
stop() {
  if [ -n "$server" ]; then
    # The fast shutdown: connections are ended, nothing needs to be kept.
    kill -INT "$server" 2>/dev/null
    wait "$server" 2>/dev/null
  fi
  [ -n "$folder" ] && rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

as_user=()
free_port() {
  node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'
}

start_server() {
  local binaries port attempt
  command -v node >/dev/null || { say "no node here, which finds a free port"; return 1; }
  binaries=$(find_binaries) || { install_binaries && binaries=$(find_binaries); } || return 1
  folder=$(mktemp -d) || return 1
  if [ "$(id -u)" -eq 0 ]; then
    id postgres >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin postgres >&2 \
      || { say "there is no user postgres, and none could be made"; return 1; }
    if command -v setpriv >/dev/null; then as_user=(setpriv --reuid=postgres --regid="$(id -g postgres)" --clear-groups)
    elif command -v runuser >/dev/null; then as_user=(runuser -u postgres --)
    else say "neither setpriv nor runuser is here, and PostgreSQL refuses root"; return 1; fi
    chown postgres "$folder" || return 1
  fi
  # Trust is for loopback in a folder that lives as long as the command; nothing in it is worth a password.
  (cd "$folder" && "${as_user[@]}" "$binaries/initdb" -D "$folder/data" -U plinth -A trust -E UTF8 --no-locale -N >"$folder/initdb.log" 2>&1) \
    || { say "initdb failed"; cat "$folder/initdb.log" >&2; return 1; }
  for attempt in 1 2 3; do
    port=$(free_port) || return 1
    (cd "$folder" && exec "${as_user[@]}" "$binaries/postgres" -D "$folder/data" -p "$port" \
      -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=on -c max_connections=100) >"$folder/server.log" 2>&1 &
    server=$!
    for _ in $(seq 1 150); do
      if "$binaries/pg_isready" -q -h 127.0.0.1 -p "$port"; then
        export PLINTH_TEST_DATABASE_URL="postgres://plinth@127.0.0.1:$port/postgres"
        return 0
      fi
      kill -0 "$server" 2>/dev/null || break
      sleep 0.1
    done
    say "the server did not start on port $port (attempt $attempt)"
    cat "$folder/server.log" >&2
    kill -INT "$server" 2>/dev/null
    wait "$server" 2>/dev/null
    server=""
  done
  return 1
}

unset PLINTH_TEST_DATABASE_URL
start_server || say "the command runs without PostgreSQL; tests that need it skip"

# Not `exec`: the trap has to end the server afterwards. In the background, so that a signal reaches the trap at once.
"$@" <&0 &
command=$!
trap 'kill -TERM "$command" 2>/dev/null; wait "$command"; exit 143' TERM
trap 'kill -INT "$command" 2>/dev/null; wait "$command"; exit 130' INT
wait "$command"
exit $?
