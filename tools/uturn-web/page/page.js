// SPDX-License-Identifier: GPL-2.0-or-later
// Follows one or two event streams (uturn-web(8)) and shows their events. Nothing received is ever taken as
// HTML: all of it goes through textContent.
"use strict";

const $ = (selector, root = document) => root.querySelector(selector);
const traces = [];
const RETRIES = 20;

function element(name, cls, words) {
	const e = document.createElement(name);
	if (cls)
		e.className = cls;
	if (words !== undefined)
		e.textContent = words;
	return e;
}

const ms = (value) => value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(value < 1 ? 3 : 2);

const count = (n, what) => `${n ?? "?"} ${what}${n === 1 ? "" : "s"}`;

const KINDS = { unreachable: "unreachable", "too-big": "too big" };
const ENDS = {
	reached: (t) => `Reached ${t.peerWords()} in ${count(t.end.hops, "hop")}, with ${count(t.end.probes, "probe")}.`,
	"max-ttl": (t) => t.start?.path_to ? "The proxy did not answer within the limit of hops." : "Your host did not answer within the limit of hops. A firewall in front of it may drop the probes.",
	closed: () => "Ended early: the connection was closed.",
	busy: () => "Stopped: the connection was busy. Try again.",
	idle: () => "Stopped: no packet of this connection was seen. NAT in front of this server may change its port.",
	limit: () => "Ended early: a limit of this server was reached.",
};

class Trace {
	constructor(url, family) {
		this.url = url;
		this.expected = family; // 4, 6, or 0: whatever it is
		this.node = $("#trace").content.cloneNode(true).firstElementChild;
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

	// Errors that may pass by themselves are retried: uturnd restarts in seconds, a limit lasts a minute.
	retry() {
		if (this.failures++ >= RETRIES)
			return;
		const wait = /too many/.test(this.problem) ? 30 : Math.min(2 + this.failures, 10);
		this.problem = `${this.problem.replace(/\.?$/, ".")} Trying again in ${wait} seconds.`;
		this.timer = setTimeout(() => this.run(), wait * 1000);
	}

	// Whoever may be behind a proxy, the connection and its path end there.
	peerWords() {
		return this.start?.path_to ? "the proxy" : "you";
	}

	stop() {
		if (this.source)
			this.source.close();
		this.source = null;
		clearTimeout(this.timer);
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
		if (!this.frame)
			this.frame = requestAnimationFrame(() => { this.frame = 0; this.render(); });
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
		$(".scroll", this.node).setAttribute("aria-label", $("caption", this.node).textContent);
		$("thead", this.node).hidden = !rows.length;
		this.renderTable(rows);
		refreshActions();
	}

	renderStatus() {
		const status = $(".status", this.node);
		let words = "", cls = "";
		if (this.saved)
			words = `A kept result of ${this.saved}.`;
		else if (this.problem)
			[words, cls] = [this.problem, "bad"];
		else if (this.end)
			[words, cls] = [(ENDS[this.end.end] ?? (() => "Over."))(this), this.end.end === "reached" ? "good" : ""];
		else if (this.running)
			[words, cls] = ["Tracing …", "busy"];
		if (status.textContent !== words)
			status.textContent = words;
		status.className = `status ${cls}`;
	}

	nameOf(router) {
		return this.names.get(router.ip) ?? "";
	}

	best(router) {
		return router.rtts.length ? Math.min(...router.rtts) : null;
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
			const router = routers[0], rtt = router ? this.best(router) : null;
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

	renderTable(rows) {
		const slowest = Math.max(0.001, ...rows.flatMap((r) => r.routers.flatMap((x) => x.rtts)));
		const lines = [];
		let isBehind = false;
		for (const { ttl, routers, state } of rows) {
			if (!routers.length) {
				const line = element("tr", "silent");
				line.append(this.hopCell(ttl), element("td", "router", state === "silent" ? "no answer" : "…"),
					element("td", "network"), element("td", "place"), element("td", "loss", state === "silent" ? "100 %" : ""),
					element("td", "rtt"));
				lines.push(line);
			}
			routers.forEach((router, i) => {
				const isFirstBehind = router.nat && !isBehind;
				isBehind ||= router.nat;
				lines.push(this.line(ttl, router, i === 0, isFirstBehind, slowest));
			});
		}
		$("tbody", this.node).replaceChildren(...lines);
	}

	hopCell(ttl) {
		const cell = element("th", "", ttl);
		cell.scope = "row";
		return cell;
	}

	line(ttl, router, isFirst, isFirstBehind, slowest) {
		const { info } = router, cls = this.classOf(info), name = this.nameOf(router);
		const line = element("tr", isFirstBehind ? "boundary" : "");
		const who = element("td", "router");
		const heading = element("span", "name");
		for (const part of (name || router.ip).split(/(?<=[.:])/)) // a long one breaks at its dots
			heading.append(part, element("wbr"));
		who.append(heading);
		if (name)
			who.append(element("small", "", router.ip));
		for (const [words, tag] of this.tags(router, isFirstBehind))
			who.append(" ", element("span", `tag ${tag}`, words));
		const network = element("td", "network");
		if (info.asn || info.special) {
			network.append(element("span", cls, info.asn ? info.as_name || `AS${info.asn}` : info.special.name));
			network.append(element("small", "", info.asn ? `AS${info.asn}${info.as_domain ? ` · ${info.as_domain}` : ""}`
				: `RFC ${info.special.rfc}`));
		}
		const place = element("td", "place", [info.city, info.country ?? info.country_code].filter(Boolean).join(", "));
		if (info.continent && place.textContent)
			place.append(element("small", "", info.continent));
		line.append(isFirst ? this.hopCell(ttl) : element("td"), who, network, place, this.lossCell(router),
			this.rttCell(router, cls, slowest));
		return line;
	}

	tags(router, isFirstBehind) {
		const tags = [];
		if (router.kind === "reached")
			tags.push([this.start?.path_to ? "proxy" : "you", "you"]);
		else if (isFirstBehind)
			tags.push(["your NAT", ""]);
		else if (router.nat)
			tags.push(["behind your NAT", ""]);
		if (KINDS[router.kind])
			tags.push([KINDS[router.kind], ""]);
		if (router.mpls?.length)
			tags.push([`MPLS ${router.mpls.map((l) => l.label).join(", ")}`, ""]);
		return tags;
	}

	lossCell(router) {
		if (!router.row?.sent)
			return element("td", "loss");
		const lost = Math.round(100 * (1 - Math.min(1, router.row.received / router.row.sent)));
		return element("td", lost ? "loss lossy" : "loss", `${lost} %`);
	}

	rttCell(router, cls, slowest) {
		const cell = element("td", "rtt");
		if (!router.rtts.length)
			return cell;
		const least = Math.min(...router.rtts), most = Math.max(...router.rtts);
		const mean = router.rtts.reduce((a, b) => a + b, 0) / router.rtts.length;
		const bar = element("span", `bar ${cls}`), rest = element("b"), part = element("i");
		cell.append(`${ms(mean)} ms`);
		cell.title = `least ${ms(least)} ms, mean ${ms(mean)} ms, most ${ms(most)} ms`;
		part.style.setProperty("--from", 100 * least / slowest);
		part.style.setProperty("--width", 100 * (most - least) / slowest);
		rest.style.setProperty("--width", 100 * least / slowest);
		bar.append(rest, part);
		cell.append(bar);
		return cell;
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

function show(list) {
	traces.splice(0).forEach((t) => t.stop());
	traces.push(...list);
	const main = $("#traces");
	main.classList.toggle("two", traces.length > 1);
	main.replaceChildren(...traces.map((t) => t.node));
	traces.forEach((t) => t.render());
}

// The connection of the page itself turned out to be of the family that the other column is for.
function dropTwin(trace) {
	const twin = traces.find((t) => t !== trace && t.start && t.start.family === trace.start.family);
	if (twin)
		setTimeout(() => {
			const left = traces.filter((t) => t !== (trace.url === "/sse" ? twin : trace));
			traces.filter((t) => !left.includes(t)).forEach((t) => { t.stop(); t.node.remove(); });
			traces.splice(0, traces.length, ...left);
			$("#traces").classList.remove("two");
		});
}

function refreshActions() {
	const isBusy = traces.some((t) => t.running);
	const isThere = traces.some((t) => t.end);
	$("#start").disabled = isBusy;
	$("#copy").disabled = $("#link").disabled = !isThere || isBusy;
}

let settings = {};

function startAll() {
	const own = new Trace("/sse", 0), list = [];
	if (settings.page4)
		list.push(new Trace(`${settings.page4}/sse`, 4));
	if (settings.page6)
		list.push(new Trace(`${settings.page6}/sse`, 6));
	if (list.length < 2)
		list.unshift(own);
	history.replaceState(null, "", location.pathname + location.search);
	show(list);
	list.forEach((t) => t.run());
}

const toLink = (value) => btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(value))))
	.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const fromLink = (text) => JSON.parse(new TextDecoder().decode(
	Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0))));

function showKept() {
	if (!location.hash.startsWith("#kept="))
		return false;
	try {
		const { when, list } = fromLink(location.hash.slice(6));
		show(list.slice(0, 2).map(() => new Trace("/sse", 0)));
		traces.forEach((t, i) => t.restore(list[i], String(when).slice(0, 40)));
		$("#start").textContent = "Trace the return path to me";
		return true;
	} catch {
		$("#note").textContent = "This link is damaged.";
		return false;
	}
}

async function copy(text, words) {
	try {
		await navigator.clipboard.writeText(text);
	} catch { // without TLS there is no clipboard for scripts
		const area = element("textarea", "", text);
		document.body.append(area);
		area.select();
		document.execCommand("copy");
		area.remove();
	}
	$("#note").textContent = words;
}

$("#start").addEventListener("click", startAll);
$("#copy").addEventListener("click", () => copy(traces.filter((t) => t.hops.size).map((t) => t.text()).join("\n"), "Copied."));
$("#link").addEventListener("click", () => {
	const kept = { when: new Date().toISOString().slice(0, 16).replace("T", " "), list: traces.filter((t) => t.end).map((t) => t.keep()) };
	history.replaceState(null, "", `#kept=${toLink(kept)}`);
	copy(location.href, "The link is copied. It contains everything shown here, including your address.");
});
$("#curl").textContent = `curl -N ${location.origin}/`;
new ResizeObserver(() => traces.forEach((t) => t.later())).observe($("#traces"));
addEventListener("hashchange", showKept);

fetch("/page.json").then((r) => r.json()).then((s) => { settings = s; }, () => {}).then(() => showKept() || startAll());
