// SPDX-License-Identifier: GPL-2.0-or-later
// The table: two lines a router where it is narrow, and a row of details that its button opens.
"use strict";

function element(name, cls, words) {
	const e = document.createElement(name);
	if (cls)
		e.className = cls;
	if (words !== undefined)
		e.textContent = words;
	return e;
}

const ms = (value) => value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(value < 1 ? 3 : 2);
const KINDS = { unreachable: "unreachable", "too-big": "too big" };
const placeOfInfo = (info) => [info.city, info.country ?? info.country_code].filter(Boolean).join(", ");

// One figure for a router, here, in the picture and in the text: the least round-trip time, which queues do not add to.
const least = (router) => router.rtts.length ? Math.min(...router.rtts) : null;
const lossOf = (router) => router.row?.sent ? 1 - Math.min(1, router.row.received / router.row.sent) : null;

// A router that loses what all routers behind it answer merely limits its answers; those of silent hops say nothing.
function isLimited(rows, index, router) {
	const later = rows.slice(index + 1).flatMap((r) => r.routers);
	return later.some((r) => !lossOf(r)) && lossOf(router) > 0;
}

function brokenAtDots(words) {
	const span = element("span", "name");
	for (const part of words.split(/(?<=[.:])/))
		span.append(part, element("wbr"));
	return span;
}

function tagsOf(trace, router, isFirstBehind) {
	const tags = [];
	if (router.kind === "reached")
		tags.push([trace.peerTag(), "you"]);
	else if (isFirstBehind)
		tags.push([trace.natWords(), ""]);
	else if (router.nat)
		tags.push([`behind ${trace.natWords()}`, ""]);
	if (KINDS[router.kind])
		tags.push([KINDS[router.kind], "fault"]);
	if (router.mpls?.length)
		tags.push([`MPLS ${router.mpls.map((l) => l.label).join(", ")}`, ""]);
	return tags;
}

function networkCell(info, cls) {
	const cell = element("td", "network");
	if (!info.asn && !info.special)
		return cell;
	cell.append(element("span", cls, info.asn ? info.as_name || `AS${info.asn}` : info.special.name), " ");
	cell.append(element("small", "", info.asn ? `AS${info.asn}` : `RFC ${info.special.rfc}`));
	return cell;
}

function lossCell(rows, index, router) {
	const lost = Math.round(100 * (lossOf(router) ?? 0));
	if (lossOf(router) === null)
		return element("td", "loss");
	if (!lost)
		return element("td", "loss none", "0 %");
	const limits = isLimited(rows, index, router);
	const cell = element("td", limits ? "loss" : "loss lossy", `${lost} %`);
	if (limits)
		cell.append(" ", element("small", "", "limits its answers"));
	return cell;
}

function rttCell(router, cls, slowest) {
	const cell = element("td", "rtt");
	if (!router.rtts.length)
		return cell;
	const from = least(router), to = Math.max(...router.rtts);
	const bar = element("span", `bar ${cls}`), rest = element("b"), part = element("i");
	cell.append(`${ms(from)} ms`);
	part.style.setProperty("--from", 100 * from / slowest);
	part.style.setProperty("--width", 100 * (to - from) / slowest);
	rest.style.setProperty("--width", 100 * from / slowest);
	bar.append(rest, part);
	cell.append(bar);
	return cell;
}

function detailsOf(trace, rows, index, router) {
	const { info } = router, facts = [["Address", router.ip]];
	if (trace.nameOf(router))
		facts.push(["Name", trace.nameOf(router)]);
	if (info.asn)
		facts.push(["Network", [`AS${info.asn}`, info.as_name, info.as_domain].filter(Boolean).join(" · ")]);
	else if (info.special)
		facts.push(["Network", `${info.special.name}, RFC ${info.special.rfc}`]);
	if (placeOfInfo(info))
		facts.push(["Location", [placeOfInfo(info), info.continent].filter(Boolean).join(", ")]);
	if (router.rtts.length) {
		const mean = router.rtts.reduce((a, b) => a + b, 0) / router.rtts.length;
		facts.push(["Round trip", `least ${ms(least(router))} ms, mean ${ms(mean)} ms, most ${ms(Math.max(...router.rtts))} ms`]);
	}
	if (lossOf(router) !== null)
		facts.push(["Answers", `${router.row.received} of ${router.row.sent} probes${isLimited(rows, index, router) ? "; routers behind it answer all: it limits its answers" : ""}`]);
	if (router.mpls?.length)
		facts.push(["MPLS", router.mpls.map((l) => `label ${l.label}, class ${l.tc}, TTL ${l.ttl}`).join("; ")]);
	return facts;
}

function detailRow(facts, id, isOpen) {
	const row = element("tr", "details"), cell = element("td"), list = element("dl");
	row.id = id;
	row.hidden = !isOpen;
	cell.colSpan = 7;
	for (const [name, words] of facts) {
		const pair = element("div");
		pair.append(element("dt", "", name), element("dd", "", words));
		list.append(pair);
	}
	cell.append(list);
	row.append(cell);
	return row;
}

function hopCell(ttl) {
	const cell = element("th", "", ttl);
	cell.scope = "row";
	return cell;
}

function silentRow(ttl, isSilent) {
	const line = element("tr", "silent");
	line.append(hopCell(ttl), element("td", "router", isSilent ? "no answer" : "…"), element("td", "network"),
		element("td", "place"), element("td", "loss"), element("td", "rtt"), element("td", "more"));
	return line;
}

class Table {
	constructor(trace, body, number) {
		Object.assign(this, { trace, body, number });
		this.open = new Set();
		body.addEventListener("click", (e) => {
			const line = e.target.closest("tr[data-router]");
			if (line && !String(getSelection()))
				this.toggle(line);
		});
	}

	toggle(line) {
		const key = line.dataset.router, isOpen = !this.open.delete(key);
		if (isOpen)
			this.open.add(key);
		line.querySelector("button").setAttribute("aria-expanded", isOpen);
		line.nextElementSibling.hidden = !isOpen;
	}

	line(rows, index, router, isFirst, isFirstBehind, slowest) {
		const { ttl } = rows[index], { info } = router, cls = this.trace.classOf(info), name = this.trace.nameOf(router);
		const key = `${ttl} ${router.ip}`, id = `details-${this.number}-${ttl}-${router.ip.replace(/[^0-9a-f]/g, "-")}`;
		const line = element("tr", isFirstBehind ? "boundary" : ""), who = element("td", "router"), more = element("td", "more");
		const button = element("button", "fold"), isOpen = this.open.has(key);
		line.dataset.router = key;
		who.append(brokenAtDots(name || router.ip));
		if (name)
			who.append(" ", element("small", "", router.ip));
		for (const [words, tag] of tagsOf(this.trace, router, isFirstBehind))
			who.append(" ", element("span", `tag ${tag}`, words));
		button.type = "button";
		button.setAttribute("aria-label", `Details of hop ${ttl}, ${name || router.ip}`);
		button.setAttribute("aria-expanded", isOpen);
		button.setAttribute("aria-controls", id);
		more.append(button);
		line.append(isFirst ? hopCell(ttl) : element("td", "same"), who, networkCell(info, cls),
			element("td", "place", placeOfInfo(info)), lossCell(rows, index, router), rttCell(router, cls, slowest), more);
		return [line, detailRow(detailsOf(this.trace, rows, index, router), id, isOpen)];
	}

	// Where the host at the end was not reached, the path goes on, for an unknown number of hops.
	missingRow() {
		const line = element("tr", "silent"), who = element("td", "router");
		who.append(`${this.trace.peerWords()}?`);
		line.append(element("td"), who, element("td", "network"), element("td", "place"), element("td", "loss"),
			element("td", "rtt"), element("td", "more"));
		return line;
	}

	render(rows) {
		const slowest = Math.max(0.001, ...rows.flatMap((r) => r.routers.flatMap((x) => x.rtts)));
		const focused = this.body.contains(document.activeElement) && document.activeElement.closest("tr").dataset.router;
		const lines = [];
		let isBehind = false;
		rows.forEach(({ ttl, routers, state }, index) => {
			if (!routers.length)
				lines.push(silentRow(ttl, state === "silent"));
			routers.forEach((router, i) => {
				const isFirstBehind = router.nat && !isBehind;
				isBehind ||= router.nat;
				lines.push(...this.line(rows, index, router, i === 0, isFirstBehind, slowest));
			});
		});
		if (this.trace.isCutShort())
			lines.push(this.missingRow());
		this.body.replaceChildren(...lines);
		if (focused)
			[...this.body.rows].find((r) => r.dataset.router === focused)?.querySelector("button").focus();
	}
}
