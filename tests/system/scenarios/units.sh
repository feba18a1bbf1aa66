#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The units' filters of system calls allow the calls that uturnd, uturn-web and uturn-rules make: as the unit's user, with its
# capabilities, they start, do their work, reload and stop. And all tell a service manager so.

. "$(dirname "$0")/../helpers/lib.sh"
. "$helpers/web-lib.sh"

if [ -z "$can_scamper" ]; then # one user only
	skip "units" "needs root: in a user namespace of one user nobody can become another"
	exit
fi
if ! systemd-analyze syscall-filter @default >/dev/null 2>&1; then
	skip "units" "needs systemd-analyze"
	exit
fi
filtered=$compiled/filtered

# expand NAME...: the calls of systemd's sets, and the others
expand() {
	local name

	for name; do
		if [[ $name == @* ]]; then
			# shellcheck disable=SC2046 # names
			expand $(systemd-analyze syscall-filter --no-pager "$name" | sed -nE 's/^ +([@a-z0-9_-]+)$/\1/p')
		else
			echo "$name"
		fi
	done
}

# calls UNIT: what its lines let pass, one after the other, ~ takes away; execve always passes
calls() {
	local names passed=execve

	while read -r names; do
		# shellcheck disable=SC2086 # names
		if [[ $names == "~"* ]]; then
			passed=$(grep -vxFf <(expand ${names#\~}) <<<"$passed")
		else
			passed=$passed$'\n'$(expand $names)
		fi
	done < <(sed -n 's/^SystemCallFilter=//p' "$helpers/../../../service/$1")
	sort -u <<<"$passed"
}

# as UNIT: into the array through, the command that makes the next one what systemd makes of the unit
as() {
	local capabilities

	if ! grep -q '^User=' "$helpers/../../../service/$1"; then # root; uturnd's group is nogroup here
		capabilities=-all$(sed -n 's/^CapabilityBoundingSet=//p' "$helpers/../../../service/$1" | sed -E 's/ ?CAP_/,+/g' | tr '[:upper:]' '[:lower:]')
		mapfile -t through < <(calls "$1")
		through=(setpriv --groups nogroup --bounding-set "$capabilities" "$filtered" "${through[@]}" --)
		return
	fi
	capabilities=$(sed -n 's/^AmbientCapabilities=//p' "$helpers/../../../service/$1" | sed -E 's/CAP_/+/g; s/ /,/g' | tr '[:upper:]' '[:lower:]')
	mapfile -t through < <(calls "$1")
	through=(setpriv --reuid nobody --regid nogroup --clear-groups --inh-caps "$capabilities" --ambient-caps "$capabilities"
		"$filtered" "${through[@]}" --)
}

# heard: what the service manager has been told, a word each
heard() { sed 's/ .*//' "$work/heard" | paste -sd " "; }

# told CASE WORDS: it has been told so, sooner or later
told() {
	eventually has_heard "$2"
	is "$1" "$2" "$(heard)"
}
has_heard() { [ "$(heard)" = "$1" ]; }

start_manager
export NOTIFY_SOCKET=$work/notify
chmod 755 "$work"
install -d -o nobody -g nogroup "$work/run"
control=$work/run/control

start_lab 3 4
apply_rules
has "the filter ends a process that makes another call" "^SYS$" "$("$filtered" execve -- true 2>&1; kill -l $?)"

title="uturnd: "
as uturnd.service
config "inband on"
sed -i 's/^user .*/user nobody/' "$work/uturnd.conf"
start_configured "${through[@]}"
clients "$path" <<-'END'
	46 | traceroute.db -n TARGET
END
kill -HUP "$uturnd_pid"
told "${title}told as it happens" "READY=1 RELOADING=1 READY=1"

as uturn-rules.service
followed() { target "$build/uturnctl" --socket "$control" -j reload | grep -q '"rules_kept":true'; }
target "$build/uturn-rules" remove >/dev/null
for backend in nft legacy; do
	title="uturn-rules, $backend: "
	"$uturn_lab" run target "${through[@]}" "$build/uturn-rules" keep --backend "$backend" --config "$work/uturnd.conf" >"$work/keep.log" 2>&1 &
	keep_pid=$!
	started keep "$work/keep.log" "$keep_pid"
	eventually followed
	is "${title}follows uturnd" 0 $?
	target "iptables-$backend" -t mangle -F
	wait_for "$work/keep.log" "warning: IPv4: rules were not as planned, applied again"
	clients "$path" <<-'END'
		46 | traceroute.db -n TARGET
	END
	stopping=$(grep -c '^STOPPING=1' "$work/heard")
	kill "$keep_pid"
	wait "$keep_pid"
	is "${title}ends well" 0 $?
	eventually said "$work/heard" '^STOPPING=1' $((stopping + 1))
	is "${title}says so" 0 $?
	is "${title}no rule is left" "" "$(target "iptables-$backend-save" | grep UTURN)"
done
apply_rules

title="uturn-web: "
as uturn-web.service
web_in=("$uturn_lab" run target "${through[@]}")
make_pair first
chmod 600 "$work/first.key"
printf 'listen [::]:443 tls\ncertificate %s\nkey %s\nuser nobody\n' "$work/first.crt" "$work/first.key" >"$work/web.conf"
start_web "$(cat "$work/web.conf")"
has "${title}a key that it may not read" "warning: key .*first.key: Permission denied \(let the group" "$(cat "$work/web.log")"
has "${title}is waited for" "warning: \[::\]:443 waits for a certificate \(uturn-cert\)" "$(cat "$work/web.log")"
stop_web
before=$(heard)
start_web "user nobody
listen [::]:80"
has "${title}a trace" "reached you: 5 hops" "$(prober curl -sS -m "$hang" "http://$target4/")"
kill -HUP "$web_pid"
told "${title}told as it happens" "$before READY=1 RELOADING=1 READY=1"
printf 'listen [::]:81\n' >>"$work/web.conf"
reload_web
is "${title}a listener below 1024 is opened by a reload" 200 "$(prober curl -sS -o /dev/null -w '%{http_code}' -m "$hang" "http://$target4:81/healthz")"
told "${title}told again" "$before READY=1 RELOADING=1 READY=1 RELOADING=1 READY=1"
stop_web
is "${title}ends well" 0 "$stopped"
told "${title}says so before" "$before READY=1 RELOADING=1 READY=1 RELOADING=1 READY=1 STOPPING=1"
stop_uturnd
is "uturnd: ends well" 0 "$stopped"
