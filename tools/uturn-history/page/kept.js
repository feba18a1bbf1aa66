// SPDX-License-Identifier: GPL-2.0-or-later
// A trace that is kept, shown as one of a visitor's page.
"use strict";

const KEPT_ENDS = {
	arrived: (t) => `Reached ${t.peerWords()} in ${count(t.hops.size, "hop")} (${count(t.kept.probes, "probe")}).`,
	stopped: () => "Stopped: no further probe came.",
	limited: () => "Ended early: a limit was reached.",
};

class Kept extends Trace {
	constructor(kept) {
		super(0);
		this.node.classList.add("kept");
		this.kept = kept;
		this.end = { end: kept.end };
		kept.hops.forEach((routers, i) => this.addRouters(i + 1, routers, i + 1 === kept.hops.length));
	}

	addRouters(ttl, routers, isLast) {
		if (!routers.length)
			this.addHop({ ttl, ip: null });
		for (const r of routers)
			this.addHop({ ttl, ip: r.router, kind: isLast && r.remote && this.kept.end === "arrived" ? "reached" : "time-exceeded",
				rtt_ms: r.ms, info: { asn: r.as, as_name: this.kept.names[r.as], special: r.special } });
	}

	titleWords() { return `Trace of ${new Date(this.kept.time * 1000).toISOString().slice(0, 19).replace("T", " ")}`; }
	captionWords() { return "Hops of the path"; }
	beginWords() { return { short: this.kept.host.slice(0, 12), title: `${this.kept.origin} at ${this.kept.host}` }; }
	peerWords() { return this.kept.frontend === "trace" ? "the target" : "the prober"; }
	peerStation() { return this.peerTag(); }
	peerTag() { return this.kept.frontend === "trace" ? "target" : "prober"; }

	endsWords() {
		return `from ${this.kept.origin} at ${this.kept.host} to ${this.kept.remote}, ${this.kept.protocol}, ${this.kept.seconds} s`;
	}

	statusWords() {
		return [KEPT_ENDS[this.kept.end](this), this.kept.end === "arrived" ? "good" : ""];
	}

	isCutShort() {
		return this.kept.end !== "arrived" && super.isCutShort();
	}

	// A host that is reached answers uturnd's last probe by itself, and is no hop then.
	lastStation() {
		if (this.kept.end !== "arrived" || this.isReached())
			return super.lastStation();
		return { kind: "you", label: this.peerTag()[0].toUpperCase(), below: this.peerStation(), cls: "unknown", title: this.kept.remote };
	}
}
