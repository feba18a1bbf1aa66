#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A start that fails says why and what would help, and leaves nothing half-started.

. "$(dirname "$0")/../helpers/lib.sh"

start_lab 3 4
apply_rules
file=$work/uturnd.conf

# fails CASE STATUS REGEX COMMAND...: in the target; reads its configuration from $file
fails() {
	local output status
	local case=$1 expected=$2 regex=$3

	shift 3
	output=$(target timeout "$hang" "$@" 2>&1)
	status=$?
	is "$case: exit status" "$expected" "$status"
	has "$case: says so" "$regex" "$output"
	[ ! -e "$control" ]
	is "$case: no control socket left" 0 $?
}

config "in-fligth 10"
fails "misspelt keyword" 2 "$file:5: .*did you mean 'in-flight'" "$build/uturnd" -f "$file"
config "max-ttl many"
fails "value that is no number" 2 "$file:5: .*max-ttl" "$build/uturnd" -f "$file"
config "turn around"
fails "value that is none of the choices" 2 "$file:5: .*turn.*flow" "$build/uturnd" -f "$file"
fails "no such file" 2 "$work/none.conf: .*No such file" "$build/uturnd" -f "$work/none.conf"
fails "unknown option" 2 "uturnd.*(-h|usage)" "$build/uturnd" --frobnicate

config
for capability in net_admin net_raw; do
	fails "without CAP_${capability^^}" 1 "CAP_${capability^^}" \
		setpriv --bounding-set "-$capability" "$build/uturnd" -f "$file"
done

config
fails "configuration check of a good file ends" 0 "" "$build/uturnd" -n -f "$file"
config "queue none"
! target "$build/uturnd" -n -f "$file" >/dev/null 2>&1
is "configuration check of a bad file" 0 $?

control=$work/first
start_uturnd "inflection 203.0.113.82
inflection $second6"
is "an inflection address that is not the host's is warned of, and no other" "1 1" \
	"$(grep -c "warning: inflection" "$work/uturnd.log") $(grep -c "inflection 203.0.113.82: no address" "$work/uturnd.log")"
restart_uturnd "answer-from self
inflection $second4"
is "answer-from self: the family without an address for it is named" "0 1" \
	"$(grep -c 'warning: answer-from self.*IPv4' "$work/uturnd.log") $(grep -c 'warning: answer-from self.*IPv6' "$work/uturnd.log")"
restart_uturnd
control=$work/control
config
fails "queue already taken" 1 "queue 5.*(in use|taken|busy|other|another)" "$build/uturnd" -f "$file"
title="the first one still serves: "
clients "$path" <<-'END'
	46 | traceroute.db -n TARGET
END

control=$work/first
config
kill -HUP "$uturnd_pid"
title="after a reload: "
clients "$path" <<-'END'
	46 | traceroute.db -n TARGET
END
config "in-fligth 10"
kill -HUP "$uturnd_pid"
title="after a reload of a bad file: "
clients "$path" <<-'END'
	46 | traceroute.db -n TARGET
END
has "${title}says so" "did you mean 'in-flight'" "$(cat "$work/uturnd.log")"
config "mark 7"
has "a reload names what has to wait for a restart" "^mark: stays as it was until uturnd is restarted" \
	"$(target "$build/uturnctl" --socket "$control" reload 2>&1)"
kill -USR2 "$uturnd_pid"
wait_for "$work/uturnd.log" "ago: relayed: "
has "SIGUSR2: a probe turned" "ago: turned: prober 10.1.1.10, target $target4, protocol 17, ttl 2$" "$(cat "$work/uturnd.log")"
has "SIGUSR2: an answer relayed" "ago: relayed: .*, ttl 2, router 10.2.1.1, type 11, code 0$" "$(cat "$work/uturnd.log")"
