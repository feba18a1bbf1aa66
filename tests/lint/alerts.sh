#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The alerts of doc/ are rules that Prometheus takes, and fire where they should; and it takes the queries of the dashboard.
. "$(dirname "$0")/lib.sh"
needs 'alerts' promtool

# judged NAME COMMAND...: what it says, where it fails
judged() {
	: >"$work/found"
	"${@:2}" >"$work/said" 2>&1 || cp "$work/said" "$work/found"
	result "alerts: $1" "$work/found"
}
judged 'promtool check rules' promtool check rules --lint-fatal doc/alerts.yml
judged 'promtool test rules' promtool test rules doc/alerts.test.yml

# each query as a rule, with a time in place of Grafana's
{
	printf 'groups:\n  - name: queries\n    rules:\n'
	sed -nE "s/^ *\"expr\": \"(.*)\",?\$/\\1/p" doc/grafana.json | sed -E "s/\\\\\"/\"/g; s/[\$]__(rate_)?interval/5m/g; s/'/''/g" |
		awk '{printf "      - record: q%d\n        expr: \x27%s\x27\n", NR, $0} END {if (!NR) print "none"}'
} >"$work/queries.yml"
judged 'the queries of the dashboard' promtool check rules "$work/queries.yml"
