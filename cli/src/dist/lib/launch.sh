# What the launchers share: finding Java and starting the command. Read by bin/carousel and, in the sources, ./carousel.

# Prints $1 after the program's name, the other arguments as lines below it, and ends.
fail() {
  local first=$1
  shift
  printf 'carousel: %s\n' "$first" >&2
  [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
  exit 1
}

# Prints the file behind a chain of symbolic links.
resolved() {
  local file=$1 link
  while [ -L "$file" ]; do
    link=$(readlink "$file")
    case $link in
      /*) file=$link ;;
      *) file=$(dirname "$file")/$link ;;
    esac
  done
  printf '%s\n' "$file"
}

# Sets java_version and java_home to what the program $1 is. The file `release` answers faster than starting Java.
read_java() {
  local key value
  java_version=
  java_home=$(resolved "$1")
  java_home=${java_home%/bin/java}
  if [ -r "$java_home/release" ]; then
    while IFS='=' read -r key value; do
      if [ "$key" = JAVA_VERSION ]; then
        java_version=${value//[\"$'\r']/}
      fi
    done <"$java_home/release"
  fi
  if [ -z "$java_version" ]; then
    # No home with a release file: perhaps a stub that starts the real one.
    key=$("$1" -XshowSettings:properties -version 2>&1) || true
    java_version=$(printf '%s\n' "$key" | sed -n 's/^ *java\.version = //p')
    java_home=$(printf '%s\n' "$key" | sed -n 's/^ *java\.home = //p')
  fi
}

# Sets java, java_home and java_version to the first of JAVA_HOME and PATH that is Java 17 or later and, where $1 is
# `javac`, has a compiler. If there is none, says what was found, what is needed and how to set it, and ends.
find_java() {
  local need=$1 place major found=()
  for place in JAVA_HOME PATH; do
    if [ "$place" = PATH ]; then
      java=$(command -v java) || { found+=("PATH: no java there."); continue; }
    elif [ -z "${JAVA_HOME:-}" ]; then
      found+=("JAVA_HOME: not set.")
      continue
    else
      java=$JAVA_HOME/bin/java
      [ -x "$java" ] || { found+=("JAVA_HOME: $JAVA_HOME has no bin/java."); continue; }
    fi
    read_java "$java"
    major=${java_version#1.}
    major=${major%%[!0-9]*}
    if [ "${major:-0}" -lt 17 ]; then
      found+=("$place: $java is Java ${java_version:-of an unknown version}.")
    elif [ "$need" = javac ] && [ ! -x "$java_home/bin/javac" ]; then
      found+=("$place: $java is Java $java_version without a compiler: $java_home/bin/javac is missing.")
    else
      if [ "$place" = PATH ] && [ -n "${JAVA_HOME:-}" ]; then
        printf 'carousel: not using %s\n' "${found[0]}" >&2
      fi
      return 0
    fi
  done
  if [ "$need" = javac ]; then
    need="a JDK of version 17 or later to build it (javac, not just java)"
  else
    need="Java 17 or later"
  fi
  fail "Carousel needs $need. Found:" "${found[@]}" \
    "Install one and point to it, for example: export JAVA_HOME=/path/to/jdk-25"
}

# Sets class_path to the jars in the folder $1.
find_jars() {
  local jar
  class_path=
  for jar in "$1"/*.jar; do
    class_path=$class_path${class_path:+:}$jar
  done
}

# What Java is started with, for commands and for their archive alike.
modules=(-XX:-UsePerfData --add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED
  --add-opens=java.base/java.io=ALL-UNNAMED)

# The compiler comes to the vector kernels after a twentieth of the calls that it waits for elsewhere: until then each call
# takes a hundred times as long, and it has no profile to learn.
compiler=(-XX:CompileCommand=quiet '-XX:CompileCommand=CompileThresholdScaling,dev.carousel.vector.*::*,0.05')

# Sets archive to the file that holds, for this Java and the jars in the folder $1, the classes that commands begin with, read
# and laid out: a start from it takes half of the time. It lies in the folder $2; another Java or other jars have another name.
find_archive() {
  local sum
  sum=$({ printf '%s\n' "$java_home" "$java_version"; LC_ALL=C ls -lL "$1"; } 2>/dev/null | cksum)
  archive=$2/${sum// /-}.jsa
}

# Begins to make the archive, in the background and once: where the folder cannot be written, commands start without one.
# What was left half made, such as by a machine that was switched off, is begun again after ten minutes. class_path, java and
# archive are set.
begin_archive() {
  [ ! -e "$archive" ] || return 0
  {
    mkdir -p "${archive%/*}" || return 0
    find "${archive%/*}" -maxdepth 1 -name '*.jsa.making' -mmin +10 -exec rm -r {} + || true
    mkdir "$archive.making" || return 0
  } 2>/dev/null
  (
    trap '' INT HUP
    renice -n 19 -p "$BASHPID" || true
    make_archive && rmdir "$archive.making" && forget_archives
  ) >/dev/null 2>&1 </dev/null &
}

make_archive() {
  local new=$archive.making/new
  "$java" -XX:+UseParallelGC "${modules[@]}" -XX:DumpLoadedClassList="$new.classes" -cp "$class_path" \
    dev.carousel.cli.Rehearsal &&
    "$java" "${modules[@]}" -Xshare:dump -XX:SharedClassListFile="$new.classes" -XX:SharedArchiveFile="$new.jsa" \
      -cp "$class_path" && mv "$new.jsa" "$archive" && rm "$new.classes"
}

# Removes the archives of earlier jars and other Javas that nobody has read for a month.
forget_archives() {
  find "${archive%/*}" -maxdepth 1 -name '*.jsa' ! -name "${archive##*/}" -atime +30 -exec rm -f {} +
}

# Becomes the command on the jars of class_path, with the arguments; from the archive, if there is one.
launch() {
  local pages='' terminal=false notice='WARNING: Using incubator modules: jdk.incubator.vector' share=()
  [ ! -t 2 ] || terminal=true
  # In a bare locale Java can neither open nor print a name beyond ASCII.
  case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
    '' | C | POSIX) export LC_ALL=C.UTF-8 ;;
  esac
  # Matrices in pages of 2 MB instead of 4 kB: a tenth faster and more. Linux gives them to those who ask.
  if grep -qs '\[\(madvise\|always\)\]' /sys/kernel/mm/transparent_hugepage/enabled; then
    pages=-XX:+UseTransparentHugePages
  fi
  # An archive that does not fit, or is damaged, is left aside without a word.
  if [ -r "$archive" ]; then
    share=(-Xshare:auto '-Xlog:cds*=off' -XX:SharedArchiveFile="$archive")
  fi
  # The Java machine prints its notice on standard error before the program starts, and has no option against it. So its
  # standard error is a pipe that drops that line and passes on all others; the program finds the real one at 9.
  # shellcheck disable=SC2086 # CAROUSEL_JAVA_OPTS holds several options, pages perhaps none
  exec "$java" -XX:+UseParallelGC "${modules[@]}" "${compiler[@]}" ${share[@]+"${share[@]}"} \
    -XX:+DisplayVMOutputToStderr \
    $pages -Dcarousel.stderr=9 -Dcarousel.terminal="$terminal" \
    ${CAROUSEL_JAVA_OPTS:-} -cp "$class_path" dev.carousel.cli.Main "$@" \
    9>&2 2> >(
      trap '' INT
      while IFS= read -r line || [ -n "$line" ]; do
        [ "$line" = "$notice" ] && exec cat >&9
        printf '%s\n' "$line" >&9
      done
    )
}
