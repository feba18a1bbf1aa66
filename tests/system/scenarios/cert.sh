#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# uturn-cert against a CA of its own, Debian's caddy: one command, and https answers with the CA's certificate; a renewal
# while a trace runs; what fails changes nothing and is kept for those who look.

. "$(dirname "$0")/../helpers/lib.sh"
. "$helpers/web-lib.sh"

for program in caddy uacme; do
	if ! command -v "$program" >/dev/null; then
		skip "cert" "needs $program"
		exit
	fi
done
chmod 755 "$work"
PATH=$build:$PATH
export RUNTIME_DIRECTORY=/run/uturn-web

# this world's own /var/lib and trusted CAs
state=/var/lib/uturn-web
bundle=/etc/ssl/certs/ca-certificates.crt
if ! mount -t tmpfs uturn-lab /var/lib; then
	skip "cert" "needs a mount namespace"
	exit
fi
mkdir -p "$state" /run/uturn-web

# ---- a CA, in the prober's place ----

start_lab 3 4
printf '10.1.1.10 ca.test\n%s trace.test www.trace.test\n' "$target4" | tee -a /run/uturn-lab.*/hosts >/dev/null
mkdir "$work/caddy"
cat >"$work/Caddyfile" <<END
{
	admin off
	skip_install_trust
	auto_https disable_redirects
}
https://ca.test:9443 {
	tls internal
	acme_server
}
END
# with a home of its own, where its root certificate is
start_ca() {
	: >"$work/ca.log"
	# not by a function: what is killed is caddy
	"$uturn_lab" run prober env HOME="$work/caddy" XDG_DATA_HOME="$work/caddy" XDG_CONFIG_HOME="$work/caddy" \
		caddy run --adapter caddyfile --config "$work/Caddyfile" >"$work/ca.log" 2>&1 &
	ca_pid=$!
	eventually target curl -sk -o /dev/null --max-time 5 https://ca.test:9443/acme/local/directory || give_up "start a CA" "$(tail -n 3 "$work/ca.log")"
}
start_ca
cp "$work/caddy/caddy/pki/authorities/local/root.crt" "$work/root.crt"
cat "$bundle" "$work/root.crt" >"$work/bundle"
mount --bind "$work/bundle" "$bundle"
ca=https://ca.test:9443/acme/local/directory

# ---- uturn-web as a package starts it: with what it has by itself ----

start_uturnd "inband on"
web_in=("$uturn_lab" run target)
start_web "resolve no
user root"
conf=$work/web.conf
cp "$conf" "$work/before.conf"
cert() { target uturn-cert -f "$conf" "$@" 2>&1 </dev/null; }
# tries ARGUMENT... -> exit status and words
tries() {
	local words

	words=$(cert "$@")
	echo "$? $words"
}
# everything that a failure must leave alone
world() { (cd "$state" && find . -printf '%p %m %u:%g %l\n' | sort && find . -type f -exec sha256sum {} + | sort) && cat "$conf"; }
serial() { prober openssl s_client -connect "$target4:443" -servername trace.test </dev/null 2>/dev/null | openssl x509 -noout -serial 2>/dev/null; }
mkdir -p "$state/.well-known/acme-challenge"

title="nothing is changed: "
before=$(world)
is "${title}no name" "2 uturn-cert: expected NAME, the name of this host in DNS, see uturn-cert --help" "$(tries)"
is "${title}a wildcard" "2 uturn-cert: '*.trace.test': a name with * cannot be shown to be ours over port 80, give each name, see uturn-cert --help" \
	"$(tries '*.trace.test')"
is "${title}no such host" "1 uturn-cert: none.test: no such host (add its address to DNS, A or AAAA)" "$(tries --ca "$ca" none.test)"
has "${title}a name of another host" '^1 uturn-cert: ca.test: 10.1.1.10 port 80: .* \(does uturn-web run, does a firewall let port 80 in\?\)$' \
	"$(tries --ca "$ca" trace.test ca.test)"
has "${title}no CA" '^1 uturn-cert: no account at https://ca.test:9444/directory: ' "$(tries --ca https://ca.test:9444/directory trace.test)"
is "${title}no uacme" "1 uturn-cert: uacme: not installed (apt-get install uacme)" \
	"$(mkdir "$work/bin" && for tool in sh bash readlink tr sed id awk cat printf; do ln -s "$(command -v "$tool")" "$work/bin"; done
	words=$(target env PATH="$work/bin" sh -c "sed 's,^PATH=.*,PATH=$work/bin,' $build/uturn-cert >$work/uturn-cert; sh $work/uturn-cert -f $conf trace.test" 2>&1)
	echo "$? $words")"
# what the CA reads there is another server's
target python3 -c 'import http.server as h
class H(h.BaseHTTPRequestHandler):
    def do_GET(self): self.send_response(200); self.end_headers(); self.wfile.write(b"wrong")
h.HTTPServer(("", 81), H).serve_forever()' 2>/dev/null &
wrong_pid=$!
target iptables -t nat -A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 81
eventually prober curl -sf -o /dev/null http://trace.test/
has "${title}a CA that refuses" "^1 uturn-cert: no certificate from $ca: " "$(tries --ca "$ca" trace.test)"
target iptables -t nat -F PREROUTING
kill "$wrong_pid"
is "${title}--dry-run" "0 would ask $ca for a certificate for trace.test
would add to $conf:
certificate $state/tls/cert.pem
key $state/tls/key.pem
listen [::]:80
listen [::]:443 tls" "$(tries --dry-run --ca "$ca" trace.test)"
answer() { # what a person types
	target script -qec "uturn-cert -f $conf --ca $ca trace.test" /dev/null <<<"$1" 2>&1 | tr -d '\r'
}
has "${title}a person says no" 'uturn-cert: nothing was done' "$(answer n)"
is "${title}all is as it was" "$before" "$(world)"
is "${title}and nothing listens for TLS" "" "$(serial)"

# ---- once ----

title="once: "
output=$(tries --ca "$ca" --email noc@trace.test trace.test www.trace.test)
has "${title}says what there is now" '^0 https://trace.test/ valid until 20[0-9-]+ [0-9:]+ UTC$' "$(head -n 1 <<<"$output")"
has "${title}for each name" '^https://www.trace.test/ valid until ' "$(tail -n 1 <<<"$output")"
is "${title}https answers with its certificate" "200 200" "$(for name in trace www.trace; do
	prober curl -sS -o /dev/null -w '%{http_code} ' --max-time "$hang" --cacert "$work/root.crt" "https://$name.test/healthz"
done | sed 's/ $//')"
is "${title}http still does" 200 "$(prober curl -s -o /dev/null -w '%{http_code}' --max-time "$hang" http://trace.test/healthz)"
is "${title}the pair is root's, for the group to read" "640 root 640 root 750" \
	"$(stat -L -c '%a %U' "$state/tls/cert.pem" "$state/tls/key.pem" | paste -sd " ") $(stat -c %a "$state/tls")"
is "${title}the lines that were missing" "certificate $state/tls/cert.pem
key $state/tls/key.pem
listen [::]:80
listen [::]:443 tls" "$(diff "$work/before.conf" "$conf" | sed -n 's/^> //p' | grep -v '^$\|^#')"
is "${title}nothing is left over" "" "$(find "$state" /run "$conf".* -maxdepth 1 \( -name '.work.*' -o -name '*.old' -o -name '*.new' \) 2>/dev/null
	ls "$state/.well-known/acme-challenge")"
before=$(world)
serial=$(serial)
has "${title}again: nothing to do" '^0 nothing to do$' "$(tries trace.test www.trace.test | head -n 1)"
is "${title}by the timer as well" 0 "$(tries --renew | head -n 1 | cut -d " " -f 1)"
is "${title}and nothing changes" "$before" "$(world)"

# ---- renewal while a trace runs ----

title="renewal: "
is_tracing() { "$build/uturnctl" --socket "$control" status | grep -q '^traces  *1$'; }
limits="limit 3/s per-prober" restart_uturnd "inband on" # so that it lasts five seconds
prober curl -sSN --max-time "$hang" --cacert "$work/root.crt" https://trace.test/ >"$work/trace" 2>&1 &
tracing=$!
eventually is_tracing
has "${title}--force" '^0 https://trace.test/ valid until' "$(tries --renew --force | head -n 1)"
is "${title}the trace was still running" 0 "$(kill -0 "$tracing" 2>/dev/null; echo $?)"
renewed=$(serial)
is "${title}another certificate" "another" "$([ -n "$renewed" ] && [ "$renewed" != "$serial" ] && echo another || echo "$renewed")"
wait "$tracing"
is "${title}the trace ends well" "0 b1 b2 b3 b4 10.1.1.10" "$? $(hops <"$work/trace")"
has "${title}with its end" '^reached you: 5 hops' "$(cat "$work/trace")"

# ---- renewal that fails ----

title="a renewal that fails: "
kill "$ca_pid"
wait "$ca_pid" 2>/dev/null
before=$(world)
has "${title}says so" "^1 uturn-cert: no certificate from $ca: " "$(tries --renew --force)"
has "${title}and it stays where others see it" "^no certificate from $ca: " "$(cat "$state/tls/last-error")"
is "${title}in one line" "1 644" "$(wc -l <"$state/tls/last-error") $(stat -c %a "$state/tls/last-error")"
rm "$state/tls/last-error"
is "${title}nothing else changes" "$before" "$(world)"
echo old >"$state/tls/last-error"
start_ca
sed -i 's/^certificate /#&/' "$conf"
has "${title}a configuration that lost a line: refused by uturn-web" \
	"^1 uturn-cert: $conf:[0-9]+: key: a pair is needed, add 'certificate FILE'; everything is as it was before" "$(tries --renew --force)"
sed -i 's/^#certificate /certificate /' "$conf"
is "${title}the old pair is there" "$renewed" "$(serial)"
is "${title}and the next one that succeeds" 0 "$(tries --renew --force | head -n 1 | cut -d " " -f 1)"
is "${title}takes it away" missing "$([ -e "$state/tls/last-error" ] || echo missing)"
stop_web
is "uturn-web ends well" 0 "$stopped"

title="another certificate: "
printf 'user root\ncertificate /etc/ssl/mine.pem\nkey /etc/ssl/mine.key\n' >"$conf"
has "${title}is its operator's" "^1 uturn-cert: $conf: certificate /etc/ssl/mine.pem: uturn-web serves another certificate" "$(tries trace.test)"
kill "$ca_pid"
