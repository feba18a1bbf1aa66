# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Completion of uturn-trace(1): options as the program itself lists them, words of some, files, hosts.

_uturn_trace() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words=""

	case $before in
	--reverse) words="auto uturn request none" ;;
	--payload) words="none dns quic" ;;
	--format) words="text vertical horizontal json dot svg html" ;;
	--interface) words=$(cd /sys/class/net 2>/dev/null && echo *) ;;
	--mmdb | --like | -o | --output | show | diff)
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
		;;
	*)
		words="show diff"
		[[ $word != -* ]] || words=$("${COMP_WORDS[0]}" --help 2>/dev/null | grep -oE '^  --?[a-z0-9-]+')
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
	[[ $word == -* || $before == --* ]] || mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -A hostname -- "$word")
	[[ " ${COMP_WORDS[*]} " != *" diff "* ]] || mapfile -t COMPREPLY < <(compgen -f -- "$word")
}
complete -F _uturn_trace uturn-trace
