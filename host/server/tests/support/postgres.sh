# A cluster of PostgreSQL in a folder of its own, with a pooler before it, for as long as standard input is open. It says
# its folder when it is there, and takes `restart`.
set -eu
bin=$1
pooler=$2
folder=$(mktemp -d "${TMPDIR:-/tmp}/lockstep-postgres.XXXXXX")
server=
pgbouncer=
trap '[ -z "$pgbouncer" ] || kill -KILL "$pgbouncer"; [ -z "$server" ] || kill -QUIT "$server"; wait; rm -rf "$folder"' EXIT

start() {
    # Texts are compared in another order than by code point, unless the tables say otherwise.
    "$bin/postgres" -D "$folder/data" -c listen_addresses= -c unix_socket_directories="$folder" -c fsync=off \
        -c max_connections=300 -c deadlock_timeout=100ms >>"$folder/log" 2>&1 &
    server=$!
    until "$bin/pg_isready" -q -h "$folder" -U postgres; do
        kill -0 "$server" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
        sleep 0.05
    done
}

"$bin/initdb" -D "$folder/data" -A trust -U postgres -E UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=de \
    --no-sync >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
start
cat >"$folder/pgbouncer.ini" <<END
[databases]
* = host=$folder user=postgres
[pgbouncer]
unix_socket_dir = $folder
listen_addr =
listen_port = 6432
auth_type = any
pool_mode = transaction
max_client_conn = 1000
default_pool_size = 5
logfile = $folder/pgbouncer.log
pidfile = $folder/pgbouncer.pid
END
"$pooler" -q "$folder/pgbouncer.ini" >>"$folder/log" 2>&1 &
pgbouncer=$!
until [ -S "$folder/.s.PGSQL.6432" ]; do
    kill -0 "$pgbouncer" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
    sleep 0.05
done
echo "$folder"
while read -r command; do
    [ "$command" = restart ] || continue
    kill -INT "$server"
    wait "$server" || true
    start
    echo restarted
done
