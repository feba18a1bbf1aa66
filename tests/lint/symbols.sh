#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# packet/, engine/ and the search of uturn-trace are pure: linked together they lack nothing but mem* and the stack
# protector; the search may compute logarithms.
. "$(dirname "$0")/lib.sh"
name='symbols: packet/, engine/ and the search need only mem* of the system'
needs "$name" nm
allowed='^(mem(cmp|cpy|move|set)|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_)$'
mathematics='(ceil|erfc|exp|log|pow|sqrt)$'

# undefined NAME OBJECT...: what these lack when linked with each other
undefined() {
	local label=$1
	shift
	if ld -r -o "$work/$label.o" "$@" 2>&1; then
		nm -u "$work/$label.o" | awk '{print $NF}' | grep -vE "$allowed" | sed "s|^|$label: needs |"
	fi
}

sources '^(lib/packet/.*|lib/common/siphash|lib/compare/.*|uturnd/engine/.*|tools/uturn-trace/search/.*)\.c$' | while read -r file; do
	gcc "${CPPFLAGS[@]}" -O2 -w -fno-pie -fstack-protector-strong -c -o "$work/$(tr / - <<<"${file%.c}").obj" "$file" 2>&1
done >"$work/found"
{
	undefined packet "$work"/lib-packet-*.obj
	undefined engine "$work"/lib-{packet,common}-*.obj "$work"/uturnd-engine-*.obj
	undefined search "$work"/lib-*.obj "$work"/tools-uturn-trace-search-*.obj | grep -vE "needs $mathematics"
	# state that nobody handed over would be shared by two engines, and a fuzzer's runs
	nm -A "$work"/*.obj | grep -E ' [bBdDC] ' | grep -vE ' \.' | sed "s|^$work/||; s|\$| (writable state)|"
} >>"$work/found"
result "$name" "$work/found"
