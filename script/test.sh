# shellcheck shell=bash
# Everything, and one line at the end that says how many tests passed, failed and were skipped.

run_tests() {
    local begun=$SECONDS outcome=0
    make_home
    find_java
    packages_to_build
    packages_to_run
    packages_to_show
    packages_to_compare
    packages_to_test
    find "$ROOT" -path '*/target/surefire-reports/TEST-*.xml' -delete
    # one module after the other: their tests share one kernel and meet deadlines; then those with several hosts
    # shellcheck disable=SC2034 # read by maven
    local MAVEN_THREADS=1
    if maven -fae verify -pl '!e2e' "$@"; then
        # the installations that the rest starts need no build of their own
        printf '%s' "$ROOT $(sources_checksum)" >"$STAMP"
    else
        outcome=1
    fi
    (run_guest) || outcome=1
    maven -fae -f e2e/pom.xml verify "$@" || outcome=1
    remove_test_groups
    say "Tested in $((SECONDS - begun)) s."
    name_failed
    sum_up || outcome=1
    return "$outcome"
}

# remove_test_groups: parents of the groups that tests made; one that isn't empty stays, and is what a test has left
remove_test_groups() {
    local parent
    for parent in gantry-test/gantry gantry-test gantry-runc-test gantry-runc; do
        find /sys/fs/cgroup -mindepth 1 -maxdepth 3 -type d -path "*/$parent" -exec rmdir {} + 2>/dev/null || true
    done
}

# name_failed: a line for each test that failed, for who sees only a log's end
name_failed() {
    find "$ROOT" -path '*/target/surefire-reports/TEST-*.xml' -exec awk '
        function value(name) { return match($0, " " name "=\"[^\"]*") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) : "" }
        /<testcase / { test = value("classname") "#" value("name") }
        /<(failure|error)[ >]/ { print "failed: " test ": " substr(value("message"), 1, 300) }' {} +
}

# sum_up: over all reports; fails when a test failed or none ran
sum_up() {
    find "$ROOT" -path '*/target/surefire-reports/TEST-*.xml' -print0 | xargs -0 -r grep -ho '<testsuite [^>]*' | awk '
        function value(name) { return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : 0 }
        { tests += value("tests"); failed += value("failures") + value("errors"); skipped += value("skipped") }
        END { printf "%d passed, %d failed, %d skipped\n", tests - failed - skipped, failed, skipped; exit failed > 0 || tests == 0 }'
}
