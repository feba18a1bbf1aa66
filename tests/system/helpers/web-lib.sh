#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the scenarios of uturn-web share; sourced after lib.sh.

# shellcheck disable=SC2034,SC2154 # used by the scenarios, and lib.sh's

web_pid="" fake_pid=""

# without a lab nothing else ends what was started, and what holds our output keeps the run waiting
clean_up_web() {
	# shellcheck disable=SC2046 # numbers
	kill $(jobs -p) 2>/dev/null
	clean_up
}
trap clean_up_web EXIT

# make_pair NAME: a certificate of its own, $work/NAME.crt and .key
make_pair() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$1" -keyout "$work/$1.key" \
		-out "$work/$1.crt" 2>/dev/null
	chmod 644 "$work/$1.key"
}

# browser_world: where a browser finds localhost, v4.test and v6.test, with a certificate of ours, and leaves nothing behind
browser_world() {
	chmod 755 "$work"
	ip link set lo up
	printf '127.0.0.1 localhost v4.test\n::1 localhost v6.test\n' >"$work/hosts"
	mount --bind "$work/hosts" /etc/hosts
	export HOME=$work # what a browser writes goes with the rest
	make_pair first
}

# browse STEP...: what the browser prints
browse() { timeout 300 "$helpers/browser" "$@" 2>&1; }

page_widths=(320 390 1280 1600) # where a page is looked at
page_last=() # and what is done with it in the end
complaints='axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "wcag2aaa", "best-practice"], rules: { "target-size": { enabled: true } } })
	.then((r) => r.violations.map((v) => v.impact + " " + v.id + ": " + v.nodes.map((n) => n.html.slice(0, 80)).join(" ; ")).join("|"))'

# in_state NAME URL STEP...: the page after these steps, in both schemes and at each width. PICTURES=DIR keeps pictures;
# AXE=FILE, the axe.min.js of npm's axe-core, checks accessibility as well: Debian has no package of it.
in_state() {
	local name=$1 scheme width steps=()

	for scheme in light dark; do
		for width in "${page_widths[@]}"; do
			steps+=(scheme "$scheme" size "${width}x900" print "(lowContrasts() || '').replace(/^./, '$scheme, $width: $&')"
				print "document.documentElement.scrollWidth > innerWidth ? '$width: scrolls sideways' : ''")
			[ -z "${PICTURES-}" ] || steps+=(picture "$PICTURES/$(basename "$0" .sh)-$name-$scheme-$width.png")
			[ -z "${AXE-}" ] || steps+=(print "$complaints")
		done
	done
	is "$name: contrast and width" "" "$(browse open "$2" run "$helpers/contrast.js" "${@:3}" ${AXE:+run "$AXE"} "${steps[@]}" "${page_last[@]}" | grep .)"
}

# start_fake: an uturnd by the script in $work/script
start_fake() {
	: >"$work/fake.log"
	"$helpers/fake-uturnd" "$control" "$work/script" >"$work/fake.log" 2>&1 &
	fake_pid=$!
	started "the fake uturnd" "$work/fake.log" "$fake_pid"
	chmod 666 "$control"
}

stop_fake() {
	kill "$fake_pid"
	wait "$fake_pid" 2>/dev/null
}

web_in=() # the command that runs it elsewhere, in a scenario with a lab

# start_web TEXT: with these lines of configuration, beside the control socket
start_web() {
	printf 'control %s\n%s\n' "$control" "$1" >"$work/web.conf"
	: >"$work/web.log"
	"${web_in[@]}" "$build/uturn-web" -f "$work/web.conf" 2>"$work/web.log" &
	web_pid=$!
	started uturn-web "$work/web.log" "$web_pid"
}

# stop_web -> its exit status in $stopped
stop_web() {
	kill "$web_pid"
	wait "$web_pid" 2>/dev/null
	stopped=$?
}

# reload_web: returns when it has been done, or refused
reload_web() {
	local before

	before=$(grep -cE 'reloaded|everything stays as it was' "$work/web.log")
	kill -HUP "$web_pid"
	eventually said "$work/web.log" 'reloaded|everything stays as it was' $((before + 1))
}
