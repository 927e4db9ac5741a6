#!/bin/sh
# Bouncy Castle's verdict on an artefact: judge.sh VERB ARGS… prints one line and exits 0 (good) or 1 (bad).
# Verbs: see judge/Judge.java. Exit 2: the judge itself cannot sit.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
classes="$root/build/judge"
jars=/usr/share/java
class_path="$classes:$jars/bcprov.jar:$jars/bcpkix.jar:$jars/bcutil.jar"

for jar in bcprov bcpkix bcutil; do
  if [ ! -e "$jars/$jar.jar" ]; then
    echo "no $jars/$jar.jar: install libbcprov-java libbcpkix-java libbcutil-java" >&2
    exit 2
  fi
done
if ! command -v java >/dev/null || ! command -v javac >/dev/null; then
  echo "no java or javac: install default-jdk-headless" >&2
  exit 2
fi
if [ ! -e "$classes/Judge.class" ] || [ "$here/judge/Judge.java" -nt "$classes/Judge.class" ]; then
  # Compiled aside and moved, so that two callers at once never see half a class.
  fresh=$(mktemp -d)
  javac -Xlint:-options -Xlint:none -nowarn -cp "$class_path" -d "$fresh" "$here/judge/Judge.java" >&2 || exit 2
  mkdir -p "$classes"
  for class in "$fresh"/*.class; do
    [ "$class" = "$fresh/Judge.class" ] || mv "$class" "$classes/"
  done
  mv "$fresh/Judge.class" "$classes/"
  rmdir "$fresh"
fi
exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -cp "$class_path" Judge "$@"
