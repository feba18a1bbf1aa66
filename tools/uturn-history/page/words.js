// SPDX-License-Identifier: GPL-2.0-or-later
// How times, networks and routers are written, and what the lists of the page are made of.
"use strict";

const DAY = 86400000;
const NAMED = 2; // routers of a change
const dayWords = (ms) => new Date(ms).toISOString().slice(0, 10);
const timeWords = (ms) => new Date(ms).toISOString().slice(0, 16).replace("T", " ");
const many = (n, what) => `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;

function linkTo(args, cls, words) {
	const a = element("a", cls, words);
	a.href = `/?${new URLSearchParams(args)}`;
	return a;
}

// The colours of networks, in the order in which they appear: the same classes as those of a trace.
class Networks {
	constructor(names) {
		this.names = names;
		this.colours = new Map();
	}

	words(asn) {
		return `AS${asn}${this.names[asn] ? ` ${this.names[asn]}` : ""}`;
	}

	classOf(router) {
		if (!router.as)
			return router.special ? "special" : "unknown";
		if (!this.colours.has(router.as))
			this.colours.set(router.as, this.colours.size % 8);
		return `as${this.colours.get(router.as)}`;
	}

	routerWords(router) {
		return [router.router, router.as ? this.words(router.as) : router.special ? router.special.name : ""].filter(Boolean).join(" · ");
	}

	// The networks of a path one after another, each once: [class, words]. Those of rare routers are in its list of hops alone.
	along(hops) {
		const seen = new Map();
		for (const router of hops.flat())
			if (router.as && !router.rare)
				seen.set(router.as, [this.classOf(router), this.words(router.as)]);
		return [...seen.values()];
	}

	chain(hops) {
		const chain = element("span", "chain"), networks = this.along(hops);
		for (const [cls, words] of networks)
			chain.append(element("span", cls, words));
		if (!networks.length)
			chain.append(element("span", "unknown", "networks not known"));
		return chain;
	}
}

const seriesTitle = (s) => s.remote;
const seriesWords = (s) => `from ${s.origin} at ${s.host}, ${s.protocol}, ${s.frontend === "trace" ? "uturn-trace" : s.frontend}`;

function foundRow(s, networks) {
	const row = element("li"), who = element("span"), last = element("small");
	who.append(linkTo({ series: s.series }, "name", seriesTitle(s)));
	if (s.as)
		who.append(" ", element("small", "", networks.words(s.as)));
	last.append(`${many(s.traces, "trace")}, the last ${timeWords(s.last * 1000)}`);
	row.append(who, element("small", "", seriesWords(s)), last);
	return row;
}

function routersWords(set, networks) {
	const words = set.routers.slice(0, NAMED).map((r) => networks.routerWords(r));
	if (set.count > words.length)
		words.push(`${set.count - words.length} more`);
	return words.join(", ");
}

// What has changed at a hop, and what that is judged by.
function changeWords(c, networks) {
	const gone = routersWords(c.gone, networks), added = routersWords(c.added, networks);
	const what = gone && added ? `${gone} → ${added}` : gone ? `${gone} no more` : `${added}, not met before`;
	const proof = c.compared ? `${c.moved} of ${many(c.compared, "flow")} moved` : c.maybe ? `${c.seen} of ${c.asked}, p = ${c.p.toPrecision(2)}` : "";
	const line = element("span", "hop", `hop ${c.hop}: ${what}`);
	if (proof)
		line.append(" ", element("small", "", `(${proof})`));
	return line;
}

// Changes of one series at one time are one line of the list: [[change, ...], ...]
function changesTogether(changes) {
	const groups = [];
	for (const c of changes) {
		const last = groups.at(-1)?.[0];
		if (last && last.at === c.at && last.series.series === c.series.series && last.maybe === c.maybe)
			groups.at(-1).push(c);
		else
			groups.push([c]);
	}
	return groups;
}

// hasSeries: not all are of the one that is shown.
function changeRow(group, networks, hasSeries) {
	const [c] = group, row = element("li"), when = element("span"), what = element("span", "what");
	when.append(element("span", `kind ${c.maybe ? "maybe" : "path"}`, c.maybe ? "maybe " : "change "), timeWords(c.at));
	if (hasSeries)
		what.append(linkTo({ series: c.series.series }, "name", seriesTitle(c.series)));
	what.append(...group.map((one) => changeWords(one, networks)));
	row.append(when, what);
	return row;
}

const changeList = (changes, networks, hasSeries) =>
	listOf("changes", changesTogether(changes).map((group) => changeRow(group, networks, hasSeries)));

function listOf(cls, rows) {
	const list = element("ul", `rows ${cls}`);
	list.append(...rows);
	return list;
}

function cardOf(title, ...content) {
	const card = element("section", "card");
	card.append(element("h2", "", title), ...content);
	return card;
}

async function ask(path, args) {
	const reply = await fetch(`${path}?${new URLSearchParams(args)}`);
	const answer = await reply.json();
	if (answer.error)
		throw new Error(answer.error);
	return answer;
}
