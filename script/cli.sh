# shellcheck shell=bash
# The command line: a JVM that begins with what an earlier one has loaded and linked (JEP 483, 514). On the way to it no other program is
# started, since each costs a millisecond or two.

CLI_JAR=$ROOT/cli/target/gantry-cli-0.1.0-SNAPSHOT.jar CLI_LIB="$ROOT/cli/target/lib/*"
CLI_CACHE=$ROOT/cli/target/cli.aot
# it ends before much compiling pays; the JVM's own reflection is quicker than methods made for calls that come once
CLI_FLAGS=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=3 -XX:-UsePerfData -Djdk.reflect.useNativeAccessorOnly=true -Xlog:disable --enable-native-access=ALL-UNNAMED)

cli() {
    if [[ ! -f $CLI_JAR && ${1:-} =~ ^(-h|--help)$ ]]; then
        say "The other commands' help is there once Gantry is built: ./gantry build"
        main help
        return
    fi
    [[ -f $CLI_JAR ]] || build_gantry
    find_cli_java
    export GANTRY_HOME GANTRY_URL=${GANTRY_URL:-http://127.0.0.1:$HTTP_PORT}
    # names of files are in any language; a JVM in the C locale could not name them
    [[ ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} == *[Uu][Tt][Ff]* ]] || export LC_ALL=C.UTF-8
    # one of another build or JDK is passed over
    [[ ! -f $CLI_CACHE ]] || CLI_FLAGS+=(-XX:AOTCache="$CLI_CACHE")
    exec "$JAVA" "${CLI_FLAGS[@]}" -cp "$CLI_JAR:$CLI_LIB" io.gantry.cli.Gantry "$@"
}

# find_cli_java: sets JAVA to the one that made the cache, since no other can read it
find_cli_java() {
    { [[ -f $CLI_CACHE && -f $CLI_CACHE.java ]] && read -r JAVA <"$CLI_CACHE.java" && [[ -x $JAVA ]]; } || find_java
}

# warm_cli: makes the cache by calls that need the platform and change nothing; once for each build
warm_cli() {
    [[ $CLI_CACHE -nt $STAMP ]] && return
    # renamed when it is whole: another call may look meanwhile
    if GANTRY_HOME=$GANTRY_HOME GANTRY_URL=http://127.0.0.1:$HTTP_PORT "$JAVA" "${CLI_FLAGS[@]}" -XX:AOTCacheOutput="$CLI_CACHE.part" -cp "$CLI_JAR:$CLI_LIB" \
        io.gantry.cli.Warming version ps nodes images deployments >"$LOGS/cli.log" 2>&1; then
        printf '%s\n' "$JAVA" >"$CLI_CACHE.java"
        mv "$CLI_CACHE.part" "$CLI_CACHE"
    fi
}
