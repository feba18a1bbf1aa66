#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every system and library call fails in turn (faults.c) while uturnd starts: it starts completely, or it
# says why, ends with status 1 and leaves nothing; status 2 where a configuration cannot be read. The same
# once it runs is in faults-running.sh.

. "$(dirname "$0")/../helpers/lib.sh"

faults=$build/tests/uturnd-faults
make -s -C "$helpers/../../.." BUILD="$build" faults >"$work/make.log" 2>&1 || give_up "build it" "$(tail -n 3 "$work/make.log")"

# ---- every call has a row, or is here because it cannot fail, or its failure cannot be told from another value ----

harmless='
	_exit abort clock_gettime close dirname exit fclose ferror free getenv geteuid getgid getpid getuid inet_ntop inet_pton
	memchr memcmp memcpy memmove memset munmap signal snprintf stderr str.* umask __.* optarg optind getopt_long puts printf
	fprintf fputs putchar fwrite fflush fgets feof qsort stdout realpath
	capng_clear explicit_bzero sodium_memcmp
	ev_break ev_io_start ev_io_stop ev_loop_destroy ev_run ev_signal_start ev_timer_again ev_timer_stop ev_.*
	json_array_get json_array_size json_delete json_integer_value json_true json_object_get json_object_seed json_object_set_new json_string_value json_sprintf
	mnl_attr_get_payload mnl_attr_get_payload_len mnl_attr_get_type mnl_attr_next mnl_attr_ok mnl_nlmsg_get_payload
	mnl_nlmsg_get_payload_offset mnl_nlmsg_get_payload_tail mnl_socket_close mnl_socket_get_fd
	mnl_socket_get_portid
	nfq_nlmsg_cfg_put_cmd nfq_nlmsg_cfg_put_params nfq_nlmsg_cfg_put_qmaxlen nfq_nlmsg_put nfq_nlmsg_verdict_put
	pcap_close pcap_get_tstamp_precision pcap_datalink pcap_datalink_val_to_name pcap_fileno pcap_freecode pcap_get_selectable_fd pcap_geterr
	seccomp_release'

libraries=("$build"/obj/uturnd/main.o "$build"/lib{uturnd,raw,daemon,config,common}.a)
ours=("${libraries[@]}" "$build"/lib{engine,packet}.a)
# of the libraries, what is linked: command.c is for other programs
nm --defined-only "$faults" | awk '{ print $3 }' >"$work/linked"
nm -A "${libraries[@]}" | awk '
	FNR == NR { linked[$1]; next }
	{ sub(/:[^:]*$/, "", $1) }
	$2 == "T" && $3 in linked { is_used[$1] }
	$2 == "U" { asked[$1] = asked[$1] $3 "\n" }
	END { for (object in is_used) printf "%s", asked[object] }' "$work/linked" - | sort -u >"$work/asked"
nm --defined-only "${ours[@]}" | awk 'NF == 3 { print $3 }' | sort -u >"$work/own"
sed -nE 's/^\tX\(([a-z0-9_]+),.*/\1/p' "$helpers/faults.c" | sort >"$work/rows"
is "every call has a row in faults.c" "" \
	"$(comm -23 "$work/asked" "$work/own" | comm -23 - "$work/rows" |
		grep -vxE "$(tr -s '[:space:]' '|' <<<"$harmless" | sed 's/^|//; s/|$//')" | paste -sd " ")"
is "every row has a call" "" "$(comm -13 "$work/asked" "$work/rows" | paste -sd " ")"

# ---- while it starts ----

start_lab 3 4
apply_rules
chmod 755 "$work"
control=$work/run/control

# starts NAME ERRNO N: counts how it ended; a case of its own only if it did wrong
starts() {
	local status how

	UTURN_FAULT=$1:$2:$3 UTURN_FAULT_END=1 target timeout "$hang" "$faults" -f "$work/uturnd.conf" >"$work/fault.log" 2>&1
	status=$?
	how=$(grep -v '^fault: ' "$work/fault.log" | tail -n 1) # other workers' come whenever they come
	if [ -e "$control" ] && [[ $1 != unlink && $1 != lstat ]]; then
		not_ok "start, $1 $2 $3" "expected no socket to be left"
	elif [ "$status" = 0 ] && grep -q ' ready$' "$work/fault.log"; then
		started=$((started + 1))
	elif [ "$status" = 0 ] && [ "$1" = write ]; then
		started=$((started + 1)) # it could not say so
	elif { [ "$status" = 1 ] || [ "$status" = 2 ]; } && [[ $how == "uturnd: error: "?* ]]; then
		refused=$((refused + 1))
	else
		not_ok "start, $1 $2 $3" "expected to start, or an error and status 1, got status $status: $how"
	fi
	rm -f "$control"
	[ ! -d "$work/run" ] || rmdir "$work/run"
}

# through_starts CASE [NAME...]: with the configuration as it is, all calls or these
through_starts() {
	local name calls words word n case=$1

	shift
	started=0
	refused=0
	verdict=ok
	UTURN_FAULT=count UTURN_FAULT_END=1 target timeout "$hang" "$faults" -f "$work/uturnd.conf" >"$work/calls" 2>/dev/null
	while read -r name calls words; do
		[[ " $* " == "  " || " $* " == *" $name "* ]] || continue
		[ "$calls" -lt 12 ] || calls=12 # of those in a loop, such as the rows of a table
		for ((n = 1; n <= calls; n++)); do
			for word in $words; do starts "$name" "$word" "$n" </dev/null; done
		done
	done <"$work/calls"
	[ "$verdict" != ok ] || ok "$case: it started $started times, and refused to $refused times"
	if [ -n "${all_refuse:-}" ]; then
		is "$case: none is one to do without" "0 1" "$started $((refused > 3))"
		return
	fi
	is "$case: both have happened" 1 "$((started > 0 && refused > 10))"
}

config "$secondary"
through_starts "every call fails while it starts as root"
seq -f '198.51.100.%g' 0 255 >"$work/denied"
config "deny-file $work/denied
operator-group root"
all_refuse=yes through_starts "with a file of prefixes and a group" getgrnam fopen realloc malloc
if [ -n "$can_scamper" ]; then
	sed -i 's/^user .*/user nobody/' "$work/uturnd.conf"
	through_starts "calls fail while it gives up being root" open fstat fchownat getpwnam prctl seteuid setresuid \
		capng_{apply,change_id,get_caps_process,have_capability,lock,update}
	has "securebits that cannot be locked" "error: user nobody: securebits cannot be set" \
		"$(UTURN_FAULT=capng_lock:EPERM:1 target timeout "$hang" "$faults" -f "$work/uturnd.conf" 2>&1)"
	rm -rf "$work/run"
fi

config
sed -i 's/^queue .*/queue 5:6/' "$work/uturnd.conf"
through_starts "calls fail while its workers start" fork mmap mnl_socket_open2 poll prctl recv seccomp_load socketpair waitpid
is "no worker is left" "" "$(target cat /proc/net/netfilter/nfnetlink_queue)"
