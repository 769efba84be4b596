# find_jdk sets `jdk` to the home of a JDK 25 or newer, or fails with advice on stderr. Sourced by lamina and .ci/run.

# The release file spares starting a JVM to ask its version.
is_jdk_25() {
    local line version
    [[ -x $1/bin/javac && -r $1/release ]] || return 1
    while IFS= read -r line; do
        if [[ $line == JAVA_VERSION=* ]]; then
            version=${line#*=}
            version=${version//\"/}
            version=${version%%[!0-9]*}
            ((${version:-0} >= 25))
            return
        fi
    done <"$1/release"
    return 1
}

find_jdk() {
    local home java
    if [[ -n ${LAMINA_JAVA_HOME:-} ]]; then
        jdk=$LAMINA_JAVA_HOME
        is_jdk_25 "$jdk" && return
        echo "lamina: LAMINA_JAVA_HOME=$jdk is not a JDK 25 or newer" >&2
        return 1
    fi
    java=$(command -v java) && java=$(readlink -f "$java" 2>/dev/null || echo "$java")
    for home in "${JAVA_HOME:-}" "${java%/bin/java}" \
        /usr/lib/jvm/* ~/.sdkman/candidates/java/* ~/.jdks/* /opt/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home ~/Library/Java/JavaVirtualMachines/*/Contents/Home; do
        jdk=$home
        is_jdk_25 "$jdk" && return
    done
    cat >&2 <<'ADVICE'
lamina: no JDK 25 or newer found. Install one, for example Temurin 25:
  Debian, Ubuntu   apt install temurin-25-jdk (from Adoptium's repository) or openjdk-25-jdk
  macOS            brew install --cask temurin@25
  anywhere         sdk install java 25-tem
or point LAMINA_JAVA_HOME or JAVA_HOME at one.
ADVICE
    return 1
}
