#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the tables in the code hold, the manuals and the example hold as well.
. "$(dirname "$0")/lib.sh"

cat >"$work/tables.c" <<'END'
#include <stdio.h>
#include "config/config_keywords.h"
#include "packet/reason.h"

int main(void)
{
	size_t count;
	const struct keyword *k = config_keywords(&count);

	while (count--)
		printf("keyword\t%s\n", k++->name);
	for (size_t i = REASON_OK + 1; i < REASON_COUNT; i++)
		printf("reason\t%s\t%s\n", reason_table[i].counter, reason_table[i].words);
	return 0;
}
END
if ! gcc "${CPPFLAGS[@]}" -w -o "$work/tables" "$work/tables.c" lib/config/*.c lib/common/{keywords*,text}.c lib/packet/{addr,reason,special}.c 2>"$work/found" || ! "$work/tables" >"$work/table"; then
	show "$work/found"
	echo 'not ok lint: documented: the tables do not compile'
	exit
fi

sed 's/config_keywords/web_keywords/g; s,"config/web_keywords,"web_keywords,; /reason/d; /REASON/d' "$work/tables.c" >"$work/web.c"
if ! gcc "${CPPFLAGS[@]}" -Itools/uturn-web -w -o "$work/tables" "$work/web.c" tools/uturn-web/web_keywords.c lib/common/{keywords*,text}.c \
	lib/packet/addr.c -ljansson 2>"$work/found" || ! "$work/tables" >"$work/web-table"; then
	show "$work/found"
	echo 'not ok lint: documented: the table of uturn-web does not compile'
	exit
fi

sed 's/web_keywords/history_keywords/g; s,history_keywords\.h,history_config.h,' "$work/web.c" >"$work/history.c"
if ! gcc "${CPPFLAGS[@]}" -Itools/uturn-history -w -o "$work/tables" "$work/history.c" tools/uturn-history/{history_keywords,db,serve_listen}.c \
	tests/lint/databases.c lib/common/{keywords*,text}.c lib/packet/addr.c 2>"$work/found" || ! "$work/tables" >"$work/history-table"; then
	show "$work/found"
	echo 'not ok lint: documented: the table of uturn-history does not compile'
	exit
fi

# keywords TABLE MANUAL EXAMPLE FIRST-SECTION: every one in both, and in the manual no other
keywords() {
	awk -F'\t' '$1 == "keyword" {print $2}' "$1" | while read -r keyword; do
		grep -qE "^\.It Cm $keyword( |\$)" "$2" || printf '%s: no .It Cm %s\n' "$2" "$keyword"
		grep -qE "^# $keyword " "$3" || printf '%s: no line about %s\n' "$3" "$keyword"
	done
	sed -n "/^\.Ss $4/,/^\.Sh FILES/s/^\.It Cm \([a-z0-9-]*\) .*/\1/p" "$2" | sort -u | while read -r keyword; do
		grep -qP "^keyword\t$keyword\$" "$1" || printf '%s: %s is no keyword\n' "$2" "$keyword"
	done
}
{
	keywords "$work/table" uturnd/uturnd.conf.5 uturnd/uturnd.conf 'Accepted probes'
	keywords "$work/web-table" tools/uturn-web/uturn-web.conf.5 tools/uturn-web/uturn-web.conf 'Listeners'
	keywords "$work/history-table" tools/uturn-history/uturn-history.conf.5 tools/uturn-history/uturn-history.conf 'Sources'
} >"$work/found"
result 'documented: every keyword, and no other' "$work/found"

# .It Li NAME, and on the next line its very words
awk '/^\.It Li / {name = $3; getline; print name "\t" $0}' uturnd/uturn-reasons.7 | sort >"$work/manual"
awk -F'\t' '$1 == "reason" {print $2 "\t" $3}' "$work/table" | sort >"$work/code"
comm -3 "$work/code" "$work/manual" | sed 's/^\t\(.*\)/uturn-reasons.7 has, and the code has not: \1/; t; s/^/uturn-reasons.7 has not: /' \
	>"$work/found"
result 'documented: every reason, in its words' "$work/found"

# .It Li NAME Brq Li LABELS, and on the next line its words
sed -nE '/^#define FIGURES/,/^$/{s/\\$//; s/^\t+//; p}' lib/metrics/figures.h | tr -d '\n' |
	grep -oE 'X\([A-Z_]+, "[^"]*", [A-Z]+, "[^"]*", *"[^"]*"' | sed -E 's/^X\([A-Z_]+, "([^"]*)", [A-Z]+, "([^"]*)", *"([^"]*)"/uturn_\1\t\2\t\3/' | sort >"$work/code"
awk '/^\.It Li uturn_/ {name = $3; labels = $6; getline; print name "\t" labels "\t" $0}' doc/uturn-metrics.7 | sort >"$work/manual"
{
	comm -3 "$work/code" "$work/manual" | sed 's/^\t\(uturn_.*\)/uturn-metrics.7 has, and the code has not: \1/; t; s/^/uturn-metrics.7 has not: /'
	[ -s "$work/code" ] || echo 'lib/metrics/figures.h: no row found'
} >"$work/found"
result 'documented: every metric, with its labels and in its words' "$work/found"

# the options that --help prints, in the manual
for pair in lib/daemon/options.c:uturnd/uturnd.8 lib/daemon/options.c:tools/uturn-web/uturn-web.8 tools/uturnctl/main.c:tools/uturnctl/uturnctl.8 \
	tools/uturnctl/spoof_options.c:tools/uturnctl/uturnctl-spoof-check.8 tools/uturn-history/main.c:tools/uturn-history/uturn-history.8; do
	sed -nE 's/^\t\{ \{ "([a-z0-9-]+)", (no|required|optional)_argument, NULL, .(.).*/\1 \3/p' "${pair%:*}" | while read -r long short; do
		[ "$long ${pair#*:}" != "reload uturnd/uturnd.8" ] || continue # uturn-web's alone
		grep -qE "^\.It Fl $short , -$long" "${pair#*:}" || printf '%s: no -%s, --%s\n' "${pair#*:}" "$short" "$long"
	done
done >"$work/found"
# those of uturn-trace have long names, and those that are in the manual exist
sed -nE 's/^\t\{ "([a-z0-9-]+)", (NULL|"[^"]*"), ".*/\1/p' tools/uturn-trace/trace_options.c | sort >"$work/options"
sed -nE '/^\.It Fl /{s/Fl //g; s/^\.It //; s/ (Ar|Cm) [^,]*//g; s/ ?, /\n/g; p}' tools/uturn-trace/uturn-trace.1 |
	sed 's/^-*//' | grep -vxE '[a-z]' | sort >"$work/trace-manual"
comm -3 "$work/options" "$work/trace-manual" | sed 's/^\t\(.*\)/uturn-trace.1 has, and the program has not: \1/; t; s/^/uturn-trace.1: no option /' >>"$work/found"
result 'documented: every option of uturnd, uturn-web, uturnctl, uturn-history and uturn-trace' "$work/found"
