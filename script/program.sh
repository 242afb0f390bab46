# shellcheck shell=bash
# What runs is a copy of what was built: the next build, a test run's too, empties the folders that a running JVM still loads classes from. An installation
# keeps a link to the copy it was last started from; all installations of this folder share the copies.
PROGRAMS=$ROOT/standalone/target/programs
PROGRAM=$GANTRY_HOME/program

# program_parts: what this shape of the platform runs from, as paths below a checkout
program_parts() {
    local entry
    printf '%s\n' standalone/backbone/target/{gantry-backbone-0.1.0-SNAPSHOT.jar,lib} container-service/agent/{compiler.json,target/gantry-agent-0.1.0-SNAPSHOT.jar,target/lib}
    if [[ $GANTRY_SPLIT == yes ]]; then
        for entry in "${SPLIT_SERVICES[@]}"; do printf '%s\n' "${entry%:*}/target/quarkus-app"; done
    else
        echo standalone/platform/target/quarkus-app
    fi
}

# install_program: makes PROGRAM lead to a copy of what was built last; what nothing runs from and no installation was started from lately goes
install_program() {
    local stamp copy parts
    stamp=$(<"$STAMP")
    copy=$PROGRAMS/${stamp##* }-split-$GANTRY_SPLIT
    mkdir -p "$PROGRAMS"
    remove_old_programs "$copy"
    if [[ ! -d $copy ]]; then
        mapfile -t parts < <(program_parts)
        rm -rf "$copy.part.$$"
        mkdir "$copy.part.$$"
        (cd "$ROOT" && cp -a --reflink=auto --parents "${parts[@]}" "$copy.part.$$")
        # whole or not there; another `up` may have been quicker
        mv -T "$copy.part.$$" "$copy" 2>/dev/null || rm -rf "$copy.part.$$"
    fi
    touch "$copy"
    ln -sfnT "$copy" "$PROGRAM"
}

# remove_old_programs KEEP: those beside it that no process has in its command line and that were last asked for a while ago
remove_old_programs() {
    local old
    for old in "$PROGRAMS"/*; do
        [[ -d $old && $old != "$1" && -n $(find "$old" -maxdepth 0 -mmin +10) ]] || continue
        # the pattern by a descriptor: the search must not find itself
        grep -qsF -f <(printf '%s/' "$old") /proc/[0-9]*/cmdline || rm -rf "$old"
    done
}

# program: its folder, so that a process can be told by it; of an installation that was never started from one, what was built last
program() {
    [[ -d $PROGRAM/ ]] || install_program
    readlink -f "$PROGRAM"
}
