# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Completion of uturnd, uturn-rules, uturnctl, uturn-history, uturn-web, uturn-cert, uturn-lab and uturn-replay: options and commands as the program
# itself lists them, words of some options, files. `make install` gives each a copy; uturn-trace has one of its own.

_uturn_programs() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} help words=""

	help=$("${COMP_WORDS[0]}" --help 2>/dev/null)
	case ${COMP_WORDS[0]##*/}/$before in
	uturn-rules/--state) words="recent ipset" ;;
	uturn-rules/--backend) words="auto legacy nft nftables" ;;
	uturn-history/-D | uturn-history/--database | */-f | */--file | */-s | */--socket | */-t | */--textfile | uturn-rules/--config) ;;
	*)
		if [[ $word == -* ]]; then
			words=$(grep -oE '^ +(-[a-zA-Z0-9], )?-(-[a-z0-9]+)+' <<<"$help" | grep -oE -e '--?[a-zA-Z0-9-]+')
		elif [ "$COMP_CWORD" = 1 ]; then
			words=$(sed -nE 's/^  ([a-z][a-z-]*)( .*)?$/\1/p' <<<"$help")
		fi
		;;
	esac
	if [ -n "$words" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	fi
}
complete -F _uturn_programs uturnd uturn-rules uturnctl uturn-history uturn-web uturn-cert uturn-lab uturn-replay
