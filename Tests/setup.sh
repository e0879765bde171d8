# Installs the Debian packages named as arguments that are missing. Does nothing, quickly, when all
# are there.
set -eu
missing=""
for package in "$@"; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null || true)
  [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get > /dev/null; then
  echo "these packages are needed:$missing" >&2
  exit 1
fi
as_root=""
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo > /dev/null; then
    echo "install these packages as root:$missing" >&2
    exit 1
  fi
  as_root="sudo"
fi
echo "installing$missing" >&2
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq < /dev/null
# shellcheck disable=SC2086 # The list is meant to be split.
$as_root apt-get install -y -qq --no-install-recommends $missing < /dev/null > /dev/null
