#!/usr/bin/env bash
# Builds the simulated CUDA driver and cuBLAS with g++ alone: build.sh OUT makes OUT/libcuda.so.1 and
# OUT/cublas/libcublas.so.12.
set -euo pipefail
out=${1:?the folder to build in}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
mkdir -p "$out"
command -v g++ >/dev/null || {
    echo "g++ is missing: apt install g++" >&2
    exit 1
}
exec 9>"$out/lock"
command -v flock >/dev/null && flock 9

flags=(-std=c++17 -O3 -march=native -ffp-contract=off -fno-math-errno -fPIC -fvisibility=hidden -Wall -Wextra -Werror)
objects=() compiling=()
for source in "$here"/*.cpp; do
    object=$out/$(basename "${source%.cpp}").o
    objects+=("$object")
    newest=$(ls -t "$source" "$here"/*.h | head -1)
    [[ $object -nt $newest ]] && continue
    g++ "${flags[@]}" -c "$source" -o "$object.new" && mv "$object.new" "$object" &
    compiling+=($!)
    ((${#compiling[@]} % 2)) || wait "${compiling[-2]}"
done
for job in "${compiling[@]}"; do wait "$job"; done

# Calls that the bindings name and the simulation does not know: each reports itself.
if [[ ! $out/stubs.o -nt $here/calls.txt ]] || ((${#compiling[@]})); then
    known=$(nm -g --defined-only "${objects[@]}" | awk '$3 ~ /^cu/ { print $3 }' | sort -u)
    {
        echo '#include "'"$here"'/state.h"'
        comm -13 <(echo "$known") <(sort -u "$here/calls.txt") | while read -r call; do
            echo 'extern "C" __attribute__((visibility("default"))) int '"$call"'() {'
            echo '  cudasim::report("{\"kind\":\"unknown call\",\"what\":\"'"$call"'\"}");'
            echo '  return 801;'
            echo '}'
        done
    } >"$out/stubs.cc"
    g++ "${flags[@]}" -c "$out/stubs.cc" -o "$out/stubs.o"
fi
g++ -shared -Wl,-soname,libcuda.so.1 -o "$out/libcuda.so.1.new" "${objects[@]}" "$out/stubs.o" -lpthread
mv "$out/libcuda.so.1.new" "$out/libcuda.so.1"

# In a folder of its own: a program that finds the driver shall not find this by accident.
cublas=$out/cublas/libcublas.so.12
mkdir -p "$out/cublas"
if [[ ! $cublas -nt $here/cublas/cublas.cpp || ! $cublas -nt $here/cublas/cublas.map ]]; then
    g++ "${flags[@]}" -shared -Wl,-soname,libcublas.so.12 -Wl,--version-script="$here/cublas/cublas.map" \
        -o "$cublas.new" "$here/cublas/cublas.cpp" "$out/libcuda.so.1"
    mv "$cublas.new" "$cublas"
fi
