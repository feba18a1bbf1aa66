#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# How much of the system a unit leaves open, as systemd counts it: 10 all of it, 0 nothing.
. "$(dirname "$0")/lib.sh"
needs 'services: exposure' systemd-analyze

# threshold in tenths: what each has to hold for their work is most of what is left
while read -r unit most; do
	systemd-analyze security --offline=true --threshold="$most" --no-pager "service/$unit" >"$work/said" 2>&1 ||
		grep -v '^✓' "$work/said"
	grep -q 'Overall exposure level' "$work/said" || cat "$work/said"
done >"$work/found" <<'END'
uturnd.service      25
uturn-web.service   15
uturn-rules.service 30
uturn-cert.service  30
uturn-metrics.service 15
uturn-history.service 15
uturn-history-serve.service 15
END
result 'services: exposure' "$work/found"
