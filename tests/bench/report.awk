# SPDX-License-Identifier: GPL-2.0-or-later
#
# Lines of "VARIANT KEY VALUE..." to a table, to the same as Markdown in `table`, and to JSON lines that are added to `output`.
# Ratios are taken within a round, between measurements that stand next to each other.

function sort(a, n,   i, j, t) {
	for (i = 2; i <= n; i++) {
		t = a[i]
		for (j = i - 1; j > 0 && a[j] > t; j--)
			a[j + 1] = a[j]
		a[j + 1] = t
	}
}

# The middle of what was measured of this; low and high on the way.
function median(variant, key,   n, i, a) {
	n = count[variant, key]
	if (!n)
		return ""
	for (i = 1; i <= n; i++)
		a[i] = values[variant, key, i] + 0
	sort(a, n)
	low = a[1]
	high = a[n]
	return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
}

function list(variant, key,   i, text) {
	for (i = 1; i <= count[variant, key]; i++)
		text = text (i > 1 ? "," : "") values[variant, key, i]
	return "[" text "]"
}

function keep(variant, key, v) {
	values[variant, key, ++count[variant, key]] = v
}

# 123456 -> 123,456
function thousands(n,   text) {
	for (n = sprintf("%.0f", n); length(n) > 3; n = substr(n, 1, length(n) - 3))
		text = "," substr(n, length(n) - 2) text
	return n text
}

function time(us) {
	return us == "" ? "" : us < 1000 ? sprintf("%.0f us", us) : sprintf("%.1f ms", us / 1000)
}

function number_field(name, v) {
	return v == "" ? "" : sprintf(",\"%s\":%s", name, v)
}

function json(variant,   text) {
	text = sprintf("{\"date\":\"%s\",\"commit\":\"%s\",\"cpu\":\"%s\",\"cores\":%d,\"kernel\":\"%s\",\"load\":%s", \
		date, commit, cpu, cores, kernel, load)
	text = text sprintf(",\"family\":%d,\"rounds\":%d,\"seconds\":%s,\"threads\":%d,\"window\":%d,\"paced_per_s\":%d", \
		family, rounds, seconds, threads, window, pace)
	text = text sprintf(",\"variant\":\"%s\"", variant)
	text = text number_field("answers_per_s", median(variant, "rate")) number_field("of_kernel", median(variant, "ratio"))
	text = text number_field("answered_share", median(variant, "share"))
	text = text number_field("p50_us", median(variant, "p50")) number_field("p99_us", median(variant, "p99"))
	text = text number_field("cpu_ns_a_probe", median(variant, "all")) \
		number_field("cpu_of_kernel", median(variant, "all_ratio")) \
		number_field("own_cpu_ns_a_probe", median(variant, "own")) number_field("user_share", median(variant, "user"))
	text = text number_field("resident_kb", median(variant, "rss")) number_field("ready_ms", median(variant, "started"))
	if (count[variant, "rate"])
		text = text ",\"all_answers_per_s\":" list(variant, "rate")
	print text "}" >>output
}

function times(v) {
	return v == "" ? "" : sprintf("%.2f x", v)
}

function row(variant,   rate, spread, share) {
	rate = median(variant, "rate")
	spread = sprintf("%s..%s", thousands(low), thousands(high))
	share = median(variant, "share")
	printf format, name[variant], thousands(rate), times(median(variant, "ratio")), spread, \
		variant == "drop" ? "" : sprintf("%.2f %%", share * 100), sprintf("%.1f us", median(variant, "all") / 1000), \
		times(median(variant, "all_ratio")), time(median(variant, "p50")), time(median(variant, "p99"))
	if (share < 0.999)
		warnings = warnings sprintf("  ! %s: fewer than 99.9 %% answered, this rate is not sustained\n", name[variant])
	if (median(variant, "wrong") > 0)
		warnings = warnings sprintf("  ! %s: wrong answers\n", name[variant])
}

# The table of README.md, with the machine it is of.
function markdown(   v, variant) {
	printf "%s, %d cores, Linux %s (%s, %s); IPv%d, medians of %d interleaved rounds of %s s:\n\n", \
		cpu, cores, kernel, commit, substr(date, 1, 10), family, rounds, seconds >table
	printf "| | answers a second | relative to the kernel's own | CPU time a probe, relative to the kernel's | p50 / p99 at %s probes a second |\n", \
		thousands(pace) >table
	print "|---|---|---|---|---|" >table
	for (v = 1; v <= n; v++) {
		variant = order[v]
		printf "| %s | %s | %s | %s | %s |\n", title[variant], thousands(median(variant, "rate")), \
			ratio(variant, "ratio"), ratio(variant, "all_ratio"), quantiles(variant) >table
	}
	close(table)
}

function ratio(variant, key) {
	return variant == "kernel" ? "1" : sprintf("%.2f", median(variant, key))
}

# "11 / 104 us", or with a unit each where they differ
function quantiles(variant,   p50, p99) {
	p50 = time(median(variant, "p50"))
	p99 = time(median(variant, "p99"))
	if (substr(p50, length(p50) - 1) == substr(p99, length(p99) - 1))
		sub(/ .*/, "", p50)
	return p50 == "" ? "" : p50 " / " p99
}

function cost(variant) {
	if (count[variant, "own"] && variant in words)
		printf "  of that CPU time, uturnd    %5.1f us %s, %.0f %% of it in user space\n", \
			median(variant, "own") / 1000, words[variant], median(variant, "user") * 100
}

# Of several workers and of one, taken within a round.
function compare_workers(variant,   i) {
	for (i = 1; i <= count[variant "/" workers, "rate"]; i++)
		keep(variant, "several", values[variant "/" workers, "rate", i] / values[variant, "rate", i])
	if (i > 1)
		printf "  %d workers instead of one    %5.2f x the answers, %s\n", workers, median(variant, "several"), words[variant]
}

function whole(suffix) {
	if (count["uturnd" suffix, "rss"])
		printf "  memory with all flights out %5.1f MB%s\n", median("uturnd" suffix, "rss") / 1024, words["uturnd" suffix]
	printf "  ready after its start in    %5.0f ms%s\n", median("uturnd" suffix, "started"), words["uturnd" suffix]
	json("uturnd" suffix)
}

{
	if ($2 == "cpu") {
		keep($1, "all", $3)
		if ($4 > 0) {
			keep($1, "own", $4)
			keep($1, "user", $5)
		}
	} else {
		keep($1, $2, $3)
	}
}

END {
	name["kernel"] = "kernel: port unreachable"
	name["drop"] = "queue, all dropped"
	name["least"] = "queue, all answered"
	name["inflection"] = "uturnd: inflection"
	name["turned"] = "uturnd: turned, relayed"
	title["kernel"] = "the kernel: port unreachable"
	title["drop"] = "a queue consumer that only drops"
	title["least"] = "a queue consumer that only answers"
	title["inflection"] = "uturnd: inflection point"
	title["turned"] = "uturnd: turned, answered by a router, relayed"
	words["inflection"] = "inflection"
	words["turned"] = "turned"
	n = split(variants, order, " ")
	if (workers > 1) {
		most = n
		for (v = 1; v <= most; v++)
			if (order[v] ~ /^(inflection|turned)$/) {
				order[++n] = order[v] "/" workers
				name[order[n]] = workers " workers: " order[v]
				words[order[n]] = order[v] ", " workers " workers"
				title[order[n]] = title[order[v]] ", " workers " workers"
			}
		words["uturnd/" workers] = ", " workers " workers"
	}
	for (v = 1; v <= n; v++)
		for (i = 1; i <= count[order[v], "rate"] && i <= count["kernel", "rate"]; i++) {
			keep(order[v], "ratio", sprintf("%.4f", values[order[v], "rate", i] / values["kernel", "rate", i]))
			keep(order[v], "all_ratio", sprintf("%.4f", values[order[v], "all", i] / values["kernel", "all", i]))
		}

	printf "uturn: IPv%d, 3 routers there, 4 back; medians of %d rounds of %s s; %d probes out, %d generator thread%s\n", \
		family, rounds, seconds, window, threads, (threads > 1 ? "s" : "")
	printf "%s, %d cores, Linux %s, load %s before, %s\n\n", cpu, cores, kernel, load, substr(date, 1, 10)
	format = "  %-24s %8s %8s  %-17s %9s  %8s %8s  %8s %8s\n"
	printf format, "", "answers", "of the", "", "", "CPU a", "of the", "latency", "at " thousands(pace) "/s"
	printf format, "", "a second", "kernel", "lowest..highest", "answered", "probe", "kernel", "p50", "p99"
	for (v = 1; v <= n; v++)
		row(order[v])
	if (load > cores * 0.75)
		warnings = warnings sprintf("  ! other programs ran on this machine (load %s): compare ratios, not rates\n", load)
	printf "%s\n", warnings
	for (v = 1; v <= n; v++) {
		cost(order[v])
		json(order[v])
	}
	whole("")
	markdown()
	if (workers > 1) {
		compare_workers("inflection")
		compare_workers("turned")
		whole("/" workers)
	}
}
