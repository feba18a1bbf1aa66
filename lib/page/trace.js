// SPDX-License-Identifier: GPL-2.0-or-later
// One trace and how it is shown, wherever it comes from: what it is called, who is at its end and how it ended is told by a
// class of the page. Nothing received is ever taken as HTML: all of it goes through textContent.
"use strict";

const $ = (selector, root = document) => root.querySelector(selector);
const count = (n, what) => `${n ?? "?"} ${what}${n === 1 ? "" : "s"}`;

const COLUMNS = [["Hop", ""], ["Router", ""], ["Network", "network"], ["Location", "place"], ["Loss", "loss"], ["Round trip", ""]];

// The card of a trace, which is empty until it is rendered.
function traceCard() {
	const card = element("section", "card trace"), head = element("div", "head"), table = element("table"), line = element("tr");
	const status = element("p", "status"), networks = element("ul", "networks"), top = element("thead");
	status.setAttribute("role", "status");
	networks.setAttribute("aria-label", "Networks on the path");
	for (const [words, cls] of COLUMNS)
		line.append(element("th", cls, words));
	for (const cell of line.cells)
		cell.scope = "col";
	line.append(element("th"));
	line.lastChild.scope = "col";
	line.lastChild.append(element("span", "unseen", "Details"));
	head.append(element("h2"), element("p", "ends"), status);
	top.append(line);
	table.append(element("caption"), top, element("tbody"));
	card.append(head, element("div", "path"), networks, table);
	return card;
}

class Trace {
	// number: another one for each trace of a page; the class of the page renders it first
	constructor(number) {
		this.node = traceCard();
		this.table = new Table(this, $("tbody", this.node), number);
		this.reset();
	}

	// What a page has its own words for. A status may have a class: bad, good, busy.
	titleWords() { return ""; }
	endsWords() { return ""; }
	captionWords() { return "Hops of the path"; }
	statusWords() { return ["", ""]; }
	beginWords() { return { short: "server", title: "This server" }; }
	peerWords() { return "the prober"; }
	peerTag() { return this.peerWords(); }
	peerStation() { return this.peerWords(); }
	natWords() { return "NAT"; }
	// It has been rendered.
	shown() {}

	reset() {
		this.hops = new Map(); // ttl -> { routers: Map(ip -> ...), silent }
		this.names = new Map();
		this.start = null;
		this.end = null;
		this.problem = "";
		this.running = false;
	}

	finish() {
		this.running = false;
		for (const row of this.end.summary ?? []) {
			const hop = this.hops.get(row.ttl);
			const router = hop?.routers.get(row.ip ?? "");
			if (router)
				router.row = row;
		}
	}

	isReached() {
		return [...this.hops.values()].some((h) => [...h.routers.values()].some((r) => r.kind === "reached"));
	}

	// It has ended, and not at the host that it was for.
	isCutShort() {
		return !!this.end && this.hops.size > 0 && !this.isReached();
	}

	addHop(d) {
		if (!this.hops.has(d.ttl))
			this.hops.set(d.ttl, { routers: new Map(), silent: false });
		const hop = this.hops.get(d.ttl);
		if (d.ip === null) {
			hop.silent = true;
			return;
		}
		if (!hop.routers.has(d.ip))
			hop.routers.set(d.ip, { ip: d.ip, kind: d.kind, nat: !!d.behind_nat, info: d.info ?? {}, mpls: d.mpls, rtts: [],
				code: d.icmp_code });
		if (d.rtt_ms !== undefined)
			hop.routers.get(d.ip).rtts.push(d.rtt_ms);
		if (d.info?.name)
			this.names.set(d.ip, d.info.name);
	}

	// Renders once a frame, for all events since the last one.
	later() {
		if (this.frame)
			return;
		this.frame = requestAnimationFrame(() => {
			this.frame = 0;
			this.render();
		});
	}

	// All hops up to the last one known, each with its routers; what is missing is waited for, or was silent.
	rows() {
		const last = Math.max(0, ...this.hops.keys()), first = (this.start?.hop_offset ?? 0) + 1;
		const rows = [];
		for (let ttl = first; ttl <= last; ttl++) {
			const hop = this.hops.get(ttl);
			const routers = hop ? [...hop.routers.values()] : [];
			rows.push({ ttl, routers, state: routers.length ? "hop" : hop?.silent || this.end ? "silent" : "pending" });
		}
		// silence up to the limit of hops is one thing to say, not twenty
		while (this.isCutShort() && rows.length > 2 && rows.at(-1).state === "silent" && rows.at(-2).state === "silent")
			rows.pop();
		return rows;
	}

	// Colours in the order in which networks appear.
	classOf(info) {
		if (!info.asn)
			return info.special ? "special" : "unknown";
		if (!this.colours.has(info.asn))
			this.colours.set(info.asn, this.colours.size % 8);
		return `as${this.colours.get(info.asn)}`;
	}

	nameOf(router) {
		return this.names.get(router.ip) ?? "";
	}

	render() {
		const rows = this.rows();
		this.colours = new Map();
		$("h2", this.node).textContent = this.titleWords();
		$(".ends", this.node).textContent = this.endsWords();
		this.renderStatus();
		this.renderPath(rows);
		this.renderNetworks(rows);
		$("caption", this.node).textContent = this.captionWords();
		$("table", this.node).hidden = !rows.length;
		this.table.render(rows);
		this.shown();
	}

	renderStatus() {
		const status = $(".status", this.node), [words, cls] = this.statusWords();
		// seconds that count down are not read out one by one
		status.setAttribute("aria-live", this.timer ? "off" : "polite");
		if (status.textContent !== words)
			status.textContent = words;
		status.className = `status ${cls}`;
	}

	renderPath(rows) {
		const box = $(".path", this.node);
		if (!rows.length) {
			box.replaceChildren();
			return;
		}
		const begin = this.beginWords();
		const stations = [{ kind: "server", label: "S", below: begin.short, cls: "unknown", title: begin.title }];
		let isBehind = false;
		for (const { ttl, routers, state } of rows) {
			const router = routers[0], rtt = router ? least(router) : null;
			const nat = !!router && !isBehind && router.nat;
			isBehind ||= nat;
			const you = router?.kind === "reached";
			stations.push({
				kind: you ? "you" : state === "hop" ? "hop" : "silent",
				label: router ? ttl : "*",
				below: you ? this.peerStation() : state === "silent" ? "silent" : rtt === null ? "" : `${ms(rtt)} ms`,
				cls: router ? this.classOf(router.info) : "unknown",
				title: router ? `Hop ${ttl}: ${this.nameOf(router) || router.ip}` : `Hop ${ttl}: silent`,
				nat: nat ? this.natWords() : "",
			});
		}
		const last = this.lastStation();
		if (last)
			stations.push(last);
		drawPath(box, stations, `The path with ${count(rows.length, "hop")}; the table below has the same.`);
	}

	// What follows the hops in the picture; null: the last one is the end.
	lastStation() {
		return this.isCutShort() ? { kind: "silent", label: "?", below: `${this.peerStation()}?`, cls: "unknown", title: "Not reached" } : null;
	}

	renderNetworks(rows) {
		const seen = new Map();
		for (const { routers } of rows)
			for (const { info } of routers)
				if (info.asn || info.special)
					seen.set(this.classOf(info), info.asn ? `AS${info.asn} ${info.as_name ?? ""}` : "special-purpose addresses");
		$(".networks", this.node).replaceChildren(...[...seen].map(([cls, words]) => element("li", cls, words)));
	}
}
