#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The page that uturn-trace(1) writes, in a real browser and from a file: what it shows, that it loads nothing and
# complains of nothing, pointing, keyboard, zoom, before and after, names that would be markup, and that it fits.
# PICTURES=DIR keeps pictures of it. AXE=FILE, the axe.min.js of npm's axe-core, checks its accessibility.

. "$(dirname "$0")/../helpers/lib.sh"

export HOME=$work # what a browser writes goes with the rest
pictures=${PICTURES:-$work}
formats=$helpers/../../unit/uturn-trace/formats
trace=$build/uturn-trace

# browse STEP...: what it prints
browse() { timeout 300 "$helpers/browser" "$@" 2>&1; }

"$trace" -o "$work/paths.html" show "$formats/paths.json"
"$trace" diff -o "$work/changes.html" "$formats/before.json" "$formats/after.json"
page=file://$work/paths.html
changes=file://$work/changes.html
# what is lit, as names
lit='[...document.querySelectorAll(".graph .node.lit")].map((n) => n.dataset.name).join(" ")'
click='dispatchEvent(new MouseEvent("click", { bubbles: true }))'

# sees CASE WANTED STEP... EXPRESSION: what this JavaScript is after these steps. All are looked at by one browser.
names=() wanted=() steps=()
sees() {
	names+=("$1") wanted+=("$2")
	steps+=("${@:3:$#-3}" print "'=' + (${*: -1})")
}

look() {
	local i seen

	mapfile -t seen < <(browse "${steps[@]}" quiet | grep -E '^=|^browser: ')
	for i in "${!names[@]}"; do is "${names[i]}" "=${wanted[i]}" "${seen[i]-}"; done
	is "nothing complains" "" "${seen[${#names[@]}]-}"
}

sees "the target, and a router for each row" "example.net 203.0.113.80|10 10" open "$page" \
	'document.querySelector("h1").innerText + "|" + document.querySelectorAll("tbody tr").length + " " + document.querySelectorAll(".gutter .dot").length'
sees "loads nothing" 0 open "$page" 'performance.getEntriesByType("resource").length'
sees "nothing is lit at first" "" open "$page" "$lit"
sees "a flow is lit, both ways" \
	"10.1.1.10 203.0.113.80 10.1.1.1 10.1.2.5 no answer 10.2.1.1 10.2.2.1" open "$page" \
	print 'var s = document.querySelector("#flow"); s.value = 1; s.dispatchEvent(new Event("change"))' "$lit"
sees "a router that is clicked tells of itself" "10.1.2.5|mpls 16004, dscp 46>0|4" open "$page" \
	print "document.querySelector('.graph [data-name=\"10.1.2.5\"]').$click" \
	print 'var d = document.querySelector("#details")' \
	'd.querySelector("h2").textContent + "|" + [...d.querySelectorAll("dt")].find((t) => t.textContent == "marks").nextSibling.textContent + "|" + d.querySelectorAll(".flows button").length'
sees "a link that is clicked tells of itself" "10.1.1.1 → 10.1.2.1: 4 flows, 2.5 ms" open "$page" \
	print "[...document.querySelectorAll('.graph .link')].find((l) => l.textContent.startsWith('10.1.1.1 → 10.1.2.1')).$click" \
	'document.querySelector("#hint").textContent'

key() { echo "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: '$1', bubbles: true }))"; }
sees "by keyboard: from this host to the right, and Enter" "10.1.1.1|10.1.1.1" open "$page" \
	print 'document.querySelector(".graph .node").focus()' print "$(key ArrowRight)" print "$(key Enter)" \
	'document.activeElement.dataset.name + "|" + document.querySelector("#details h2").textContent'
sees "by keyboard: the next flow, and all again" "port 20000|all paths" open "$page" print "$(key n)" \
	print 'var was = document.querySelector("#flow").selectedOptions[0].text' print "$(key Escape)" \
	'was + "|" + document.querySelector("#flow").selectedOptions[0].text'
sees "zoom" true open "$page" print 'var was = document.querySelector(".graph").clientWidth' print "$(key +)" \
	'document.querySelector(".graph").clientWidth > was'

sees "what changed" "there hop 2 path 10.1.2.5 gone, 10.1.2.99 new 5 of 10 flows moved|10.1.2.5|10.1.2.99" open "$changes" \
	'[document.querySelector(".changes").innerText.split("\n")[0].replace(/ +/g, " "), ...[".gone", ".new"].map((c) => document.querySelector(".graph .node" + c).dataset.name)].join("|")'
sees "before alone" "block none" open "$changes" print 'document.querySelector("[data-view=before]").click()' \
	'[".gone", ".new"].map((c) => getComputedStyle(document.querySelector(".graph .node" + c)).display.replace("inline", "block")).join(" ")'

sed -E 's/"name":"[^"]*"/"name":"<img src=x onerror=document.title=1><\/script><script>document.title=2<\/script><!--"/' \
	"$formats/paths.json" >"$work/hostile.json"
"$trace" -o "$work/hostile.html" show "$work/hostile.json"
sees "names that would be markup" "<img src=x onerror=document.title=1></script><script>document.title=2</script><!--|0 2" \
	open "file://$work/hostile.html" print "document.querySelector('.graph [data-name=\"10.1.1.1\"]').$click" \
	'document.querySelector("h1").firstChild.textContent.trim() + "|" + document.images.length + " " + document.scripts.length'

look

# each size and scheme in one browser
for file in paths changes; do
	steps=()
	for size in 360x740 768x1024 1280x900 1920x1080; do
		for scheme in light dark; do
			steps+=(size "$size" scheme "$scheme" open "file://$work/$file.html" wait 'document.querySelector(".works")'
				picture "$pictures/trace-$file-${size%x*}-$scheme.png"
				print "document.documentElement.scrollWidth <= innerWidth ? '' : '$size $scheme'")
		done
	done
	is "$file: nothing is wider than the window, from 360 to 1920" "" "$(browse "${steps[@]}" quiet | paste -sd ' ' | tr -d ' ')"
done
axe='axe.run().then((r) => r.violations.map((v) => v.impact + " " + v.id + ": " + v.nodes.map((n) => n.html.slice(0, 80)).join(" ; ")).join("|"))'
for scheme in ${AXE:+light dark}; do
	for file in paths changes; do
		is "axe-core, $file, $scheme" "" "$(browse scheme "$scheme" open "file://$work/$file.html" run "$AXE" print "$axe")"
	done
done
