#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The listeners of uturn-web: opened and closed by a reload, waiting for a certificate, opened by a service manager;
# what a reload refuses leaves all as it was, and whoever asked is told.

. "$(dirname "$0")/../helpers/lib.sh"
. "$helpers/web-lib.sh"

chmod 755 "$work"
ip link set lo up
make_pair first
install -d -o nobody "$work/runtime"
export RUNTIME_DIRECTORY=$work/runtime

cat >"$work/script" <<'END'
{"tracing":true,"max-ttl":32,"attempts":1}
{"hop":1,"kind":"reached","router":"PEER","rtt_ms":1.5,"attempt":1}
{"done":true,"end":"reached","hops":1,"probes":1,"summary":[]}
END
start_fake

# lines TEXT: the configuration from now on
lines() { printf 'control %s\nuser nobody\nresolve no\n%s\n' "$control" "$1" >"$work/web.conf"; }
# reload -> exit status and words
reload() {
	local words

	words=$("$build/uturn-web" -r -f "$work/web.conf" 2>&1)
	echo "$? $words"
}
status() { curl -sk -o /dev/null --max-time "$hang" -w '%{http_code}' "$1"; }
statuses() {
	local url said=()

	for url; do said+=("$(status "$url")"); done
	echo "${said[*]}"
}
capabilities() { awk '/^Cap(Prm|Eff|Amb)/ {print $2}' "/proc/$1/status" | sort -u | paste -sd " "; }
opener() { pgrep -P "$web_pid"; }
listeners() { ss -Hltn | awk '{print $4}' | sort | paste -sd " "; }

# ---- a reload opens and closes ----

start_web "user nobody
listen [::]:80
resolve no"
is "two processes: visitors are read without a capability, and listeners opened with one" \
	"0000000000000000, 0000000000000000 0000000000000400" "$(capabilities "$web_pid"), $(capabilities "$(opener)")"
lines "listen [::]:80
listen 127.0.0.1:81"
is "a listener more" "0 " "$(reload)"
is "it is served, as the old one" "200 200 000" "$(statuses http://127.0.0.1:80/healthz http://127.0.0.1:81/healthz 'http://[::1]:81/healthz')"
exec {visitor}<>/dev/tcp/127.0.0.1/81
lines "listen 127.0.0.1:80"
is "one less, and a narrower one" "0 " "$(reload)"
is "what is left" "127.0.0.1:80" "$(listeners)"
printf 'GET /healthz HTTP/1.0\r\n\r\n' >&"$visitor"
is "a connection of a listener that is gone goes on" "ok" "$(timeout "$hang" tail -n 1 <&"$visitor")"
exec {visitor}>&-
lines "listen 0.0.0.0:80
listen [::]:80"
is "a line for each family" "0 " "$(reload)"
is "are two sockets" "0.0.0.0:80 [::]:80" "$(listeners)"
lines "listen [::]:80"
is "one line for both" "0 " "$(reload)"
is "is one socket" "*:80" "$(listeners)"

# ---- a reload that is refused ----

"$helpers/echo-server" 82 >"$work/services.log" &
started "another listener" "$work/services.log" $!
lines "listen 127.0.0.1:83
listen [::]:80
listen [::]:82"
before=$(listeners)
is "a port that is taken" "1 uturn-web: error: listen [::]:82: Address already in use" "$(reload)"
has "the log says so" 'error: listen \[::\]:82: Address already in use: everything stays as it was' "$(cat "$work/web.log")"
is "everything stays as it was" "$before" "$(listeners)"
lines "listen 127.0.0.1:80
listen [::]:82"
is "one that made room" "1 uturn-web: error: listen [::]:82: Address already in use" "$(reload)"
is "is opened again" "$before 200" "$(listeners) $(status 'http://[::1]:80/healthz')"
lines "lisen [::]:80"
has "a wrong line" "^1 .*web.conf:4: unknown keyword 'lisen'" "$(reload)"
kill "$(opener)"
lines "listen [::]:80
listen [::]:84"
is "without the process that opens them" \
	"1 uturn-web: error: listen [::]:84: Broken pipe (the process that opens listeners has ended: restart uturn-web)" "$(reload)"
is "visitors are served on" 200 "$(status http://127.0.0.1:80/healthz)"
stop_web
is "stops" 0 "$stopped"
has "a reload of what does not run" "^1 .*$RUNTIME_DIRECTORY/reload: Connection refused \(does uturn-web run" "$(reload)"

# ---- waiting for a certificate ----

lines "listen [::]:80
listen [::]:443 tls
certificate $work/tls/cert.pem
key $work/tls/key.pem"
start_web "$(tail -n +2 "$work/web.conf")"
has "without a certificate it starts" 'warning: \[::\]:443 waits for a certificate \(uturn-cert\)' "$(cat "$work/web.log")"
has "and says which file is missing" "warning: certificate $work/tls/cert.pem: No such file" "$(cat "$work/web.log")"
is "what needs none is served" "200 000" "$(statuses http://127.0.0.1/healthz https://127.0.0.1/healthz)"
is "a reload while it is missing" "0 " "$(reload)"
mkdir "$work/tls"
cp "$work/first.crt" "$work/tls/cert.pem"
install -m 600 "$work/first.key" "$work/tls/key.pem"
is "a key that it may not read" "0 " "$(reload)"
has "is said" "warning: key $work/tls/key.pem: Permission denied \(let the group of 'user' read it\)" "$(cat "$work/web.log")"
chmod 644 "$work/tls/key.pem"
is "when both are there" "0 " "$(reload)"
is "it is opened" 200 "$(status https://127.0.0.1/healthz)"
mv "$work/tls/key.pem" "$work/tls/gone"
has "a pair that goes" "^1 .*key $work/tls/key.pem: No such file" "$(reload)"
is "stays in force" 200 "$(status https://127.0.0.1/healthz)"
stop_web

# ---- a service manager opens them ----

web_in=("$helpers/with-listeners" 80 443 --)
start_web "user nobody
resolve no"
is "no process has a capability" "0000000000000000 0000000000000000" "$(capabilities "$web_pid") $(capabilities "$(opener)")"
is "what no line names is closed at once" "200 000" "$(statuses http://127.0.0.1/healthz https://127.0.0.1/healthz)"
mv "$work/tls/gone" "$work/tls/key.pem"
elsewhere=$(mktemp -d "$TMPDIR/tls.XXXXXX") # not below the folder of the configuration, which is read again
chmod 755 "$elsewhere"
cp -p "$work/tls/cert.pem" "$work/tls/key.pem" "$elsewhere"
lines "listen [::]:80
listen [::]:443 tls
certificate $elsewhere/cert.pem
key $elsewhere/key.pem"
is "a certificate in a folder that was not named at the start" "0 " "$(reload)"
if ! grep -q 'no Landlock' "$work/web.log"; then
	has "is waited for, and the log says why" "warning: certificate $elsewhere/cert.pem: Permission denied .*a file in a directory that was not named at the start needs a restart" \
		"$(cat "$work/web.log")"
fi
stop_web
start_web "$(tail -n +2 "$work/web.conf")"
is "the other one is there for TLS" "200 200" "$(statuses http://127.0.0.1/healthz https://127.0.0.1/healthz)"
lines "listen [::]:85"
is "a port that the unit has not" "1 uturn-web: error: listen [::]:85: Permission denied (restart uturn-web, or use uturn-web.socket)" "$(reload)"
lines "listen [::]:8085"
is "one that needs no capability" "0 " "$(reload)"
is "is served, and the others no longer" "200 000 000" \
	"$(statuses http://127.0.0.1:8085/healthz http://127.0.0.1/healthz https://127.0.0.1/healthz)"
stop_web
is "stops" 0 "$stopped"

# ---- browsers are sent to https ----

web_in=()
lines "listen [::]:80
listen [::]:8443 tls
redirect-to-https yes
certificate $work/tls/cert.pem
key $work/tls/key.pem
acme-webroot $work/www/acme"
start_web "$(tail -n +2 "$work/web.conf")"
is "the webroot is made" "755 root" "$(stat -c '%a %U' "$work/www/acme/.well-known/acme-challenge")"
# sent PATH [OPTION...]: the status, and where to
sent() { curl -sk -o /dev/null --max-time "$hang" -w '%{http_code} %{redirect_url}' "${@:2}" "http://127.0.0.1$1"; }
browser=(-H 'Accept: text/html,*/*;q=0.8')
is "a browser" "301 https://127.0.0.1:8443/" "$(sent / "${browser[@]}")"
is "with what it asks for" "301 https://www.example.net:8443/?a=b" "$(sent '/?a=b' "${browser[@]}" -H 'Host: www.example.net:80')"
is "an IPv6 address" "301 https://[2001:db8::1]:8443/" "$(sent / "${browser[@]}" -H 'Host: [2001:db8::1]')"
is "over HTTP/2" "301 https://www.example.net:8443/" \
	"$(sent / "${browser[@]}" --http2-prior-knowledge -H 'Host: www.example.net')"
is "without a name there is nowhere to go" "200 " "$(sent / "${browser[@]}" --http1.0 -H 'Host:')"
is "no text client" "200 " "$(sent /)"
is "no program that polls" "200 " "$(sent /healthz)"
is "no challenge, whoever asks" "404 " "$(sent /.well-known/acme-challenge/none "${browser[@]}")"
is "none that a proxy has passed on, which may speak TLS itself" "200 " "$(sent / "${browser[@]}" -H 'X-Forwarded-For: 192.0.2.1')"
is "with TLS it is the page" 200 "$(curl -sk -o /dev/null -w '%{http_code}' "${browser[@]}" https://127.0.0.1:8443/)"
rm -r "$work/tls"
stop_web
start_web "$(tail -n +2 "$work/web.conf")"
is "while there is no certificate, nobody is sent to where nothing listens" "200 " "$(sent / "${browser[@]}")"
stop_web

# ---- -n opens what the file names ----

# finds CASE WORDS TEXT: what -n says of it, each line without the file's name, and its exit status
finds() {
	local said status

	lines "$3"
	said=$("$build/uturn-web" -n -f "$work/web.conf" 2>&1 | sed "s,$work/web.conf:,,; s,$work/,,g" | paste -sd "|")
	"$build/uturn-web" -n -f "$work/web.conf" 2>/dev/null
	status=$?
	is "-n: $1" "$2" "$status $said"
}
mkdir "$work/tls"
cp "$work/first.crt" "$work/first.key" "$work/tls"
make_pair second
openssl req -new -key "$work/first.key" -subj /CN=old 2>/dev/null | openssl x509 -req -signkey "$work/first.key" -days -1 -out "$work/tls/old.crt" 2>/dev/null
yesterday=$(date -u -d "$(openssl x509 -noout -enddate -in "$work/tls/old.crt" | cut -d = -f 2)" +%Y-%m-%d)
pair() { printf 'certificate %s\nkey %s' "$work/tls/$1" "$work/tls/$2"; }
finds "all is there" "0 " "$(pair first.crt first.key)"
finds "a certificate that is missing" "1 4: certificate tls/none.crt: No such file or directory (uturn-cert NAME gets one)" "$(pair none.crt first.key)"
finds "both are" "1 4: certificate tls/none.crt: No such file or directory (uturn-cert NAME gets one)|5: key tls/none.key: No such file or directory (uturn-cert NAME gets one)" \
	"$(pair none.crt none.key)"
chmod 600 "$work/tls/first.key"
finds "a key that the user may not read, though root may" "1 5: key tls/first.key: Permission denied (let the group of 'user' read it)" "$(pair first.crt first.key)"
chmod 644 "$work/tls/first.key"
cp "$work/second.key" "$work/tls"
finds "a key of another certificate" "1 5: key tls/second.key: key values mismatch (name the key that was made for this certificate, both in PEM)" "$(pair first.crt second.key)"
finds "no certificate at all" "1 4: certificate tls/first.key: no start line (name the key that was made for this certificate, both in PEM)" "$(pair first.key first.key)"
finds "a certificate that has expired" "1 4: certificate tls/old.crt: expired on $yesterday (uturn-cert NAME gets a new one)" "$(pair old.crt first.key)"
finds "databases and a picture" "1 6: logo web.log: neither PNG nor SVG (put a picture there that 'user' can read, or remove the line)|4: mmdb none.mmdb: No such file or directory (put a database in MaxMind's format there, readable to 'user', or remove the line)|5: mmdb web.conf: The MaxMind DB file contains invalid metadata (put a database in MaxMind's format there, readable to 'user', or remove the line)" \
	"mmdb $work/none.mmdb
mmdb $work/web.conf
logo $work/web.log"
finds "a webroot" "1 4: acme-webroot none: No such file or directory (mkdir -p none/.well-known/acme-challenge)" "acme-webroot $work/none"
finds "a wrong line" "1 4: unknown keyword 'lisen', did you mean 'listen'?" "lisen [::]:80"
