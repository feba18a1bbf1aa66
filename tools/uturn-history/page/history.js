// SPDX-License-Identifier: GPL-2.0-or-later
// The page: a search, the ways of what was found, a trace. What is shown is in the URL, so that it can be kept and gone back to.
"use strict";

const args = new URLSearchParams(location.search);
const answer = $("#answer");
const CHOICES = [[30, "30 days"], [90, "90 days"], [365, "1 year"], [3660, "all"]];

function pager(...links) {
	const nav = element("nav", "pages");
	nav.setAttribute("aria-label", "Pages");
	nav.append(...links.filter(Boolean));
	return nav;
}

async function showSearch() {
	const q = args.get("q")?.trim() ?? "", page = Number(args.get("page") ?? 0);
	$("#q").value = q;
	const found = await ask("/search.json", { q, page });
	const networks = new Networks(found.names);
	if (q)
		document.title = `${q} · History of paths`;
	if (!found.series.length && !page) {
		answer.append(cardOf(q ? `Nothing is kept of ${q}` : "Nothing is kept yet",
			element("p", "", q ? "No trace to it has been seen, or it is older than what is kept." :
				"Traces come from uturn-history record, or from uturn-history import.")));
		return;
	}
	if (found.changes.length)
		answer.append(cardOf("Last changes", changeList(found.changes, networks, true)));
	answer.append(cardOf(q ? `Found for ${q}` : "All that is kept", listOf("found", found.series.map((s) => foundRow(s, networks))),
		pager(page > 0 && linkTo({ q, page: page - 1 }, "", "Previous"), found.more && linkTo({ q, page: page + 1 }, "", "Next"))));
}

function hopList(hops, networks) {
	const list = element("ol", "hops");
	for (const routers of hops) {
		const hop = element("li");
		routers.forEach((r, i) => hop.append(i ? ", " : "", element("span", networks.classOf(r), networks.routerWords(r)), r.rare ? " (rarely)" : ""));
		if (!routers.length)
			hop.append("no answer");
		list.append(hop);
	}
	return list;
}

function wayRow(ways, i, networks) {
	const way = ways[i], row = element("li"), head = element("span"), more = element("details");
	head.append(element("span", "letter", letterOf(ways, i)), `${many(way.traces, "trace")}, ${timeWords(way.first)} to ${timeWords(way.last)}`);
	more.append(element("summary", "", `Routers of ${count(way.hops.length, "hop")}`), hopList(way.hops, networks));
	row.append(head, networks.chain(way.hops), more);
	return row;
}

function choice(series, days) {
	const list = element("ul", "choice");
	for (const [n, words] of CHOICES) {
		const item = element("li"), link = linkTo({ series, days: n }, "", words);
		if (n === days)
			link.setAttribute("aria-current", "true");
		item.append(link);
		list.append(item);
	}
	return list;
}

function traceTable(traces, data) {
	const table = element("table", "traces"), head = element("tr"), body = element("tbody"), top = element("thead");
	for (const [words, cls] of [["Time", ""], ["Way", ""], ["Routers", "routers"], ["Delay", ""], ["End", ""]]) {
		const cell = element("th", cls, words);
		cell.scope = "col";
		head.append(cell);
	}
	for (const t of traces) {
		const line = element("tr"), time = element("td"), period = data.periods.find(([from, to]) => t.at >= from && t.at <= to);
		time.append(linkTo({ trace: t.id }, "", timeWords(t.at)));
		line.append(time, element("td", "", period ? letterOf(data.ways, period[2]) : ""), element("td", "routers", t.routers),
			element("td", "", t.ms ? `${ms(t.ms)} ms` : ""), element("td", "", t.end));
		body.append(line);
	}
	top.append(head);
	table.append(element("caption", "", "Traces, the newest first"), top, body);
	return table;
}

// A day to go to, for the keyboard; a click on the picture does the same.
function dayForm(series, days, before) {
	const form = element("form", "actions"), label = element("label", "", "Traces until"), input = element("input"), button = element("button", "", "Show");
	input.type = "date";
	input.id = label.htmlFor = "day";
	input.value = dayWords(before - 1);
	input.required = true;
	button.type = "submit";
	form.append(label, input, button);
	form.addEventListener("submit", (e) => {
		e.preventDefault();
		location.href = `/?${new URLSearchParams({ series, days, before: input.valueAsNumber + DAY })}#traces`;
	});
	return form;
}

async function showTraces(series, days, data) {
	const before = Number(args.get("before")) || data.until + 1;
	const found = await ask("/traces.json", { series, before });
	const card = cardOf("Traces", dayForm(series, days, before));
	card.id = "traces";
	if (found.traces.length)
		card.append(traceTable(found.traces, data));
	else
		card.append(element("p", "", "No trace is kept of that time."));
	card.append(pager(args.get("before") && linkTo({ series, days }, "", "Newest"),
		found.more && linkTo({ series, days, before: found.traces.at(-1).at }, "", "Older")));
	answer.append(card);
	if (location.hash === "#traces")
		card.scrollIntoView();
}

async function showSeries() {
	const series = Number(args.get("series")), days = Number(args.get("days") ?? 90);
	const data = await ask("/ways.json", { series, days });
	const networks = new Networks(data.names), box = element("div", "ways"), s = data.series;
	const card = cardOf(`Ways to ${s.remote}`, element("p", "", `${s.as ? `${networks.words(s.as)}, ` : ""}${seriesWords(s)}`), choice(series, days));
	document.title = `${s.remote} · History of paths`;
	answer.append(card);
	if (!data.ways.length) {
		card.append(element("p", "", `No trace in this time; the last one was ${timeWords(s.last * 1000)}.`));
	} else {
		// a time that is longer than what is kept is not drawn empty, down to two weeks
		data.since = Math.max(data.since, Math.min(data.until - 13 * DAY, ...data.ways.map((w) => w.first)));
		card.append(box, listOf("ways-list", data.ways.map((_, i) => wayRow(data.ways, i, networks))));
		new ResizeObserver(() => new Picture(box, data, networks).draw({ series, days })).observe(box);
		if (data.cut)
			card.append(element("p", "", "There is more in this time than a picture shows: the newest is drawn."));
		answer.append(cardOf("Changes", data.changes.length ? changeList(data.changes, networks, false) :
			element("p", "", "The path has not changed in this time. Load balancing is not a change.")));
	}
	await showTraces(series, days, data);
}

async function showTrace() {
	const kept = await ask("/trace.json", { id: args.get("trace") });
	const trace = new Kept(kept), back = element("p", "back");
	back.append(linkTo({ series: kept.id.split("-")[0] }, "", `All of ${kept.remote}`));
	document.title = `${kept.id} · History of paths`;
	answer.append(back, trace.node);
	trace.render();
	new ResizeObserver(() => trace.later()).observe(answer);
}

const show = args.has("trace") ? showTrace : args.has("series") ? showSeries : showSearch;
show().catch((e) => answer.append(element("p", "card bad", e.message))).finally(() => answer.classList.add("shown"));
