#!/bin/sh
# Change the rules of the domain one spot at a time and see whether a test notices: `mutation.sh [NAME...]`.
# Without names every mutant runs, and the last lines are the figures of docs/mutation.md. Needs .venv-mutation.
set -eu
cd "$(dirname "$0")/.."
mutmut=$PWD/.venv-mutation/bin/mutmut
copy=build/mutation
wanted_percent=95

# mutmut leaves functions with a decorator alone, and a warm cache would answer in place of a changed function and hide
# which tests reach it. So the copy that is tested has no caches.
make_copy() {
    rm -rf "$copy"
    mkdir -p "$copy"
    cp -R pyproject.toml domain tests "$copy/"
    sed '/^@lru_cache/d' domain/windows.py >"$copy/domain/windows.py"
}

# A mutant that never ends is noticed too.
print_figures() {
    awk -v wanted="$wanted_percent" '
        { split($1, name, "."); file = name[2]; all[file]++; killed[file] += ($2 == "killed" || $2 == "timeout") }
        END {
            for (file in all) {
                percent = 100 * killed[file] / all[file]
                printf "domain/%s.py: %d of %d killed, %.1f %%\n", file, killed[file], all[file], percent
                failed = failed || percent < wanted
            }
            exit (failed || NR == 0)
        }'
}

make_copy
cd "$copy"
"$mutmut" run --max-children "${CHILDREN:-2}" "$@"
[ $# -eq 0 ] || exit 0
printf '\nNot killed, or never ending (mutmut show NAME, in %s):\n' "$copy"
"$mutmut" results
"$mutmut" results --all true | print_figures
