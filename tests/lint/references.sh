#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# No document, comment or manual refers to what is not there: files, functions, sections, code that is quoted.
. "$(dirname "$0")/lib.sh"

sources '^' >"$work/files"

# What may be cited: "path FILE", "name FILE" without its folder, "folder DIR", "top DIR" where a path of ours may begin
# (packet/bytes.h is below lib/), "call FUNCTION", "module NAME".
{
	awk -F/ '
		{
			print "path", $0
			print "name", $NF
			path = $1
			for (i = 2; i <= NF; i++) {
				print "folder", path
				path = path "/" $i
			}
			if (NF > 1)
				print "top", $1
			if (NF > 2 && $1 ~ /^(lib|uturnd|tests)$/)
				print "top", $2
		}
		$NF ~ /\.[ch]$/ {
			sub(/\.[ch]$/, "", $NF)
			print "module", $NF
		}' "$work/files"
	grep -E '\.[ch]$' "$work/files" | xargs sed -nE 's/^[a-zA-Z_][^=;"]*[ *]([a-z_0-9]+)\(.*/call \1/p; s/^#define ([A-Za-z_0-9]+)\(.*/call \1/p'
} | sort -u >"$work/known"

# "section FILE: TITLE", "anchor FILE#TITLE", of documents and manuals
grep -E '\.(md|[1-8])$' "$work/files" | while read -r file; do
	case $file in
	*.md) awk '/^```/ {code = !code} !code && sub(/^#+ /, "")' "$file" ;;
	*) sed -nE 's/^\.S[hs] "?([^"]*)"?$/\1/p' "$file" ;;
	esac | while read -r title; do
		printf 'section %s: %s\n' "$file" "$title"
		slug=${title,,} slug=${slug//[^a-z0-9 _-]/}
		printf 'anchor %s#%s\n' "$file" "${slug// /-}"
	done
done >>"$work/known"

# What is prose, a line each with its place: all of a document and a manual, comments of everything else.
prose() {
	awk '
		function say(text) { print FILENAME ":" FNR ":" text }
		FNR == 1 { inside = 0 }
		FILENAME ~ /\.(md|[1-8])$/ {
			say($0)
			next
		}
		FILENAME ~ /\.([ch]|css|js)$/ {
			text = $0
			while (text != "") {
				if (inside) {
					end = index(text, "*/")
					say(end ? substr(text, 1, end - 1) : text)
					text = end ? substr(text, end + 2) : ""
					inside = !end
				} else if ((begin = match(text, /\/\*/)) || (begin = match(text, /(^|[ \t])\/\/ /))) {
					inside = substr(text, RSTART, 2) == "/*"
					text = substr(text, begin + 2)
					if (!inside) {
						say(text)
						text = ""
					}
				} else {
					text = ""
				}
			}
			next
		}
		FNR == 1 && /^#!/ { next }
		match($0, /(^|[ \t])# .*/) { say(substr($0, RSTART)) }' "$@"
}

grep -vE '^LICENSE$|^doc/bench\.|^tests/fuzz/corpus/|\.(png|svg|html)$' "$work/files" | xargs grep -lI '' >"$work/read"
mapfile -t read <"$work/read"
prose "${read[@]}" >"$work/prose"

# --- what is named where it stands outside ------------------------------------------------------------------------

outside='\b(DESIGN|STYLE|INBAND|CLIENTS\.md|INTERFACES\.md|REVERSE-PROTOCOL)\b|\bshared/[A-Za-z]'
grep -E "$outside" "$work/prose" >"$work/found"
result 'references: no document that is not in the tree' "$work/found"

# --- paths, functions, sections -----------------------------------------------------------------------------------

cat >"$work/check.awk" <<'END_OF_AWK'
# a module may be named without its .c or .h
function is_path(path) {
	return ("path " path) in known || ("folder " path) in known || ("path " path ".c") in known || ("path " path ".h") in known
}

# a path with * or a word in capitals, NAME for instance, stands for any that fits
function fits(path, anywhere,   i, pattern) {
	pattern = path
	gsub(/\./, "\\.", pattern)
	if (!gsub(/[A-Z][A-Z]+|\*/, "[^/]*", pattern))
		return 0
	for (i = 0; i < paths; i++)
		if (all[i] ~ (anywhere ? "(^|/)" : "^") pattern "$")
			return 1
	return 0
}

function is_there(path, folder) {
	sub(/\/$/, "", path)
	return is_path(path) || is_path(folder path) || is_path("lib/" path) || is_path("uturnd/" path) ||
		is_path("tests/" path) || fits(path) || fits(folder path) || fits("tests/" path)
}

function complain(what) { print place ": " what }

function check_token(token,   first) {
	sub(/[.,:;]+$/, "", token)
	sub(/#.*/, "", token) # a link's anchor has its own check
	first = token
	sub(/\/.*/, "", first)
	if (token ~ /^[A-Za-z0-9_.*-]+\/[A-Za-z0-9_.*\/-]*$/ && ("top " first) in known && token !~ /^tests\/[a-z]+$/) {
		if (!is_there(token, folder))
			complain(token " is not there")
	} else if (token ~ /^[A-Za-z0-9_*-]+\.(c|h|sh|md|replay|awk|known)$/ && token !~ outside &&
		!(("name " token) in known) && !fits(token, 1)) {
		complain(token " is not there")
	}
}

# NAME() where NAME begins with one of our modules, and in a document every NAME() in code
function check_calls(text,   name, noun, is_ours) {
	while (match(text, /`?[a-z_0-9]+\(\)/)) {
		name = substr(text, RSTART, RLENGTH - 2)
		text = substr(text, RSTART + RLENGTH)
		is_ours = sub(/^`/, "", name) && file ~ /\.md$/
		for (noun = name; !is_ours && sub(/_[^_]*$/, "", noun);)
			is_ours = ("module " noun) in known
		if (is_ours && !(("call " name) in known))
			complain(name "() is not there")
	}
}

# a manual, then a comma and SECTION NAME or "Section name"
function check_sections(text,   manual, title, part) {
	while (match(text, /uturn[a-z.-]*\([1-8]\)/)) {
		manual = substr(text, RSTART, RLENGTH - 1)
		text = substr(text, RSTART + RLENGTH)
		sub(/\(/, ".", manual)
		if (!(manual in manual_at)) {
			complain(manual ": there is no such manual")
			continue
		}
		part = text
		sub(/^\]\([^)]*\)/, "", part)
		if (match(part, /^,? "[^"]+"/) && part ~ /^,/)
			title = substr(part, 4, RLENGTH - 4)
		else if (match(part, /^, [A-Z][A-Z][A-Z][A-Z]+( [A-Z]+)*/))
			title = substr(part, 3, RLENGTH - 2)
		else
			continue
		if (!(("section " manual_at[manual] ": " title) in known))
			complain(manual ": there is no section " title)
	}
}

# a document, then a comma or ( and "Section"
function check_documents(text,   part, document, title) {
	while (match(text, /[A-Za-z\/]+\.md,? (\()?"[^"]+"/)) {
		part = substr(text, RSTART, RLENGTH)
		text = substr(text, RSTART + RLENGTH)
		document = title = part
		sub(/\.md.*/, ".md", document)
		sub(/^[^"]*"/, "", title)
		sub(/"$/, "", title)
		if (is_path(document) && !(("section " document ": " title) in known))
			complain(document ": there is no section \"" title "\"")
	}
}

# ](path#anchor) from where the document is
function check_links(text,   link, path, anchor) {
	while (match(text, /\]\([^)]+\)/)) {
		link = substr(text, RSTART + 2, RLENGTH - 3)
		text = substr(text, RSTART + RLENGTH)
		if (link ~ /^[a-z]+:/)
			continue
		path = anchor = link
		sub(/#.*/, "", path)
		if (!sub(/^[^#]*#/, "", anchor))
			anchor = ""
		path = path == "" ? file : folder path
		while (sub(/[^\/]+\/\.\.\//, "", path))
			;
		if (!is_path(path))
			complain(link ": the link leads nowhere")
		else if (anchor != "" && !(("anchor " path "#" anchor) in known))
			complain(link ": there is no such heading")
	}
}

# .Sx and .Xr of ours in a manual; Sx may stand behind another macro
function check_manual(text,   title, name) {
	if (text !~ /^\./)
		return
	if (match(text, /(^\.|[ ])Sx /)) {
		title = substr(text, RSTART + RLENGTH)
		sub(/( [.,:;()]+)+$/, "", title)
		gsub(/"/, "", title)
		if (!(("section " file ": " title) in known))
			complain("there is no section " title)
	}
	while (match(text, /Xr uturn[a-z.-]* [1-9]/)) {
		name = substr(text, RSTART + 3, RLENGTH - 3)
		text = substr(text, RSTART + RLENGTH)
		sub(/ /, ".", name)
		if (!(name in manual_at))
			complain(name ": there is no such manual")
	}
}

FILENAME ~ /\/known$/ {
	known[$0]
	if ($1 == "path") {
		all[paths++] = $2
		if ($2 ~ /\.[1-8]$/) {
			name = $2
			sub(/.*\//, "", name)
			manual_at[name] = $2
		}
	}
	next
}
{
	match($0, /:[0-9]+:/)
	file = substr($0, 1, RSTART - 1)
	place = substr($0, 1, RSTART + RLENGTH - 2)
	text = substr($0, RSTART + RLENGTH)
	folder = file
	sub(/[^\/]*$/, "", folder)
	if (file ~ /\.md$/)
		check_links(text)
	if (file ~ /\.[1-8]$/)
		check_manual(text)
	check_calls(text)
	check_sections(text)
	check_documents(text)
	gsub(/\]\([^)]*\)/, " ", text)
	count = split(text, tokens, /[^A-Za-z0-9_.*\/$<>{}~#-]+/)
	for (i = 1; i <= count; i++)
		check_token(tokens[i])
}
END_OF_AWK
awk -v outside='^(DESIGN|STYLE|INBAND|CLIENTS|INTERFACES|REVERSE-PROTOCOL)' -f "$work/check.awk" "$work/known" "$work/prose" >"$work/found"
result 'references: files, functions and sections are there' "$work/found"

# --- code that a document quotes: "From `FILE`:" and a block ----------------------------------------------------

grep -E '\.md$' "$work/files" | while read -r file; do
	awk -v work="$work" -v document="$file" '
		match($0, /^From `[^`]+`:$/) { from = substr($0, RSTART + 6, RLENGTH - 8) }
		/^```/ && from != "" {
			if (inside) {
				print from "\t" work "/quoted." count + 0 "\t" document ":" FNR
				close(work "/quoted." count++ + 0)
				from = ""
			}
			inside = !inside
			next
		}
		inside && from != "" { print >(work "/quoted." count + 0) }' "$file" | while IFS=$'\t' read -r from quoted place; do
		if [ ! -f "$from" ]; then
			printf '%s: %s is not there\n' "$place" "$from"
		elif [[ $'\n'$(<"$from")$'\n' != *$'\n'"$(<"$quoted")"$'\n'* ]]; then
			printf '%s: %s does not read so\n' "$place" "$from"
		fi
	done
done >"$work/found"
result 'references: quoted code reads so in its file' "$work/found"
