// SPDX-License-Identifier: GPL-2.0-or-later
// The page works without this: here is what lights a flow, tells details, zooms and moves.
"use strict";

const find = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];
const main = document.querySelector("main");
const view = find("view");
const graph = view.querySelector("svg");

main.classList.add("works");

// ---- what the traces say, by the numbers of nodes ----

const host = 0, target = 1;
const runs = ["before", "after"].filter(find).map((run) => readRun(run, JSON.parse(find(run).textContent)));
const links = all(".graph .link").map((g) => ({ id: g.dataset.link, from: +g.dataset.from, to: +g.dataset.to,
	words: g.querySelector("title").textContent.replace(/^[^ ]+ \u2192 .*?(?=: \d)/, "") }));

function readRun(name, trace) {
	const nodes = new Map(all(`.graph [data-${name}]`).map((g) => [g.dataset[name], +g.dataset.node]));
	const routers = new Map(trace.routers.map((r) => [r.id, r]));
	const flows = new Map(trace.flows.map((f) => [f.id, { ...f, there: [], back: [] }]));
	const last = (direction) => Math.max(0, ...trace.routers.filter((r) => r.direction === direction).flatMap((r) => r.hops));
	const run = { name, trace, nodes, routers, flows, hops: { there: last("there"), back: last("back") } };

	for (const p of trace.probes) {
		const flow = flows.get(p[0]);
		const ends = p[5] && routers.get(p[5])?.end && flow?.hops;
		note(flow?.there, ends || p[1], p);
	}
	for (const p of trace["back-probes"] ?? [])
		note(flows.get(p[0])?.back, p[9], p);
	return run;
}

// the probes of a flow at a hop
function note(hops, hop, probe) {
	if (hops && hop)
		(hops[hop] ??= []).push(probe);
}

// The nodes that a flow met; where it was not asked, the only one of the hop.
function pathOf(run, flow) {
	const path = [host];

	for (const direction of ["there", "back"]) {
		if (direction === "back" && !run.hops.back)
			break;
		if (direction === "back" && path.at(-1) !== target)
			path.push(target);
		const length = direction === "there" && flow.hops || run.hops[direction];
		for (let hop = 1; hop <= length; hop++) {
			const probes = flow[direction][hop] ?? [];
			const answered = probes.find((p) => p[5]);
			const here = run.trace.routers.filter((r) => r.direction === direction && r.hops.includes(hop));
			const only = here.length === 1 ? here[0] : null;
			const silent = probes.length ? here.find((r) => !r.addresses.length) : null;
			const router = answered ? run.routers.get(answered[5]) : silent ?? only;
			if (router)
				path.push(run.nodes.get(router.id));
			if (router?.end)
				break;
		}
	}
	return path;
}

const paths = runs.map((run) => new Map([...run.flows.values()].map((flow) => [flow.id, pathOf(run, flow)])));

// ---- what is lit ----

function light(nodes, steps) {
	const isLit = nodes !== null;

	main.classList.toggle("has-lit", isLit);
	for (const element of all("[data-node]"))
		element.classList.toggle("lit", isLit && nodes.has(+element.dataset.node));
	for (const element of all("[data-link]"))
		element.classList.toggle("lit", isLit && steps.has(element.dataset.link));
}

function lightPaths(list) {
	const nodes = new Set(list.flat());
	const pairs = new Set(list.flatMap((path) => path.slice(1).map((node, i) => `${path[i]} ${node}`)));

	light(nodes, new Set(links.filter((l) => pairs.has(`${l.from} ${l.to}`)).map((l) => l.id)));
}

// ---- one flow ----

const select = find("flow");
const shown = runs.length - 1; // the flows to choose from are those of the later trace

const nameOf = (run, flow) => (run.trace.protocol === "icmp" ? `checksum ${flow.sport}` : `port ${flow.sport}`);

for (const flow of runs[shown].flows.values())
	select.add(new Option(nameOf(runs[shown], flow), flow.id));

// This flow's own times and losses.
function showFlow(id) {
	if (id === "")
		return closeDetails();
	const run = runs[shown], flow = run.flows.get(+id), path = paths[shown].get(+id);
	const list = openDetails(nameOf(run, flow), null);

	for (const direction of ["there", "back"])
		flow[direction].forEach((probes, hop) => row(list, `${direction === "there" ? "hop" : "back"} ${hop}`, answersOf(run, probes)));
	select.value = id;
	lightPaths([path]);
	hint(path.map(nodeName).join(" \u2192 "));
}

// Where a flow was answered at a hop, how soon, and how often not.
function answersOf(run, probes) {
	const answered = probes.filter((p) => p[5]);
	const addresses = new Set(answered.map((p) => run.routers.get(p[5]).addresses[0]));
	const times = answered.filter((p) => p[4] !== null).map((p) => p[4]).sort((a, b) => a - b);
	const lost = probes.length - answered.length;

	return [[...addresses].join(", ") || "no answer", times.length ? ms(times[(times.length - 1) >> 1]) : "",
		lost && answered.length ? `${lost} of ${probes.length} not answered` : ""].filter(Boolean).join(", ");
}

function step(by) {
	const count = select.options.length;

	showFlow(select.options[(select.selectedIndex + by + count) % count].value);
}

select.addEventListener("change", () => showFlow(select.value));
find("next").addEventListener("click", () => step(1));
find("previous").addEventListener("click", () => step(-1));

// ---- details ----

const details = find("details");

function hint(text) {
	find("hint").textContent = text;
}

function element(name, text, parent) {
	const made = document.createElement(name);

	made.textContent = text ?? "";
	parent?.append(made);
	return made;
}

const boxOf = (node) => graph.querySelector(`.node[data-node="${node}"]`);
const titleOf = (part) => part.querySelector("title").textContent;
const nodeName = (node) => boxOf(node).dataset.name;

const ms = (us) => `${(us / 1000).toFixed(us < 100000 ? 2 : 1)} ms`;

// of all probes that a router of this run answered, or was to answer
function timesOf(run, id) {
	const times = [...run.trace.probes, ...run.trace["back-probes"] ?? []].filter((p) => p[5] === id && p[4] !== null)
		.map((p) => p[4]).sort((a, b) => a - b);

	return times.length ? `${ms(times[(times.length - 1) >> 1])}, ${ms(times[0])} to ${ms(times.at(-1))}, ${times.length} answers` : "";
}

function row(list, term, text) {
	if (!text)
		return;
	element("dt", term, list);
	element("dd", text, list);
}

function describe(list, run, id) {
	const router = run.routers.get(id);
	const prefix = runs.length > 1 ? `${run.name}: ` : "";

	row(list, `${prefix}address`, router.addresses.join(", "));
	row(list, `${prefix}name`, router.name);
	row(list, `${prefix}AS`, router.as && String(router.as));
	row(list, `${prefix}direction`, router.direction === "there" ? "forward path" : "return path");
	row(list, `${prefix}hop`, router.hops.join(", "));
	row(list, `${prefix}flows`, String(router.flows));
	row(list, `${prefix}round trip`, timesOf(run, id));
	row(list, `${prefix}marks`, router.marks.join(", "));
}

// A button for each flow, which lights it.
function listFlows(list, ids) {
	element("dt", "flows by port", list);
	const cell = element("dd", "", list);

	cell.className = "flows";
	for (const id of ids)
		element("button", runs[shown].flows.get(id).sport, cell).addEventListener("click", () => showFlow(String(id)));
}

// An empty panel with this heading; parts that match are marked as chosen.
function openDetails(heading, chosen) {
	closeDetails();
	for (const part of chosen ? all(chosen) : [])
		part.classList.add("chosen");
	details.hidden = false;
	main.classList.add("has-details");
	const button = element("button", "Close", details);
	button.className = "close";
	button.addEventListener("click", clear);
	element("h2", heading, details);
	return element("dl", "", details);
}

function closeDetails() {
	for (const old of all(".chosen"))
		old.classList.remove("chosen");
	details.hidden = true;
	details.replaceChildren();
	main.classList.remove("has-details");
	select.value = "";
	light(null);
	hint("");
}

function clear() {
	const chosen = graph.querySelector(".node.chosen");

	closeDetails();
	chosen?.focus({ preventScroll: true });
}

function chooseNode(node) {
	const list = openDetails(nodeName(node), `.graph [data-node="${node}"], tr[data-node="${node}"]`);
	const through = [...paths[shown]].filter(([, path]) => path.includes(node));

	for (const run of runs)
		if (boxOf(node).dataset[run.name])
			describe(list, run, boxOf(node).dataset[run.name]);
	for (const link of links.filter((l) => l.from === node || l.to === node))
		row(list, link.to === node ? "from" : "to", nodeName(link.to === node ? link.from : link.to) + link.words);
	listFlows(list, through.map(([id]) => id));
	lightPaths(through.length ? through.map(([, path]) => path) : [[node]]);
	hint(titleOf(boxOf(node)));
}

function chooseLink(id) {
	const link = links.find((l) => l.id === id);
	const title = titleOf(graph.querySelector(`[data-link="${id}"]`));
	const list = openDetails(`${nodeName(link.from)} \u2192 ${nodeName(link.to)}`, `.graph [data-link="${id}"]`);
	const through = [...paths[shown]].filter(([, path]) => path.some((node, i) => node === link.from && path[i + 1] === link.to));

	row(list, "link", link.words.replace(/^: /, ""));
	listFlows(list, through.map(([flow]) => flow));
	lightPaths([[link.from, link.to], ...through.map(([, path]) => path)]);
	hint(title);
}

// ---- pointing ----

graph.addEventListener("pointerover", (event) => {
	const at = event.target.closest(".node, .link");

	if (at)
		hint(titleOf(at));
});
main.addEventListener("click", (event) => {
	const node = event.target.closest("[data-node]"), link = event.target.closest(".graph .link");

	if (drag.hasMoved)
		return;
	if (node)
		chooseNode(+node.dataset.node);
	else if (link)
		chooseLink(link.dataset.link);
});

// Drag to move: the view scrolls.
const drag = { isOn: false, hasMoved: false };

view.addEventListener("pointerdown", (event) => {
	Object.assign(drag, { isOn: event.pointerType === "mouse" && event.button === 0, hasMoved: false, x: event.clientX, y: event.clientY,
		left: view.scrollLeft, top: view.scrollTop });
});
addEventListener("pointermove", (event) => {
	if (!drag.isOn)
		return;
	drag.hasMoved ||= Math.abs(event.clientX - drag.x) + Math.abs(event.clientY - drag.y) > 5;
	view.classList.toggle("drags", drag.hasMoved);
	view.scrollTo(drag.left - event.clientX + drag.x, drag.top - event.clientY + drag.y);
});
addEventListener("pointerup", () => {
	drag.isOn = false;
	view.classList.remove("drags");
	setTimeout(() => { drag.hasMoved = false; }); // behind the click that follows
});

// ---- zoom ----

const size = { width: +graph.getAttribute("width"), height: +graph.getAttribute("height") };
const least = .15, legible = .8, most = 3;
let scale = 1;

// The point of the view that is at x, y stays there.
function zoom(to, x = view.clientWidth / 2, y = view.clientHeight / 2) {
	const before = scale;

	scale = Math.min(most, Math.max(least, to));
	const left = (view.scrollLeft + x) * scale / before - x, top = (view.scrollTop + y) * scale / before - y;
	graph.style.width = `${size.width * scale}px`;
	graph.style.height = `${size.height * scale}px`;
	view.scrollTo(left, top);
}

const fitting = () => view.clientWidth / size.width;
const begin = () => zoom(Math.min(1.15, Math.max(legible, fitting())));

find("larger").addEventListener("click", () => zoom(scale * 1.25));
find("smaller").addEventListener("click", () => zoom(scale / 1.25));
find("fit").addEventListener("click", () => zoom(Math.min(1.15, fitting())));
view.addEventListener("wheel", (event) => {
	if (!event.ctrlKey)
		return;
	event.preventDefault();
	const box = view.getBoundingClientRect();
	zoom(scale * Math.exp(-event.deltaY / 300), event.clientX - box.left, event.clientY - box.top);
}, { passive: false });
let width = 0;

new ResizeObserver(() => { // a narrower view, not a shorter one
	if (width && width !== view.clientWidth && details.hidden)
		begin();
	width = view.clientWidth;
}).observe(view);
begin();
// both ends are in the middle: begin where the first one is
view.scrollTo(0, (graph.querySelector("[data-node] .box").getBBox().y + 30) * scale - view.clientHeight / 2);

// ---- keyboard ----

// The nearest node in a direction; the middle of each box counts, and sideways more than ahead. From an end the forward path.
function neighbour(node, dx, dy) {
	const middle = (box) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
	const from = middle(node.querySelector(".box").getBBox());
	let best = null, nearest = Infinity;

	for (const other of graph.querySelectorAll(".node")) {
		const at = middle(other.querySelector(".box").getBBox());
		const ahead = (at.x - from.x) * dx + (at.y - from.y) * dy;
		const aside = Math.abs((at.x - from.x) * dy) + Math.abs((at.y - from.y) * dx);
		const away = ahead + 3 * aside + (dx && node.matches(".end") && other.matches(".back") ? 1e6 : 0);

		if (ahead > 4 && away < nearest) {
			best = other;
			nearest = away;
		}
	}
	return best;
}

const arrows = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
const keys = {
	n: () => step(1), p: () => step(-1), "+": () => zoom(scale * 1.25), "=": () => zoom(scale * 1.25),
	"-": () => zoom(scale / 1.25), 0: () => zoom(Math.min(1.15, fitting())), Escape: clear,
};

addEventListener("keydown", (event) => {
	const node = event.target.closest?.(".graph .node");

	if (event.ctrlKey || event.altKey || event.metaKey || event.target === select && event.key !== "Escape")
		return;
	if (node && arrows[event.key]) {
		neighbour(node, ...arrows[event.key])?.focus();
		event.preventDefault();
	} else if (node && (event.key === "Enter" || event.key === " ")) {
		chooseNode(+node.dataset.node);
		event.preventDefault();
	} else {
		keys[event.key]?.();
	}
});
// One stop of the tabulator for all: where it was left.
graph.addEventListener("focusin", (event) => {
	graph.querySelector('[tabindex="0"]')?.setAttribute("tabindex", -1);
	event.target.setAttribute("tabindex", 0);
	event.target.scrollIntoView({ block: "nearest", inline: "nearest" });
	hint(titleOf(event.target));
});

// ---- before and after ----

for (const button of all("[data-view]"))
	button.addEventListener("click", () => {
		main.dataset.view = button.dataset.view;
		for (const other of all("button[data-view]"))
			other.setAttribute("aria-pressed", other === button);
	});
