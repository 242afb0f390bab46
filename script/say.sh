# shellcheck shell=bash
# How the script talks: what it does to stderr, so that stdout stays what a command answers.

say() { printf '%s\n' "$*" >&2; }

# fail WHAT [WHAT TO DO]: one sentence each, then the end
fail() {
    printf 'gantry: %s\n' "$1" >&2
    (($# > 1)) && printf '        %s\n' "$2" >&2
    exit 1
}
