# shellcheck shell=bash
# The control plane: backbone (PostgreSQL and Kafka), certificates, and the five services in one process or five.

SPLIT_SERVICES=(image-service:1 container-service/control:2 network-service:3 scheduler-service:4 gateway:0) # folder:port above HTTP_PORT
SECRETS=$DATA/backbone/secrets.properties
CONFIGURATION=$GANTRY_HOME/platform.properties

# where agents reach the control plane
control_address() {
    if ((GANTRY_HOSTS > 0)); then printf '%s.1' "$GANTRY_UNDERLAY"; else printf '127.0.0.1'; fi
}

up_backbone() {
    pid_of backbone >/dev/null && [[ -f $DATA/backbone/ready ]] && return
    rm -f "$DATA/backbone/ready"
    mkdir -p "$DATA/backbone"
    local folder
    folder=$(program)/standalone/backbone/target
    launch backbone "$JAVA" "${SERVICE_FLAGS[@]}" -Xmx256m -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
        -cp "$folder/gantry-backbone-0.1.0-SNAPSHOT.jar:$folder/lib/*" \
        io.gantry.backbone.BackboneMain "$DATA/backbone" "$KAFKA_PORT" "$POSTGRES_PORT"
    await backbone 120 test -f "$DATA/backbone/ready"
}

# The services' settings for this installation; passwords and the service token are in the backbone's file beside it.
write_configuration() {
    local address
    address=$(control_address)
    (
        umask 077
        cat >"$CONFIGURATION" <<END
gantry.kafka=127.0.0.1:$KAFKA_PORT
gantry.postgres.host=127.0.0.1
gantry.postgres.port=$POSTGRES_PORT
gantry.pki.dir=$PKI
gantry.token.file=$TOKEN_FILE
gantry.link.host=$address
gantry.link.port=$LINK_PORT
gantry.link.advertise=$address:$LINK_PORT
gantry.network.pool=$GANTRY_POOL.0.0/16
gantry.network.virtual-pool=$(virtual_pool).0.0/16
gantry.network.reserved-ports=$(own_ports)
gantry.image.data=$DATA/images
gantry.image.tls.host=$address
gantry.image.tls.port=$LAYERS_PORT
gantry.docker.socket=$DOCKER_SOCKET
gantry.docker.port=$DOCKER_PORT
gantry.docker.tls.host=$GANTRY_TLS_HOST
gantry.docker.tls.port=$TLS_PORT
gantry.pki.names=$GANTRY_TLS_HOST
gantry.docker.nodes.host=$address
gantry.docker.nodes.port=$API_PORT
gantry.services.image.url=http://127.0.0.1:$(service_port 1)
gantry.services.container.url=http://127.0.0.1:$(service_port 2)
gantry.services.network.url=http://127.0.0.1:$(service_port 3)
gantry.services.scheduler.url=http://127.0.0.1:$(service_port 4)
END
    )
}

# own_ports: what no container may publish
own_ports() {
    printf '%s,' $((HTTP_PORT + 1)) $((HTTP_PORT + 2)) $((HTTP_PORT + 3)) $((HTTP_PORT + 4)) "$LINK_PORT" "$LAYERS_PORT" "$API_PORT" "$STREAM_PORT" \
        "$KAFKA_PORT" $((KAFKA_PORT + 1)) "$POSTGRES_PORT" "$DOCKER_PORT" "$TLS_PORT"
    printf '%s' "$HTTP_PORT"
}

virtual_pool() { printf '%s.%s' "${GANTRY_POOL%.*}" $((${GANTRY_POOL#*.} + 1)); }

# service_port N: where the Nth service listens
service_port() {
    if [[ $GANTRY_SPLIT == yes ]]; then echo $((HTTP_PORT + $1)); else echo "$HTTP_PORT"; fi
}

make_certificates() {
    local address
    address=$(control_address)
    [[ -f $PKI/addresses && $(<"$PKI/addresses") == "$address" ]] && return
    "$JAVA" "${JAVA_FLAGS[@]}" -cp "$(control_folder)/target/quarkus-app/lib/main/*:$(control_folder)/target/quarkus-app/app/*" \
        io.gantry.container.pki.PkiMain "$PKI" "$address" >>"$LOGS/pki.log" 2>&1 \
        || fail "the certificates could not be made" "See $LOGS/pki.log"
    printf '%s' "$address" >"$PKI/addresses"
}

# control_folder: the application that container-service is in
control_folder() {
    printf '%s/%s' "$(program)" "$(if [[ $GANTRY_SPLIT == yes ]]; then echo container-service/control; else echo standalone/platform; fi)"
}

healthy() {
    curl -sf -m 2 -o /dev/null "http://127.0.0.1:$1/q/health/ready"
}

# launch_service NAME FOLDER PORT MEGABYTES
launch_service() {
    launch "$1" "$JAVA" "${SERVICE_FLAGS[@]}" -Xmx"$4"m \
        -Dquarkus.config.locations="$SECRETS,$CONFIGURATION" -Dquarkus.http.port="$3" -jar "$(program)/$2/target/quarkus-app/quarkus-run.jar"
}

up_services() {
    local entry name
    if [[ $GANTRY_SPLIT != yes ]]; then
        pid_of platform >/dev/null || launch_service platform standalone/platform "$HTTP_PORT" 384
        await platform 120 healthy "$HTTP_PORT"
        return
    fi
    for entry in "${SPLIT_SERVICES[@]}"; do
        name=$(service_name "${entry%:*}")
        pid_of "$name" >/dev/null || launch_service "$name" "${entry%:*}" $((HTTP_PORT + ${entry#*:})) 160
    done
    for entry in "${SPLIT_SERVICES[@]}"; do
        await "$(service_name "${entry%:*}")" 180 healthy $((HTTP_PORT + ${entry#*:}))
    done
}

service_name() { printf '%s' "${1%/control}"; }

# service kill|stop NAME: one part of the control plane, for tests and for people who want to see what happens; service start all
service() {
    [[ -n ${2:-} ]] || set -- usage
    case ${1:-} in
        kill) kill_at_once "$2" ;;
        stop) stop "$2" ;;
        # all that don't run: none of them is of use without the others
        start) find_java && up_backbone && up_services ;;
        *) fail "usage: ./gantry service kill|stop NAME, ./gantry service start all" "Names are those of ./gantry status" ;;
    esac
}

down_services() {
    local entry
    stop platform
    for entry in "${SPLIT_SERVICES[@]}"; do
        stop "$(service_name "${entry%:*}")"
    done
    stop backbone 40
}
