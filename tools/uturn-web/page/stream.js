// SPDX-License-Identifier: GPL-2.0-or-later
// The trace of a visitor's connection: follows an event stream (uturn-web(8)), tries again where that may help, and can be kept
// as text or as a link.
"use strict";

const RETRIES = 20;

const ENDS = {
	reached: (t) => `Reached ${t.peerWords()} in ${count(t.end.hops, "hop")} (${count(t.end.probes, "probe")}).`,
	"max-ttl": (t) => t.start?.path_to ? "The proxy did not answer within the limit of hops." : "Your host did not answer within the limit of hops. A firewall in front of it may drop the probes.",
	closed: () => "Ended early: the connection was closed.",
	busy: () => "Stopped: the connection was busy. Try again.",
	idle: () => "Stopped: no packet of this connection was seen. NAT in front of this server may change its port.",
	limit: () => "Ended early: a limit of this server was reached.",
};

class Stream extends Trace {
	constructor(url, family, number) {
		super(number);
		this.url = url;
		this.expected = family; // 4, 6, or 0: whatever it is
		this.failures = 0;
		this.render();
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

	peerTag() {
		return this.start?.path_to ? "proxy" : "you";
	}

	natWords() {
		return "your NAT";
	}

	stop() {
		if (this.source)
			this.source.close();
		this.source = null;
		clearInterval(this.timer);
		this.timer = null;
		this.running = false;
	}

	family() {
		return this.start?.family ?? this.expected;
	}

	titleWords() {
		return this.family() ? `IPv${this.family()}` : "Your connection";
	}

	endsWords() {
		return this.start ? `from ${this.start.local} port ${this.start.local_port} to ${this.start.peer} port ${this.start.peer_port}` : "";
	}

	captionWords() {
		return `Hops of the return path over ${this.family() ? `IPv${this.family()}` : "your connection"}`;
	}

	problemWords() {
		const seconds = Math.max(1, Math.ceil((this.retryAt - Date.now()) / 1000));
		const words = this.problem.replace(/[.!]?$/, ".").replace(/^./, (c) => c.toUpperCase());
		return this.timer ? `${words} Next attempt in ${count(seconds, "second")}.` : words;
	}

	statusWords() {
		if (this.saved)
			return [`A kept result of ${this.saved}.`, ""];
		if (this.problem)
			return [this.problemWords(), "bad"];
		if (this.end)
			return [(ENDS[this.end.end] ?? (() => "Over."))(this), this.end.end === "reached" ? "good" : ""];
		return this.running ? ["Tracing …", "busy"] : ["", ""];
	}

	shown() {
		if (this.start?.path_to)
			$("h1").textContent = `T${this.start.path_to.slice(1)}`;
		refreshActions();
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
