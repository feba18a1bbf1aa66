# SPDX-License-Identifier: GPL-2.0-or-later
#
# JSON lines of tests/bench/curve to one SVG of three panels; medians of what has the same x. Logarithmic
# both ways. Follows the reader's choice of light or dark.

function field(name,   at) {
	at = index($0, "\"" name "\":")
	if (!at)
		return ""
	at = substr($0, at + length(name) + 3)
	sub(/^"/, "", at)
	sub(/[",}].*/, "", at)
	return at
}

# Offered rates are never quite the same: two digits of them are.
function round(x,   unit) {
	unit = 10 ^ (int(log(x) / log(10)) - 1)
	return int(x / unit + 0.5) * unit
}

function add(panel, series, x, y) {
	if (x <= 0 || y <= 0)
		return
	if (!((panel, series) in known)) {
		known[panel, series] = 1
		names[panel, ++series_count[panel]] = series
	}
	if (!((panel, series, x) in n))
		xs[panel, series, ++x_count[panel, series]] = x
	values[panel, series, x, ++n[panel, series, x]] = y
}

function median(panel, series, x,   i, j, t, m, a) {
	m = n[panel, series, x]
	for (i = 1; i <= m; i++) {
		t = values[panel, series, x, i] + 0
		for (j = i - 1; j > 0 && a[j] > t; j--)
			a[j + 1] = a[j]
		a[j + 1] = t
	}
	return a[int((m + 1) / 2)]
}

function across(v) { return left + (log(v) - log(x_low)) / (log(x_high) - log(x_low)) * width }
function up(v) { return bottom - (log(v) - log(y_low)) / (log(y_high) - log(y_low)) * height }

function short(v) { return v >= 1e6 ? v / 1e6 "M" : v >= 1e3 ? v / 1e3 "k" : v "" }

function axes(title, x_title,   v) {
	printf "<text class=\"title\" x=\"%d\" y=\"%d\">%s</text>\n", left, bottom - height - 14, title
	for (v = x_low; v <= x_high * 1.001; v *= 10)
		printf "<path class=\"grid\" d=\"M%.1f %dV%d\"/><text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n", \
			across(v), bottom, bottom - height, across(v), bottom + 16, short(v)
	for (v = y_low; v <= y_high * 1.001; v *= 10)
		printf "<path class=\"grid\" d=\"M%d %.1fH%d\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n", \
			left, up(v), left + width, left - 6, up(v) + 4, short(v)
	printf "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n", left + width / 2, bottom + 34, x_title
}

# One variant has one colour in all panels.
function colour(series, otherwise) { return series in fixed ? fixed[series] : otherwise }

function lines(panel,   s, i, j, t, series, count, order, path) {
	for (s = 1; s <= series_count[panel]; s++) {
		series = names[panel, s]
		count = x_count[panel, series]
		for (i = 1; i <= count; i++) {
			t = xs[panel, series, i] + 0
			for (j = i - 1; j > 0 && order[j] > t; j--)
				order[j + 1] = order[j]
			order[j + 1] = t
		}
		path = ""
		for (i = 1; i <= count; i++)
			path = path (i > 1 ? "L" : "M") sprintf("%.1f %.1f", across(order[i]), up(median(panel, series, order[i])))
		printf "<path fill=\"none\" class=\"s%d\" d=\"%s\"/>\n", colour(series, s), path
		printf "<path class=\"s%d\" d=\"M%d %dh18\"/><text x=\"%d\" y=\"%d\">%s</text>\n", \
			colour(series, s), left, bottom + 44 + 16 * s, left + 24, bottom + 48 + 16 * s, series
	}
}

/"curve":"(kernel|drop|inflection|turned)"/ {
	x = round(field("offered_per_s"))
	add(1, label[field("curve")], x, field("answers_per_s"))
	add(2, label[field("curve")], x, field("p99_us"))
	about = sprintf("%s, %s cores, Linux %s, %s", field("cpu"), field("cores"), field("kernel"), substr(field("date"), 1, 10))
}

/"curve":"rules"/ {
	add(3, field("state") ": seen before", field("probers"), field("seen_ns"))
	add(3, field("state") ": not seen, TTL 20", field("probers"), field("unseen_ns"))
}

BEGIN {
	label["kernel"] = "kernel: port unreachable"
	label["drop"] = "queue, all dropped"
	label["inflection"] = "uturnd: inflection"
	label["turned"] = "uturnd: turned, relayed"
	fixed[label["kernel"]] = 1
	fixed[label["drop"]] = 2
	fixed[label["inflection"]] = 3
	fixed[label["turned"]] = 4
}

END {
	print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1020 440\" font-family=\"sans-serif\" font-size=\"12\">"
	print "<style>svg{background:#fff}text{fill:#333}.title{font-size:14px}.grid{stroke:#ddd}path{fill:none;stroke-width:2}" \
		".grid{stroke-width:1}.s1{stroke:#1b6ca8}.s2{stroke:#c2570c}.s3{stroke:#2e7d32}.s4{stroke:#8e24aa}" \
		"@media(prefers-color-scheme:dark){svg{background:#111}text{fill:#ccc}.grid{stroke:#333}" \
		".s1{stroke:#64b5f6}.s2{stroke:#ffb74d}.s3{stroke:#81c784}.s4{stroke:#ce93d8}}</style>"
	width = 260; height = 260; bottom = 310
	left = 50; x_low = 1000; x_high = 1e6; y_low = 1000; y_high = 1e6
	axes("answers a second", "probes offered a second")
	lines(1)
	left = 395; y_low = 1; y_high = 1e6
	axes("p99, us", "probes offered a second")
	lines(2)
	left = 740; x_low = 1; x_high = 1e5; y_low = 100; y_high = 1e5
	axes("cost of the rules, ns a probe", "probers at once")
	lines(3)
	printf "<text x=\"50\" y=\"20\">%s</text>\n</svg>\n", about
}
