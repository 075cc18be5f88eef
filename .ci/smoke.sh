# `make run` in a fresh clone: first start, log in, Ctrl-C, nothing left running, second start.
# Every process of the run carries this variable, whoever started it: that is how leftovers are found.
SMOKE_MARK="jiaohe-smoke-$$"
SMOKE_PID=

smoke() {
    local fresh=$WORK/fresh port
    git clone --quiet "$ROOT" "$fresh"
    port=$(spare_port)
    smoke_start "$fresh" "$port" 180
    smoke_log_in "http://127.0.0.1:$port"
    smoke_ctrl_c
    smoke_start "$fresh" "$port" 15
    smoke_log_in "http://127.0.0.1:$port"
    smoke_ctrl_c
}

smoke_start() {
    local folder=$1 port=$2 limit=$3 began=$SECONDS
    JIAOHE_SMOKE_MARK=$SMOKE_MARK PORT=$port setsid make -C "$folder" run >"$WORK/run.log" 2>&1 &
    SMOKE_PID=$!
    until curl --silent --fail --location --output /dev/null "http://127.0.0.1:$port/"; do
        if ! kill -0 "$SMOKE_PID" 2>/dev/null || [ $((SECONDS - began)) -gt "$limit" ]; then
            cat "$WORK/run.log" "$folder"/var/log/*.log >&2 || true
            echo "make run served no login page within $limit s" >&2
            return 1
        fi
        sleep 0.2
    done
    echo "login page after $((SECONDS - began)) s (limit $limit s)"
}

smoke_log_in() {
    local site=$1 jar=$WORK/cookies page token
    rm -f "$jar"
    page=$(curl --silent --show-error --fail --location --cookie-jar "$jar" --write-out '\n%{url_effective}' "$site/")
    token=$(sed -n 's/.*name="csrfmiddlewaretoken" value="\([^"]*\)".*/\1/p' <<<"$page" | head -n 1)
    page=$(curl --silent --show-error --fail --location --cookie "$jar" --cookie-jar "$jar" --referer "$site/" \
        --data-urlencode "csrfmiddlewaretoken=$token" --data-urlencode "username=caseworker" \
        --data-urlencode "password=jiaohe-demo-2026" --write-out '\n%{url_effective}' "$(tail -n 1 <<<"$page")")
    grep --quiet sessionid "$jar" || { echo "the demo caseworker cannot log in" >&2; return 1; }
    grep --quiet "退出" <<<"$page" || { echo "after logging in no page with the way out" >&2; return 1; }
    echo "caseworker logged in, now at $(tail -n 1 <<<"$page")"
}

smoke_ctrl_c() {
    local began=$SECONDS
    # What a terminal does: the interrupt goes to the whole foreground group.
    kill -INT -- "-$SMOKE_PID"
    wait "$SMOKE_PID" || true
    sleep 0.5
    if [ -n "$(smoke_leftovers)" ]; then
        echo "still running after Ctrl-C:" >&2
        ps -o pid,args -p "$(smoke_leftovers | paste -sd,)" >&2
        return 1
    fi
    SMOKE_PID=
    echo "stopped in $((SECONDS - began)) s, nothing left running"
}

smoke_leftovers() {
    local environment
    for environment in /proc/[0-9]*/environ; do
        if tr '\0' '\n' 2>/dev/null <"$environment" | grep --quiet --line-regexp "JIAOHE_SMOKE_MARK=$SMOKE_MARK"; then
            basename "$(dirname "$environment")"
        fi
    done 2>/dev/null
}

smoke_stop() {
    if [ -n "$SMOKE_PID" ]; then kill -INT -- "-$SMOKE_PID" 2>/dev/null || true; wait "$SMOKE_PID" || true; fi
}
