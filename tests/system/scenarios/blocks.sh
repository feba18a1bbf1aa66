#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The blocks of commands and configuration of documents and manuals that say `run: WORLD` (tests/blocks): each command ends
# well in that world, and each configuration is valid. BLOCKS=REGEX runs those whose place is like it.
#
#   tree          the source tree
#   host          namespaces without a lab
#   lab           the target of a lab where nothing has been started
#   target        the target of a lab, with rules and uturnd
#   prober        the prober of that lab; the target is example.net, and has uturn-web
#   uturnd.conf, uturn-web.conf   a configuration

. "$(dirname "$0")/../helpers/lib.sh"
. "$helpers/web-lib.sh"

# /etc and /var as an operator has them, with files that come and go with this scenario
mkdir "$work/over"
mount -t tmpfs blocks "$work/over" || give_up "a file system for it"
clean_up_blocks() {
	umount -l /etc /var "$work/over"
	clean_up_web
}
trap clean_up_blocks EXIT
for folder in /etc /var; do
	mkdir -p "$work/over$folder/"{upper,work}
	mount -t overlay -o "lowerdir=$folder,upperdir=$work/over$folder/upper,workdir=$work/over$folder/work" blocks "$folder" ||
		give_up "a $folder of its own"
done
mkdir -p /etc/uturn /etc/letsencrypt/live/example.net /var/lib/GeoIP /var/lib/uturn-web /run/uturn
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=example.net -addext subjectAltName=DNS:example.net \
	-keyout /etc/letsencrypt/live/example.net/privkey.pem -out /etc/letsencrypt/live/example.net/fullchain.pem 2>/dev/null
chmod 644 /etc/letsencrypt/live/example.net/privkey.pem
for kind in City ASN; do "$helpers/write-mmdb" "/var/lib/GeoIP/GeoLite2-$kind.mmdb" geolite; done
export HOME=$work # where curl finds whom to trust
echo 'cacert = /etc/letsencrypt/live/example.net/fullchain.pem' >"$work/.curlrc"

# what does not end by itself is ended when it has begun; what only reads is stood in for
cat >"$work/prelude" <<'END'
listens() { for _ in $(seq 300); do [ ! -S "$1" ] || return 0; sleep 0.1; done; return 1; }
serve() { command uturnd "${@:2}" & listens "$1"; }
ended() { command timeout -k 2 -s INT 2 "$@" || [ $? = 124 ] || [ $? = 130 ]; }
uturnd() { case "$*" in -n*) command uturnd "$@" ;; *lab.conf*) serve /tmp/lab-control "$@" ;; *) serve /run/uturn/control "$@" ;; esac; }
uturnctl() { listens /run/uturn/control && case " $* " in *" watch "*) ended uturnctl "$@" ;; *) command uturnctl "$@" ;; esac; }
uturn-web() { ended uturn-web "$@"; }
uturn-trace() {
	case " $* " in
	*" --live "*) script -qec "timeout --foreground -s INT 2 uturn-trace $*" /dev/null || [ $? = 124 ] ;;
	*" --watch "*) ended uturn-trace "$@" ;;
	*) command uturn-trace "$@" || [ $? = 1 ] ;; # not reached, or another path
	esac
}
timeout() { ended "${@:4}"; }
vi() { :; }
unshare() { :; } # a world of its own is what it runs in
less() { cat >/dev/null; }
dot() { cat >/dev/null; }
logger() { cat >/dev/null; }
END

configure() {
	printf 'user root\n%s\n' "$limits" >/etc/uturn/uturnd.conf
	printf 'user root\n' >/etc/uturn/uturn-web.conf
}

# run_block WORLD: the commands on stdin, in a folder of their own
run_block() {
	local in=() folder=$work/block

	case $1 in
	tree) folder=$helpers/../../.. ;;
	host) ;;
	target | lab) in=("$uturn_lab" run target) ;;
	prober) in=("$uturn_lab" run prober) ;;
	*)
		cat >"$work/$1"
		"$build/${1%.conf}" -n -f "$work/$1"
		return
		;;
	esac
	mkdir -p "$work/block"
	cat "$work/prelude" - >"$work/commands"
	(cd "$folder" && PATH=$build:$PATH exec timeout -k 5 240 "${in[@]}" setsid -w bash -euo pipefail "$work/commands" </dev/null)
}

# of_world WORLD: its blocks
of_world() {
	local place kind mark

	while read -r place kind mark; do
		if [ "$mark" != "run: $1" ] || ! [[ $place =~ ${BLOCKS-} ]]; then continue; fi
		awk -v place="$place" '$1 == "==" { on = $2 == place; next } on' "$work/blocks" >"$work/lines"
		case $1 in target | prober) target "$build/uturn-rules" apply --config /etc/uturn/uturnd.conf >/dev/null 2>&1 ;; esac
		if run_block "$1" <"$work/lines" >"$work/output" 2>&1; then
			ok "$place"
		else
			not_ok "$place" "$(tail -n 5 "$work/output" | tr '\n' '|')"
		fi
		case $1 in
		lab)
			# shellcheck disable=SC2016 # its own: other scenarios have theirs
			target sh -c 'pkill --ns $$ --nslist net -x uturnd'
			target "$build/uturn-rules" remove
			;;
		host)
			"$uturn_lab" down
			"$uturn_lab" --name long down
			;;
		esac >/dev/null 2>&1
	done < <(sed -n 's/^== //p' "$work/blocks")
}

"$helpers/../../blocks" >"$work/blocks"
configure
of_world uturnd.conf
of_world uturn-web.conf
of_world tree
of_world host

start_lab 3 4
printf '%s\n' "$target4 example.net" "$target6 example.net" >>/run/uturn-lab.uturn/hosts
target ip addr add 192.0.2.53/32 dev lo
prober ip addr add 192.0.2.7/32 dev lo
prober ip link property add dev "$(prober ip -o route get "$target4" | sed -nE 's/.* dev ([^ ]+).*/\1/p')" altname wlan0
target ipset create f2b-sshd hash:ip
target ipset create f2b-sshd6 hash:ip family inet6
of_world lab

configure
target "$build/uturnd" 2>"$work/uturnd.log" &
started uturnd "$work/uturnd.log" $!
of_world target
configure
printf 'inband on\nrequest on\n' >>/etc/uturn/uturnd.conf
target "$build/uturnctl" reload >/dev/null
printf 'user root\nlisten [::]:80\nlisten [::]:443 tls\ncertificate %s\nkey %s\n' /etc/letsencrypt/live/example.net/{fullchain,privkey}.pem \
	>/etc/uturn/uturn-web.conf
target "$build/uturn-web" 2>"$work/web.log" &
started uturn-web "$work/web.log" $!
of_world prober
