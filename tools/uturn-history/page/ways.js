// SPDX-License-Identifier: GPL-2.0-or-later
// Ways over time: days across, one line a way in the colours of its networks, changes marked, and the delay below.
"use strict";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const SPANS = [1, 2, 7, 14, 28, 91, 182]; // days of a cell
const LEAST = 4; // pixels of a cell
const BAR = 20, MARKS = 26, DELAY = 64, AXIS = 22;

const letterOf = (ways, i) => ways[i].other ? "other" : LETTERS[i];

class Picture {
	constructor(box, data, networks) {
		Object.assign(this, { box, data, networks });
		this.first = Math.floor(data.since / DAY);
		this.days = Math.floor(data.until / DAY) - this.first + 1;
		this.width = Math.max(box.clientWidth, 240);
		this.isNarrow = this.width < 640;
		this.left = this.isNarrow ? 2 : 60;
		this.right = this.isNarrow ? 2 : 64;
		this.inner = this.width - this.left - this.right;
		this.span = SPANS.find((n) => Math.ceil(this.days / n) * LEAST <= this.inner) ?? SPANS.at(-1);
		this.cells = Math.ceil(this.days / this.span);
		this.step = this.inner / this.cells;
		this.row = this.isNarrow ? 46 : 34;
		this.bottom = MARKS + data.ways.length * this.row;
	}

	cellOf(day) {
		return Math.floor((day - this.first) / this.span);
	}

	x(ms) {
		return this.left + (ms / DAY - this.first) / (this.cells * this.span) * this.inner;
	}

	// Of each cell its traces and median delays: of one way, or of all.
	sums(ways) {
		const cells = new Map();
		for (const [day, traces, delay] of ways.flatMap((w) => w.days)) {
			const at = this.cellOf(day);
			if (!cells.has(at))
				cells.set(at, { traces: 0, delays: [] });
			cells.get(at).traces += traces;
			if (delay > 0)
				cells.get(at).delays.push(delay);
		}
		for (const cell of cells.values())
			cell.delay = cell.delays.sort((a, b) => a - b)[Math.floor(cell.delays.length / 2)];
		return cells;
	}

	daysWords(at) {
		const from = (this.first + at * this.span) * DAY;
		return this.span === 1 ? dayWords(from) : `${dayWords(from)} to ${dayWords(from + (this.span - 1) * DAY)}`;
	}

	// A cell is higher where more of its traces took this way, and has a stripe for each network on it.
	drawCell(way, at, cell, all, y, classes) {
		const height = Math.max(6, BAR * cell.traces / all.get(at).traces), stripe = height / classes.length;
		const before = Math.min((this.first + (at + 1) * this.span) * DAY, this.data.until + 1);
		const g = svgElement("g", { class: "day", "data-before": before }, this.svg);
		const gap = this.step > 12 ? 1 : 0;
		svgElement("title", {}, g).textContent = `${this.daysWords(at)}: ${many(cell.traces, "trace")}` +
			(cell.delay ? `, median ${ms(cell.delay)} ms` : "");
		classes.forEach((cls, i) => svgElement("rect", { class: `cell ${cls}`, x: (this.left + at * this.step).toFixed(2),
			y: (y + (BAR - height) / 2 + i * stripe).toFixed(2), width: (this.step - gap).toFixed(2), height: stripe.toFixed(2) }, g));
	}

	drawWay(way, i, all) {
		const top = MARKS + i * this.row + (this.isNarrow ? 20 : 6), middle = top + BAR / 2;
		const networks = this.networks.along(way.hops), classes = networks.length ? networks.map(([cls]) => cls) : ["unknown"];
		const words = letterOf(this.data.ways, i);
		svgText(words, this.isNarrow ? this.left : this.left - 12, this.isNarrow ? top - 5 : middle + 4, this.isNarrow ? "name" : "name end", this.svg);
		svgElement("path", { d: `M${this.left} ${middle}H${this.left + this.inner}`, class: "base" }, this.svg);
		for (const [at, cell] of this.sums([way]))
			this.drawCell(way, at, cell, all, top, classes);
	}

	drawChange(group) {
		const [c] = group, g = svgElement("g", { class: c.maybe ? "maybe" : "" }, this.svg), x = this.x(c.at).toFixed(1);
		svgElement("title", {}, g).textContent = `${c.maybe ? "Maybe a change" : "Change"} at hop ${group.map((one) => one.hop).join(", ")}, ${timeWords(c.at)}`;
		svgElement("path", { d: `M${x} ${MARKS - 8}V${this.bottom}`, class: "change" }, g);
		svgElement("path", { d: `M${x} ${MARKS - 20}l6 6l-6 6l-6 -6z`, class: "mark" }, g);
	}

	// The median of each cell; a gap where there was no trace.
	drawDelay(all) {
		const known = [...all].filter(([, c]) => c.delay).sort(([a], [b]) => a - b);
		if (!known.length)
			return;
		const most = Math.max(...known.map(([, c]) => c.delay)), top = this.bottom + 18, height = DELAY - 18;
		const place = ([at, c]) => [(this.left + (at + .5) * this.step).toFixed(1), (top + height * (1 - c.delay / most)).toFixed(1)];
		let d = "", last = -2;
		for (const one of known) {
			const [x, y] = place(one);
			d += `${one[0] === last + 1 ? "L" : "M"}${x} ${y}`;
			last = one[0];
			svgElement("circle", { cx: x, cy: y, r: 1.6, class: "dot" }, this.svg);
		}
		svgElement("path", { d, class: "delay" }, this.svg);
		svgElement("path", { d: `M${this.left} ${top + height}H${this.left + this.inner}`, class: "base" }, this.svg);
		svgText(`${ms(most)} ms`, this.isNarrow ? this.left : this.width - this.right + 6, this.isNarrow ? top - 5 : top + 4, "", this.svg);
		if (!this.isNarrow) {
			svgText("0", this.width - this.right + 6, top + height + 4, "", this.svg);
			svgText("delay", this.left - 12, top + height / 2 + 4, "end", this.svg);
		}
	}

	// Where months begin, or days of a short time, as far as there is room.
	drawAxis() {
		const months = this.days > 45, y = this.bottom + DELAY;
		let free = this.left;
		for (let day = this.first; day < this.first + this.days; day++) {
			const date = new Date(day * DAY), x = this.x(day * DAY);
			if (months ? date.getUTCDate() !== 1 : date.getUTCDay() !== 1)
				continue;
			svgElement("path", { d: `M${x.toFixed(1)} ${MARKS}V${y + 4}`, class: "tick" }, this.svg);
			if (x < free || x + 62 > this.width)
				continue;
			svgText(date.toISOString().slice(0, months ? 7 : 10), x + 3, y + 14, "", this.svg);
			free = x + (months ? 64 : 84);
		}
	}

	draw(args) {
		const all = this.sums(this.data.ways), height = this.bottom + DELAY + AXIS;
		this.svg = svgElement("svg", { viewBox: `0 0 ${this.width} ${height}`, role: "img", "aria-label":
			`${many(this.data.ways.length, "way")} over ${many(this.days, "day")}, ${many(changesTogether(this.data.changes).length, "change")}; the lists below have the same.` });
		// a picture has nothing to walk through with the keyboard: the form of the traces takes a day as well
		this.svg.addEventListener("click", (e) => {
			const before = e.target.closest(".day")?.dataset.before;
			if (before)
				location.href = `/?${new URLSearchParams({ ...args, before })}#traces`;
		});
		this.drawAxis();
		this.data.ways.forEach((way, i) => this.drawWay(way, i, all));
		this.drawDelay(all);
		changesTogether(this.data.changes).forEach((group) => this.drawChange(group));
		this.box.replaceChildren(this.svg);
	}
}
