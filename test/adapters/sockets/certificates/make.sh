#!/bin/sh
# Makes the certificates that the prober's tests and benchmarks serve: one throw-away key, valid from 2020 to 2120, so
# that no test needs openssl or breaks on a date. Nothing outside this folder trusts them.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
touch "$work/index"
echo 01 >"$work/serial"
cat >"$work/ca.cnf" <<CONF
[ca]
default_ca = here
[here]
database = $work/index
serial = $work/serial
new_certs_dir = $work
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
CONF
openssl ecparam -name prime256v1 -genkey -noout -out key.pem

issue() { # name, issuer or -selfsign, extensions, end
  openssl req -new -key key.pem -subj "/CN=$1" -out "$work/csr"
  printf '%b\n' "$3" >"$work/ext"
  [ "$2" = -selfsign ] && by=-selfsign || by="-cert $2.pem"
  # shellcheck disable=SC2086
  openssl ca -batch -notext -config "$work/ca.cnf" -keyfile key.pem $by -in "$work/csr" -extfile "$work/ext" \
    -startdate 20200101000000Z -enddate "$4" -out "$1.pem" 2>/dev/null
}

authority='basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign'
local='subjectAltName=DNS:localhost,DNS:good.test,IP:127.0.0.1'
issue root -selfsign "$authority" 21200101000000Z
issue intermediate root "$authority" 21200101000000Z
issue good intermediate "$local" 21200101000000Z
issue wrong-name intermediate subjectAltName=DNS:somewhere-else.test 21200101000000Z
issue expired intermediate "$local" 20210101000000Z
issue self-signed -selfsign "$local" 21200101000000Z
