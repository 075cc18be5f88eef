# Debian's own PostgreSQL and Redis on spare ports, run by their own unprivileged accounts.
DEBIAN_DATA=
REDIS_PID=

install_debian_packages() {
    export DEBIAN_FRONTEND=noninteractive
    # We start our own cluster; Debian need not make one.
    mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/jiaohe.conf
    apt-get update -qq || { sleep 5; apt-get update -qq; }
    RUNLEVEL=1 apt-get install -y -qq --no-install-recommends \
        chromium fonts-noto-cjk postgresql redis-server nginx-light make curl procps >/dev/null
}

spare_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

debian_servers_start() {
    local binaries port redis_port
    binaries=$(ls -d /usr/lib/postgresql/*/bin | sort -V | head -n 1)
    DEBIAN_DATA=$WORK/debian
    port=$(spare_port)
    redis_port=$(spare_port)
    install -d -o postgres "$DEBIAN_DATA" && install -d -o redis "$WORK/redis"
    runuser -u postgres -- "$binaries/initdb" -D "$DEBIAN_DATA/data" --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null
    runuser -u postgres -- "$binaries/pg_ctl" -D "$DEBIAN_DATA/data" -l "$DEBIAN_DATA/log" -w \
        -o "-p $port -k $DEBIAN_DATA -c listen_addresses=127.0.0.1 -c fsync=off" start >/dev/null
    runuser -u postgres -- psql -q -h "$DEBIAN_DATA" -p "$port" -v ON_ERROR_STOP=1 \
        -c "CREATE ROLE jiaohe_owner LOGIN NOSUPERUSER CREATEROLE CREATEDB" -c "CREATE DATABASE jiaohe_aid OWNER jiaohe_owner"
    setpriv --reuid=redis --regid=redis --clear-groups redis-server --port "$redis_port" --bind 127.0.0.1 --dir "$WORK/redis" --save "" \
        --maxmemory-policy noeviction >"$WORK/redis.log" &
    REDIS_PID=$!
    until redis-cli -p "$redis_port" ping >/dev/null 2>&1; do sleep 0.1; done
    DEBIAN_DATABASE_URL="postgresql://jiaohe_owner@127.0.0.1:$port/jiaohe_aid"
    DEBIAN_REDIS_URL="redis://127.0.0.1:$redis_port/0"
    "$binaries/postgres" --version
    redis-server --version
}

debian_servers_stop() {
    if [ -n "$DEBIAN_DATA" ]; then
        runuser -u postgres -- "$(ls -d /usr/lib/postgresql/*/bin | sort -V | head -n 1)/pg_ctl" \
            -D "$DEBIAN_DATA/data" -m fast -w stop >/dev/null || true
    fi
    if [ -n "$REDIS_PID" ]; then kill "$REDIS_PID" 2>/dev/null || true; wait "$REDIS_PID" || true; fi
}
