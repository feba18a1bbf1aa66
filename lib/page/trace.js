// SPDX-License-Identifier: GPL-2.0-or-later
// One trace and how it is shown, wherever it comes from: what it is called, who is at its end and how it ended is told by a
// class of the page. Nothing received is ever taken as HTML: all of it goes through textContent.
"use strict";

const $ = (selector, root = document) => root.querySelector(selector);
const count = (n, what) => `${n ?? "?"} ${what}${n === 1 ? "" : "s"}`;

class Trace {
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
}
