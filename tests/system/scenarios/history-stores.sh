#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What uturn-history holds on to: killed while it writes, on a full disk, and with a PostgreSQL of its own that two hosts
# write to and that restarts in the middle. KILLS=100 for longer.

. "$(dirname "$0")/../helpers/lib.sh"

history=$build/uturn-history
kills=${KILLS:-20}
postgres=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
server="" silent="" recorders=()
export TZ=UTC

clean_up_stores() {
	[ "${#recorders[@]}" = 0 ] || kill "${recorders[@]}" 2>/dev/null
	[ -z "$silent" ] || kill "$silent" 2>/dev/null
	[ -z "$server" ] || kill -QUIT "$server" 2>/dev/null
	umount "$work/small" 2>/dev/null
	[ -z "${cluster:-}" ] || rm -rf "$cluster"
	clean_up
}
trap clean_up_stores EXIT

# kept NAME [OPTION...] COMMAND...: asked of that database
kept() { timeout "$hang" "$history" -D "$@" 2>&1; }
traces_of() { kept "$1" -j stats | jq .traces; }
has_traces() { [ "$(traces_of "$1" 2>/dev/null)" -ge "$2" ] 2>/dev/null; }

# ---- killed ----

# traces_now: one after the other, each with the time at which it is written
traces_now() {
	perl -MTime::HiRes=time,sleep -e '
		$| = 1;
		for (my $i = 0;; $i++) {
			printf qq({"time":%.3f,"prober":"192.0.2.%d","target":"198.51.100.1","frontend":"uturn","protocol":"udp",) .
				qq("seconds":1,"probes":9,"end":"arrived","hops":[{"ttl":1,"routers":[{"router":"10.%d.%d.1","rtts_ms":[1]}]}]}\n),
				time, $i % 250, $i >> 8 & 255, $i & 255;
			sleep 0.005;
		}'
}

title="killed $kills times: "
db=$work/killed.db
before=0 worst=0 wrong=""
for ((i = 1; i <= kills; i++)); do
	traces_now 2>/dev/null | exec "$history" -D "$db" import - >"$work/out" 2>&1 &
	writer=$!
	# from the first commit on, at any moment
	eventually has_traces "$db" $((before + 1)) || give_up "${title}it writes" "$(cat "$work/out")"
	sleep "1.$((RANDOM % 9))"
	kill -9 "$writer" 2>/dev/null || wrong+="$i: not running; "
	now=$EPOCHREALTIME
	{ wait; } 2>/dev/null # that it was killed is no news
	kept "$db" -j stats >"$work/stats" || wrong+="$i: $(cat "$work/stats"); "
	count=$(jq .traces "$work/stats")
	[ "$count" -gt "$before" ] || wrong+="$i: $count after $before; "
	late=$(jq --arg now "$now" '($now | tonumber) - .last' "$work/stats")
	worst=$(awk "BEGIN { print ($late > $worst ? $late : $worst) }")
	before=$count
done
is "${title}it opens each time, and has what it had" "" "$wrong"
# a second, and what a busy machine takes for a commit
is "${title}what is older than a second is there (the worst: $worst s)" yes "$(awk "BEGIN { print ($worst < 3 ? \"yes\" : \"no\") }")"
is "${title}the file is sound" ok "$(sqlite3 "$db" 'PRAGMA integrity_check')"

# ---- a full disk ----

title="a full disk: "
mkdir "$work/small"
mount -t tmpfs -o size=1m small "$work/small" || give_up "a small file system"
mkfifo "$work/fifo"
"$compiled/history_traces" 100 20 10 1796000000 >"$work/made" 2>/dev/null
printf 'source %s made\ndatabase %s\nuser root\n' "$work/fifo" "$work/small/history.db" >"$work/history.conf"
"$history" -f "$work/history.conf" record 2>"$work/record.log" &
recorder=$!
recorders=("$recorder")
started record "$work/record.log" "$recorder"
exec 8>"$work/fifo"
head -n 12000 "$work/made" >&8
wait_for "$work/record.log" 'database: .*(disk is full|disk I/O error); traces wait for it'
sleep 2.5
is "${title}is said once" 1 "$(grep -c 'traces wait for it' "$work/record.log")"
is "${title}it goes on" yes "$(kill -0 "$recorder" && echo yes)"
mount -o remount,size=64m "$work/small"
wait_for "$work/record.log" 'database: works again, [0-9]+ traces that had waited are written'
eventually has_traces "$work/small/history.db" 12000
tail -n +12001 "$work/made" >&8
eventually has_traces "$work/small/history.db" 20000
is "${title}all of it is there" 20000 "$(traces_of "$work/small/history.db")"
exec 8>&-
kill "$recorder"
wait "$recorder"
is "${title}exit status" 0 $?
recorders=()

# ---- PostgreSQL ----

# a host that takes the connection, and says nothing
ip link set lo up
perl -MIO::Socket::INET -e '
	$| = 1;
	my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 5) or die;
	print $s->sockport, "\n";
	sleep' >"$work/silent" &
silent=$!
wait_for "$work/silent" '[0-9]'
kept "postgresql://127.0.0.1:$(cat "$work/silent")/postgres" stats >"$work/silent-said" &
asking=$!

[ -n "$postgres" ] || give_up "postgres" "needs postgresql"
if [ -z "$can_scamper" ]; then
	skip "postgres" "needs root: postgres does not run as root, and in a user namespace of one user there is no other"
	exit
fi

install -d -o postgres -g postgres "$work/folder"
"$compiled/history_traces" 1 1 1 >"$work/one" 2>/dev/null
kept "$work/folder/history.db" import "$work/one" >/dev/null
is "a database that root makes belongs to the owner of its folder" "postgres postgres 640" "$(stat -c '%U %G %a' "$work/folder/history.db")"

cluster=$(mktemp -d /tmp/uturn-postgres.XXXXXX)
chown postgres "$cluster"
uri="postgresql:///postgres?host=$cluster&user=postgres"
as_postgres() { cd "$cluster" && exec setpriv --reuid postgres --regid postgres --clear-groups "$@"; }
start_postgres() {
	(as_postgres "$postgres/postgres" -D "$cluster/data" -k "$cluster" -c listen_addresses= -c fsync=off) >>"$work/postgres.log" 2>&1 &
	server=$!
	eventually "$postgres/pg_isready" -q -h "$cluster" || give_up "start postgres" "$(tail -n 3 "$work/postgres.log")"
}
(as_postgres "$postgres/initdb" -D "$cluster/data" -A trust -N) >"$work/initdb" 2>&1 || give_up "initdb" "$(tail -n 3 "$work/initdb")"
start_postgres

title="postgres: "
"$compiled/history_traces" 20 20 60 1796000000 >"$work/made" 2>/dev/null
for host in one two; do
	mkfifo "$work/$host.fifo"
	printf 'source %s %s\ndatabase %s\nuser root\nkeep all\n' "$work/$host.fifo" "$host" "$uri" >"$work/$host.conf"
	"$history" -d -f "$work/$host.conf" record 2>"$work/$host.log" &
	recorders+=($!)
done
for host in one two; do wait_for "$work/$host.log" '\<ready\>'; done
exec 8>"$work/one.fifo" 9>"$work/two.fifo"
head -n 8000 "$work/made" >&8 &
head -n 8000 "$work/made" >&9
wait $!
eventually has_traces "$uri" 4000
kill -INT "$server"
wait "$server"
tail -n +8001 "$work/made" >&8 &
feeders=($!)
tail -n +8001 "$work/made" >&9 &
feeders+=($!)
for host in one two; do wait_for "$work/$host.log" 'postgresql: .*; traces wait for it'; done
sleep 2
start_postgres
wait "${feeders[@]}"
eventually has_traces "$uri" 48000
is "${title}two hosts write, and it restarts: all is there, once" "48000" "$(traces_of "$uri")"
for host in one two; do
	is "${title}host $host has said it once" 1 "$(grep -c 'traces wait for it' "$work/$host.log")"
	has "${title}host $host goes on" 'database: works again' "$(cat "$work/$host.log")"
done
kill "${recorders[@]}"
wait "${recorders[@]}"
recorders=()
kept "$work/same.db" -H one import "$work/made" >/dev/null
is "${title}the same as in SQLite" "$(kept "$work/same.db" export | sort | md5sum)" "$(kept "$uri" export | grep '"host":"one"' | sort | md5sum)"
is "${title}the same changes" "$(kept "$work/same.db" -n 1000 changes | sort)" "$(kept "$uri" -n 1000 changes | grep ' at one,' | sort)"
has "${title}list" '^20\.0\.7\.0/24  from 198\.51\.100\.1 at one, uturn, udp: 1200 traces' "$(kept "$uri" list 20.0.7.9)"
"$postgres/psql" -q -h "$cluster" -U postgres -c 'UPDATE history_schema SET version = 99' >/dev/null
has "${title}a newer version is refused" 'postgresql: has version 99 of the tables, and this uturn-history knows [0-9]+: install a newer one' \
	"$(kept "$uri" list)"
wait "$asking"
has "${title}a server that says nothing is not waited for" '^uturn-history: postgresql: .*timeout expired' "$(cat "$work/silent-said")"
