# shellcheck shell=bash
# Processes we start and end. Each is remembered by pid and start time: a pid that another process got since is never touched.

# start_time PID: in clock ticks since boot; field 22 of proc_pid_stat(5), counted behind the command's closing bracket;
# fails for a process that has ended, reaped or not
start_time() {
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    read -r -a stat <<<"${stat##*) }"
    [[ ${stat[0]} != Z ]] && printf '%s' "${stat[19]}"
}

# pid_of NAME: prints the pid when that very process still runs
pid_of() {
    local pid started
    [[ -f $PIDS/$1 ]] || return 1
    read -r pid started <"$PIDS/$1" || return 1
    [[ $(start_time "$pid") == "$started" ]] || return 1
    printf '%s' "$pid"
}

# launch NAME COMMAND…: in the background, in a session of its own, its output in the log folder
launch() {
    local name=$1 pid
    shift
    # layers hold file names in any language; a JVM in the C locale could not name them
    LC_ALL=C.UTF-8 setsid "$@" >>"$LOGS/$name.log" 2>&1 </dev/null &
    pid=$!
    printf '%s %s\n' "$pid" "$(start_time "$pid")" >"$PIDS/$name"
    disown "$pid"
}

# await NAME SECONDS COMMAND…: until the command succeeds; fails with the log's end when the process ends or the time is over
await() {
    local name=$1 deadline=$((SECONDS + $2))
    shift 2
    until "$@"; do
        if ! pid_of "$name" >/dev/null; then
            tail -n 20 "$LOGS/$name.log" >&2
            fail "$name ended while it started" "Its log is $LOGS/$name.log"
        fi
        ((SECONDS < deadline)) || fail "$name is not ready in time" "Its log is $LOGS/$name.log"
        sleep 0.2
    done
}

# kill_at_once NAME: returns when it has ended, so that it can be started again at once
kill_at_once() {
    local pid
    pid=$(pid_of "$1") || return 1
    kill -KILL "$pid"
    while pid_of "$1" >/dev/null; do sleep 0.02; done
}

# stop NAME [SECONDS]: asks it to end, then makes it
stop() {
    local name=$1 pid deadline=$((SECONDS + ${2:-20}))
    if pid=$(pid_of "$name"); then
        kill -TERM "$pid"
        while pid_of "$name" >/dev/null; do
            if ((SECONDS >= deadline)); then
                say "$name did not end when asked; it is killed."
                kill -KILL "$pid" 2>/dev/null || true
                deadline=$((SECONDS + 5))
            fi
            sleep 0.1
        done
    fi
    rm -f "$PIDS/$name"
}
