// SPDX-License-Identifier: GPL-2.0-or-later
// The path as a line with a station for each hop, coloured by network; it winds where the page is narrow.
"use strict";

// A narrow page has stations closer to each other.
const WIDE = { step: 92, row: 104, edge: 46, top: 44, bend: 52 }, NARROW = { step: 62, row: 84, edge: 32, top: 40, bend: 36 };

function svgElement(name, attributes, parent) {
	const e = document.createElementNS("http://www.w3.org/2000/svg", name);
	for (const [key, value] of Object.entries(attributes))
		e.setAttribute(key, value);
	if (parent)
		parent.append(e);
	return e;
}

function svgText(words, x, y, cls, parent) {
	svgElement("text", { x, y, class: cls }, parent).textContent = words;
}

// Where station i stands: rows run right and left in turn, like a river.
function placeOf(i, perRow, size) {
	const row = Math.floor(i / perRow), at = i % perRow;
	return { x: size.edge + (row % 2 ? perRow - 1 - at : at) * size.step, y: size.top + row * size.row, row };
}

function trackBetween(a, b, bend) {
	if (a.row === b.row)
		return `M${a.x} ${a.y}H${b.x}`;
	const out = a.row % 2 ? -bend : bend;
	return `M${a.x} ${a.y}C${a.x + out} ${a.y} ${b.x + out} ${b.y} ${b.x} ${b.y}`;
}

// Across the track: upright between two stations of a row, level where the track turns to the next one.
function drawBoundary(words, a, b, bend, svg) {
	const out = a.row % 2 ? -1 : 1, x = a.row === b.row ? (a.x + b.x) / 2 : a.x + out * bend * .75, y = (a.y + b.y) / 2;
	if (a.row === b.row) {
		svgElement("path", { d: `M${x} ${y - 30}V${y + 30}`, class: "nat" }, svg);
		svgText(words, x, y - 34, "nat-label", svg);
	} else {
		svgElement("path", { d: `M${x - out * 26} ${y}H${x + out * 6}`, class: "nat" }, svg);
		svgText(words, x - out * 56, y + 4, "nat-label", svg);
	}
}

// stations: { kind: "server" | "hop" | "silent" | "you", label, below, cls, title, nat }
function drawPath(box, stations, words) {
	const size = box.clientWidth < 480 ? NARROW : WIDE;
	const width = Math.max(box.clientWidth, 2 * size.edge + size.step);
	const perRow = Math.max(2, Math.min(stations.length, Math.floor((width - 2 * size.edge) / size.step) + 1));
	const rows = Math.ceil(stations.length / perRow);
	const drawn = 2 * size.edge + (perRow - 1) * size.step;
	const svg = svgElement("svg", { viewBox: `0 0 ${drawn} ${size.top + rows * size.row - 40}`, role: "img", "aria-label": words });
	svg.style.maxWidth = `${drawn * 1.25}px`;
	const places = stations.map((s, i) => placeOf(i, perRow, size));

	for (let i = 1; i < stations.length; i++) {
		const s = stations[i];
		svgElement("path", { d: trackBetween(places[i - 1], places[i], size.bend),
			class: `track ${s.kind === "silent" ? "silent" : s.cls}` }, svg);
	}
	stations.forEach((s, i) => {
		const { x, y, row } = places[i];
		if (s.nat)
			drawBoundary(s.nat, places[i - 1], { x, y, row }, size.bend, svg);
		const kind = s.kind === "server" || s.kind === "you" ? "end" : s.kind;
		const g = svgElement("g", { class: `${kind} ${s.cls}` }, svg);
		svgElement("title", {}, g).textContent = s.title;
		svgElement("circle", { cx: x, cy: y, r: kind === "end" ? 17 : 15, class: "ring" }, g);
		svgText(s.label, x, y + 4, "number", g);
		svgText(s.below, x, y + 33, kind === "end" ? "who" : "rtt", g);
	});
	box.replaceChildren(svg);
}
