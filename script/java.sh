# shellcheck shell=bash disable=SC2034
# Finds a JDK 25 or later, which need not be the machine's default.

java_release() {
    [[ -x $1/bin/javac && -f $1/release ]] && sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# java_places: where one may be, the best first
java_places() {
    local on_path
    on_path=$(command -v javac || true)
    printf '%s\n' "${JAVA_HOME:-}" /usr/lib/jvm/*25* "$HOME"/.sdkman/candidates/java/25* /opt/*jdk*25* \
        "${on_path:+$(dirname "$(dirname "$(readlink -f "$on_path")")")}"
}

find_java() {
    local candidate release
    while read -r candidate; do
        [[ -n $candidate && -d $candidate ]] || continue
        release=$(java_release "$candidate") || continue
        if ((${release:-0} >= 25)); then
            export JAVA_HOME=$candidate
            JAVA=$candidate/bin/java
            return
        fi
    done < <(java_places)
    fail "no JDK 25 found in JAVA_HOME, /usr/lib/jvm, ~/.sdkman or the PATH." \
        "Install one, for example 'apt install openjdk-25-jdk' or Temurin 25 from adoptium.net, or set JAVA_HOME to where it is."
}

# What every JVM of ours runs with: small, no warnings about the native calls that are meant. Classes that are loaded as it begins are no reason to
# collect: a JVM does so at 21 MB of them, at 35, at 58 and so on, a tenth of a second each time.
JAVA_FLAGS=(-XX:CompileThresholdScaling=0.1 -XX:+UseSerialGC -XX:MetaspaceSize=192m -XX:+UseCompactObjectHeaders --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)

# The services and the backbone run long, so the second compiler works, too; but as late as it usually does: a tenth of its thresholds kept
# both cores busy for the first minute. The first compiler is as early as above. Measured in docs/benchmarks.md
SERVICE_FLAGS=(
    -XX:Tier3InvocationThreshold=20 -XX:Tier3MinInvocationThreshold=10 -XX:Tier3CompileThreshold=200 -XX:Tier3BackEdgeThreshold=6000
    "${JAVA_FLAGS[@]:1}"
    # what is wrong with a path or query is said by the gate; Quarkus refuses it without a word
    -Dvertx.disableURIValidation=true
)
