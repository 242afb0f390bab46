# shellcheck shell=bash
# Builds what has changed. The stamp is a checksum over everything that is built from; the same stamp means nothing to do, for every
# installation that runs from this folder.
STAMP=$ROOT/standalone/platform/target/built

sources_checksum() {
    cd "$ROOT" || return
    {
        java_release "$JAVA_HOME"
        if [[ -e .git ]]; then # a file in a worktree
            git ls-files -z --cached --others --exclude-standard -- ':!*.md' ':!docs' ':!script' ':!gantry' ':!.ci'
        else
            find . -type f -not -path '*/target/*' -not -path './.gantry/*' -not -name '*.md' -print0 | sort -z
        fi | xargs -0 sha1sum 2>/dev/null || true # a file that was just deleted has no checksum
    } | sha1sum | cut -d' ' -f1
}

maven() {
    (cd "$ROOT" && MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow -XX:+UseSerialGC ${MAVEN_OPTS:-}" mvn -B -T"${MAVEN_THREADS:-1C}" "$@")
}

build_gantry() {
    make_home
    find_java
    packages_to_build
    local now begun=$SECONDS log=$LOGS/build.log
    now="$ROOT $(sources_checksum)"
    [[ -f $STAMP && $(<"$STAMP") == "$now" ]] && return
    if [[ -f $STAMP ]]; then say "Building Gantry …"; else say "Building Gantry for the first time: a few minutes, most of it libraries from Maven Central …"; fi
    # after a first build all that is needed is here: no need to ask the network
    if ! { [[ -f $STAMP ]] && maven -q -o -DskipTests package >"$log" 2>&1; } && ! maven -q -DskipTests package >"$log" 2>&1; then
        grep -m 20 '^\[ERROR\]' "$log" >&2 || tail -n 30 "$log" >&2
        fail "the build failed" "All of it is in $log"
    fi
    rm -f "$CLI_CACHE"
    printf '%s' "$now" >"$STAMP"
    say "Built in $((SECONDS - begun)) s."
}
