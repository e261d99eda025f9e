# shellcheck shell=bash
# Sourced by run, test and the scripts. The caller has set -euo pipefail and $root.

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
# A build server that outlives the build would keep the locks below open for ever.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
# Without a home folder neither dotnet nor npm starts.
export HOME="${HOME:-$root/artifacts/home}"
mkdir -p "$HOME" "$root/artifacts"

fail() { printf '%s\n' "$@" >&2; exit 1; }

need_dotnet() {
  command -v dotnet >/dev/null ||
    fail "Assay needs .NET: install the .NET SDK 10 from https://dotnet.microsoft.com/download/dotnet/10.0 and run this again."
}

need_sdk() {
  need_dotnet
  (cd "$root" && dotnet --version >/dev/null 2>&1) ||
    fail "Assay needs the .NET SDK $(sed -n 's/.*"sdk".*"version": *"\([^"]*\)".*/\1/p' "$root/global.json") or a newer patch of it:" \
      "install it from https://dotnet.microsoft.com/download/dotnet/10.0 and run this again. Installed: $(dotnet --list-sdks | tr '\n' ' ')"
}

need_npm() {
  command -v node >/dev/null || fail "$1 needs Node.js 20 or later: install it from https://nodejs.org and run this again."
  command -v npm >/dev/null || fail "$1 needs npm, which comes with Node.js: install both from https://nodejs.org and run this again."
}

# What the binaries depend on, as one short word.
sources_key() {
  (cd "$root" && find src Directory.*.props global.json -type f -not -path '*/bin/*' -not -path '*/obj/*' -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)
}

# take FOLDER: marks a finished output as in use by this process and what it execs, by a shared lock on an inherited descriptor.
# Fails when the folder is not there, or was just pruned.
take() {
  [[ -e "$1/.in-use" ]] && exec {in_use}<"$1/.in-use" && flock --shared --nonblock "$in_use" && [[ "$1/.in-use" -ef "/dev/fd/$in_use" ]]
}

# prune KEEP PREFIX: removes older outputs that no process holds.
prune() {
  local folder lock
  for folder in "$root/artifacts/run/$2"[0-9a-f]*; do
    [[ -d "$folder" && "$folder" != "$1" ]] || continue
    exec {lock}<>"$folder/.in-use"
    if flock --exclusive --nonblock "$lock"; then rm -rf "$folder"; fi
    exec {lock}>&-
  done
}

# publish PROJECT FOLDER [OPTION…]: builds into a folder of its own and renames it, so that what has a name is complete.
publish() {
  local project=$1 folder=$2 new="$root/artifacts/run/.new-$$" log="$root/artifacts/run/.log-$$"
  shift 2
  # Under the build lock no other build is under way: these are what interrupted ones left.
  rm -rf "$root"/artifacts/run/.new-* "$root"/artifacts/run/.log-*
  if ! (cd "$root" && dotnet publish "src/$project" --configuration Release --output "$new" --artifacts-path "$root/artifacts/publish" \
      -p:UseSharedCompilation=false --verbosity quiet --nologo "$@" >"$log" 2>&1 </dev/null); then
    cat "$log" >&2
    rm -rf "$new" "$log"
    fail "Building $project failed; the log is above."
  fi
  : >"$new/.in-use"
  rm -rf "$folder" "$log"
  mv "$new" "$folder"
}

# built PROJECT PREFIX TITLE [OPTION…]: sets $out to the project's published folder, building it when the sources changed, and holds it.
built() {
  local building
  command -v flock >/dev/null || fail "Assay's scripts need flock: install the package util-linux."
  need_dotnet
  mkdir -p "$root/artifacts/run"
  out="$root/artifacts/run/$2$(sources_key)"
  if take "$out"; then return; fi

  need_sdk
  exec {building}>"$root/artifacts/run/.lock"
  flock --exclusive "$building"
  if ! take "$out"; then
    if compgen -G "$root/artifacts/run/$2[0-9a-f]*" >/dev/null; then
      echo "Building $3 (its sources changed)…" >&2
    else
      echo "Building $3 (first time, about a minute)…" >&2
    fi
    publish "$1" "$out" "${@:4}" {building}>&-
    prune "$out" "$2"
    take "$out"
  fi
  exec {building}>&-
}
