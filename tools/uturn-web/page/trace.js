// SPDX-License-Identifier: GPL-2.0-or-later
// One trace: follows an event stream (uturn-web(8)) and shows its events. Nothing received is ever taken as HTML:
// all of it goes through textContent.
"use strict";

const $ = (selector, root = document) => root.querySelector(selector);
const RETRIES = 20;
const count = (n, what) => `${n ?? "?"} ${what}${n === 1 ? "" : "s"}`;

const ENDS = {
	reached: (t) => `Reached ${t.peerWords()} in ${count(t.end.hops, "hop")} (${count(t.end.probes, "probe")}).`,
	"max-ttl": (t) => t.start?.path_to ? "The proxy did not answer within the limit of hops." : "Your host did not answer within the limit of hops. A firewall in front of it may drop the probes.",
	closed: () => "Ended early: the connection was closed.",
	busy: () => "Stopped: the connection was busy. Try again.",
	idle: () => "Stopped: no packet of this connection was seen. NAT in front of this server may change its port.",
	limit: () => "Ended early: a limit of this server was reached.",
};

class Trace {
	constructor(url, family, number) {
		this.url = url;
		this.expected = family; // 4, 6, or 0: whatever it is
		this.node = $("#trace").content.cloneNode(true).firstElementChild;
		this.table = new Table(this, $("tbody", this.node), number);
		this.failures = 0;
		this.reset();
		this.render();
	}

	reset() {
		this.hops = new Map(); // ttl -> { routers: Map(ip -> ...), silent }
		this.names = new Map();
		this.start = null;
		this.end = null;
		this.problem = "";
		this.running = false;
	}

	run() {
		this.stop();
		this.reset();
		this.running = true;
		const source = new EventSource(this.url);
		const on = (name, take) => source.addEventListener(name, (e) => {
			if (source !== this.source)
				return;
			take(JSON.parse(e.data));
			this.later();
		});
		this.source = source;
		on("start", (d) => { this.start = d; this.failures = 0; dropTwin(this); });
		on("hop", (d) => this.addHop(d));
		on("name", (d) => this.names.set(d.ip, d.name));
		on("end", (d) => { this.end = d; this.finish(); });
		on("problem", (d) => { this.stop(); this.problem = d.error; this.retry(); });
		on("done", () => this.stop());
		source.onerror = () => {
			if (source !== this.source)
				return;
			this.stop();
			if (!this.start && this.expected && this.url !== "/sse")
				this.problem = `You have no IPv${this.expected} connection to this host.`;
			else if (!this.end) {
				this.problem = "The connection to the server was lost.";
				this.retry();
			}
			this.later();
		};
		this.later();
	}

	// Errors that may pass by themselves are retried: a restart takes seconds, a limit lasts a minute.
	retry() {
		if (this.failures++ >= RETRIES)
			return;
		const wait = /too many/i.test(this.problem) ? 30 : Math.min(2 + this.failures, 10);
		this.retryAt = Date.now() + wait * 1000;
		this.timer = setInterval(() => {
			if (Date.now() >= this.retryAt)
				this.run();
			else
				this.renderStatus();
		}, 250);
	}

	// Whoever may be behind a proxy, the connection and its path end there.
	peerWords() {
		return this.start?.path_to ? "the proxy" : "you";
	}

	stop() {
		if (this.source)
			this.source.close();
		this.source = null;
		clearInterval(this.timer);
		this.timer = null;
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

	// It has ended, and not at the visitor's own host.
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
		const family = this.start?.family ?? this.expected;
		$("h2", this.node).textContent = family ? `IPv${family}` : "Your connection";
		$(".ends", this.node).textContent = this.start
			? `from ${this.start.local} port ${this.start.local_port} to ${this.start.peer} port ${this.start.peer_port}` : "";
		if (this.start?.path_to)
			$("h1").textContent = `T${this.start.path_to.slice(1)}`;
		this.renderStatus();
		this.renderPath(rows);
		this.renderNetworks(rows);
		$("caption", this.node).textContent = `Hops of the return path over ${family ? `IPv${family}` : "your connection"}`;
		$("table", this.node).hidden = !rows.length;
		this.table.render(rows);
		refreshActions();
	}

	problemWords() {
		const seconds = Math.max(1, Math.ceil((this.retryAt - Date.now()) / 1000));
		const words = this.problem.replace(/[.!]?$/, ".").replace(/^./, (c) => c.toUpperCase());
		return this.timer ? `${words} Next attempt in ${count(seconds, "second")}.` : words;
	}

	renderStatus() {
		const status = $(".status", this.node);
		let words = "", cls = "";
		if (this.saved)
			words = `A kept result of ${this.saved}.`;
		else if (this.problem)
			[words, cls] = [this.problemWords(), "bad"];
		else if (this.end)
			[words, cls] = [(ENDS[this.end.end] ?? (() => "Over."))(this), this.end.end === "reached" ? "good" : ""];
		else if (this.running)
			[words, cls] = ["Tracing …", "busy"];
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
		const stations = [{ kind: "server", label: "S", below: "server", cls: "unknown", title: "This server" }];
		let isBehind = false;
		for (const { ttl, routers, state } of rows) {
			const router = routers[0], rtt = router ? least(router) : null;
			const nat = !!router && !isBehind && router.nat;
			isBehind ||= nat;
			const you = router?.kind === "reached";
			stations.push({
				kind: you ? "you" : state === "hop" ? "hop" : "silent",
				label: router ? ttl : "*",
				below: you ? this.peerWords() : state === "silent" ? "silent" : rtt === null ? "" : `${ms(rtt)} ms`,
				cls: router ? this.classOf(router.info) : "unknown",
				title: router ? `Hop ${ttl}: ${this.nameOf(router) || router.ip}` : `Hop ${ttl}: silent`,
				nat,
			});
		}
		if (this.isCutShort())
			stations.push({ kind: "silent", label: "?", below: `${this.peerWords()}?`, cls: "unknown", title: "Not reached" });
		drawPath(box, stations, `The path with ${count(rows.length, "hop")}; the table below has the same.`);
	}

	renderNetworks(rows) {
		const seen = new Map();
		for (const { routers } of rows)
			for (const { info } of routers)
				if (info.asn || info.special)
					seen.set(this.classOf(info), info.asn ? `AS${info.asn} ${info.as_name ?? ""}` : "special-purpose addresses");
		$(".networks", this.node).replaceChildren(...[...seen].map(([cls, words]) => element("li", cls, words)));
	}

	text() {
		const lines = [];
		if (this.start)
			lines.push(`return path from ${this.start.local} to ${this.start.peer}, ${this.start.max_ttl} hops max`);
		if (this.start?.path_to)
			lines.push(`a proxy has passed the request on: this is ${this.start.path_to}`);
		for (const { ttl, routers } of this.rows()) {
			const words = routers.map((r) => [this.nameOf(r) ? `${this.nameOf(r)} (${r.ip})` : r.ip,
				...r.rtts.map((x) => `${x.toFixed(3)} ms`), r.info.asn ? `[AS${r.info.asn} ${r.info.as_name ?? ""}]` : "",
				r.kind === "reached" ? `<- ${this.peerWords()}` : r.nat ? "(behind your NAT)" : ""].filter(Boolean).join("  "));
			lines.push(`${String(ttl).padStart(2)}  ${words.join("  ") || "*"}`);
		}
		if (this.end)
			lines.push(`${this.end.end}: ${count(this.end.hops, "hop")}, ${count(this.end.probes, "probe")}`);
		return lines.join("\n") + "\n";
	}

	keep() {
		return { start: this.start, end: this.end, names: [...this.names],
			hops: [...this.hops].map(([ttl, h]) => [ttl, h.silent, [...h.routers.values()]]) };
	}

	// A link is untrusted input: what does not look right is left out.
	restore(kept, when) {
		this.saved = when;
		this.start = kept.start;
		this.end = kept.end;
		this.names = new Map(kept.names);
		for (const [ttl, silent, routers] of kept.hops) {
			if (!(ttl >= 1 && ttl <= 32))
				continue;
			const known = routers.filter((r) => typeof r.ip === "string" && r.info && Array.isArray(r.rtts) &&
				r.rtts.every((x) => typeof x === "number"));
			this.hops.set(ttl, { silent: !!silent, routers: new Map(known.map((r) => [r.ip, r])) });
		}
		this.render();
	}
}
