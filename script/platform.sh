# shellcheck shell=bash disable=SC2034
# The verbs about the whole installation.

up() {
    local begun=$SECONDS
    while (($#)); do
        case $1 in
            --split) GANTRY_SPLIT=yes ;;
            --hosts)
                [[ ${2:-} =~ ^[0-9]+$ ]] || fail "--hosts needs a number" "For example: ./gantry up --hosts 3"
                GANTRY_HOSTS=$2
                shift
                ;;
            *) fail "'$1' is not something 'up' knows" "See ./gantry help" ;;
        esac
        shift
    done
    ((EUID == 0)) || fail "an agent makes namespaces, mounts and cgroups, which only root may do" "Run it as root: sudo ./gantry up"
    keep_the_shape
    build_gantry
    install_program
    packages_to_run
    write_settings
    say "Starting PostgreSQL and Kafka …"
    up_backbone
    up_underlay
    make_certificates
    write_configuration
    say "Starting the services …"
    up_services
    say "Starting $(host_numbers | wc -l) host(s) …"
    up_hosts
    warm_cli
    say "Gantry is up after $((SECONDS - begun)) s: http://127.0.0.1:$HTTP_PORT, $(host_numbers | wc -l) host(s)."
}

# What runs keeps its number of hosts and processes: those of another shape would be forgotten.
keep_the_shape() {
    local hosts split
    hosts=$(kept_setting GANTRY_HOSTS) split=$(kept_setting GANTRY_SPLIT)
    if anything_runs && [[ ${hosts:-$GANTRY_HOSTS} != "$GANTRY_HOSTS" || ${split:-$GANTRY_SPLIT} != "$GANTRY_SPLIT" ]]; then
        fail "it runs already, with $hosts test hosts (0: this machine is the host) and --split=$split" "Take it down first: ./gantry down"
    fi
    if ((GANTRY_HOSTS == 0)) && [[ -d $DATA/agent-1 ]]; then
        say "What ran on the test hosts before is kept and comes back here; './gantry down --data' begins anew."
    fi
}

anything_runs() {
    local file
    for file in "$PIDS"/*; do
        [[ -f $file ]] && pid_of "${file##*/}" >/dev/null && return
    done
    return 1
}

down() {
    [[ ${1:---data} == --data ]] || fail "'$1' is not something 'down' knows" "See ./gantry help"
    [[ -d $GANTRY_HOME ]] || return 0
    find_java
    if [[ ${1:-} == --data ]]; then down_hosts leave; else down_hosts rest; fi
    down_services
    rm -f "$DOCKER_SOCKET"
    nothing_left
    # the next `up` is what it says: this machine as the one host. Ports and names stay
    GANTRY_HOSTS=0 GANTRY_SPLIT=no write_settings
    if [[ ${1:-} == --data ]]; then
        rm -rf "$DATA" "$PKI" "$DOCKER_CERTIFICATE" "$TOKEN_FILE" "$LOGS" "$PIDS" "$SETTINGS" "$CONFIGURATION" "$PROGRAM" "$GANTRY_HOME"/{quickstart,registry-credentials.json}
        say "Data and images are removed."
    fi
}

status() {
    local file name pid
    printf '%-20s %-8s %s\n' PROCESS PID STATE
    for file in "$PIDS"/*; do
        [[ -f $file ]] || continue
        name=${file##*/}
        if pid=$(pid_of "$name"); then printf '%-20s %-8s %s\n' "$name" "$pid" running; else printf '%-20s %-8s %s\n' "$name" - "gone (./gantry up repairs)"; fi
    done
    if pid_of platform >/dev/null || pid_of gateway >/dev/null; then
        printf '\nREST  http://127.0.0.1:%s   Docker API  unix://%s, tcp 127.0.0.1:%s, by TLS %s:%s\n' "$HTTP_PORT" "$DOCKER_SOCKET" "$DOCKER_PORT" "$GANTRY_TLS_HOST" "$TLS_PORT"
        printf 'Kafka  127.0.0.1:%s   PostgreSQL  127.0.0.1:%s   node link  %s:%s   layers  %s:%s\n\n' \
            "$KAFKA_PORT" "$POSTGRES_PORT" "$(control_address)" "$LINK_PORT" "$(control_address)" "$LAYERS_PORT"
        curl -s -m 2 "http://127.0.0.1:$HTTP_PORT/q/health/ready" | jq -r '.checks[] | "\(.status)  \(.name)"' || true
        api GET /nodes | jq -r '.items[] | "\(.state)  node \(.name)  \(.address)  \(.containers) containers"' || true
    else
        say "Gantry is down."
        return 3
    fi
}

# make_docker_certificate: the folder that DOCKER_CERT_PATH names, if it isn't there yet
make_docker_certificate() {
    local made
    [[ -f $DOCKER_CERTIFICATE/key.pem ]] && return
    made=$(api POST /tokens '{"principal": "docker", "certificate": true}')
    jq -e .certificate >/dev/null <<<"$made" || fail "no certificate was made: $(jq -r '.detail // .' <<<"$made")"
    (
        umask 077
        mkdir -p "$DOCKER_CERTIFICATE"
        jq -r .certificate.authority <<<"$made" >"$DOCKER_CERTIFICATE/ca.pem"
        jq -r .certificate.certificate <<<"$made" >"$DOCKER_CERTIFICATE/cert.pem"
        jq -r .certificate.key <<<"$made" >"$DOCKER_CERTIFICATE/key.pem"
    )
}

# print_env [--tls]
print_env() {
    [[ -f $TOKEN_FILE ]] || fail "there is no installation in $GANTRY_HOME" "Start one: ./gantry up"
    # docker-compose 1 asks in the newest version, and from 1.45 on Docker itself doesn't tell it what it needs
    # shellcheck disable=SC2016 # the reader's shell shall expand that PATH
    printf 'export GANTRY_URL=%q\nexport GANTRY_TOKEN=%q\nexport DOCKER_HOST=%q\nexport COMPOSE_API_VERSION=1.44\nexport PATH=%q:"$PATH"\n' \
        "http://127.0.0.1:$HTTP_PORT" "$(<"$TOKEN_FILE")" "unix://$DOCKER_SOCKET" "$ROOT"
    [[ ${1:-} == --tls ]] || return 0
    make_docker_certificate
    printf 'export DOCKER_HOST=%q\nexport DOCKER_TLS_VERIFY=1\nexport DOCKER_CERT_PATH=%q\n' "tcp://$GANTRY_TLS_HOST:$TLS_PORT" "$DOCKER_CERTIFICATE"
}

quickstart() {
    (($# == 0)) || fail "'quickstart' takes no arguments" "See ./gantry help"
    ((EUID == 0)) || fail "an agent makes namespaces, mounts and cgroups, which only root may do" "Run it as root: sudo ./gantry quickstart"
    export GANTRY_HOSTS=3
    make_home
    packages_to_show
    up --hosts 3
    exec_java io.gantry.e2e.quickstart.Quickstart e2e
}

bench() {
    build_gantry
    packages_to_run
    [[ " $* " != *" images "* ]] || docker_registry
    exec_java io.gantry.bench.Bench bench "$@"
}

# exec_java MAIN FOLDER ARGUMENT…: becomes that program of that module
exec_java() {
    local main=$1 folder=$2
    shift 2
    find_java
    export GANTRY_HOME GANTRY_URL=http://127.0.0.1:$HTTP_PORT GANTRY_KAFKA=127.0.0.1:$KAFKA_PORT GANTRY_ROOT=$ROOT GANTRY_PREFIX GANTRY_UNDERLAY GANTRY_PORT_OFFSET GANTRY_ID_SLICE PATH
    exec "$JAVA" "${JAVA_FLAGS[@]}" -XX:TieredStopAtLevel=1 -cp "$ROOT/$folder/target/classes:$ROOT/$folder/target/lib/*" "$main" "$@"
}
