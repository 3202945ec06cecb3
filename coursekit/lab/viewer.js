// The front end of coursekit.lab.viewer.Viewer: controls, linked picture panes, and their tools.
//
// It speaks with Python in synced traits only. `request` goes out ({values, dragging, serial});
// `panes`, `values`, `answered` and `error` come back. No request ever leaves the page.

const PIXEL_WITH_NUMBERS = 28; // screen px that one picture pixel must cover to bear its value
const LARGEST_PIXEL = 112;
const REST_AFTER = 150; // ms without a move, then the lossless picture is asked for
const CHANNELS = ["#d55e00", "#009e73", "#0072b2"]; // red, green, blue of the Okabe-Ito palette
const HINT = "Point at a picture to read its pixels. Click it, then scroll to zoom and drag to move.";

const ICONS = {
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  swipe: "M12 3v18M8 8l-4 4 4 4M16 8l4 4-4 4",
  histogram: "M4 20h16M6 20v-5M10 20V9M14 20V5M18 20v-8",
  reset: "M4 12a8 8 0 1 0 3-6.2M4 4v5h5",
  photo: "M4 17v3h16v-3M12 15V4M7 9l5-5 5 5",
  screen: "M4 5h16v12H4zM9 21h6",
  save: "M4 17v3h16v-3M12 4v11M7 10l5 5 5-5",
};

let views = 0;

// ---------------------------------------------------------------- small pieces

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const percent = (part) => `${(100 * part).toFixed(part > 0 && part < 0.1 ? 1 : 0)} %`;

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

function icon(name) {
  const holder = document.createElement("span");
  holder.className = "ck-icon";
  holder.innerHTML =
    '<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">' +
    `<path d="${ICONS[name]}"/></svg>`;
  return holder;
}

function button(symbol, name, act, { text = "", pressed = null } = {}) {
  const attributes = { type: "button", class: "ck-button", title: name, onclick: act };
  if (text !== name) attributes["aria-label"] = name;
  if (pressed !== null) attributes["aria-pressed"] = pressed;
  return make("button", attributes, icon(symbol), text);
}

// ---------------------------------------------------------------- talking to Python

class Conversation {
  constructor(model) {
    this.model = model;
    this.values = model.get("values");
    this.serial = Math.max(model.get("answered"), model.get("request").serial ?? 0);
  }

  get specs() {
    return Object.fromEntries(this.model.get("controls").map((spec) => [spec.name, spec]));
  }

  /** Set one value; the partner of an ordered pair is pushed along, as Figure.set does. */
  move(name, value) {
    const specs = this.specs;
    const values = { ...this.values, [name]: value };
    for (const [low, high] of this.model.get("ordered")) {
      if (values[low] <= values[high]) continue;
      const [leader, follower] = name === low ? [low, high] : [high, low];
      values[follower] = nearest(specs[follower], values[leader]);
      if (values[low] > values[high]) values[leader] = nearest(specs[leader], values[follower]);
    }
    this.moveAll(values);
  }

  moveAll(values) {
    this.values = values;
    this.send(true);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.rest(), REST_AFTER);
  }

  rest() {
    clearTimeout(this.timer);
    this.timer = null;
    this.send(false);
  }

  /** At the end of a drag: ask for the lossless picture at once, if it is still owed. */
  settle() {
    if (this.timer) this.rest();
  }

  send(dragging) {
    this.serial += 1;
    this.model.set("request", { values: this.values, dragging, serial: this.serial });
    this.model.save_changes();
  }

  /** Python's values, unless a request of ours is still on its way. */
  listen() {
    const current = this.model.get("answered") >= this.serial;
    if (current) this.values = this.model.get("values");
    return current;
  }

  reset() {
    const defaults = Object.values(this.specs).map((spec) => [spec.name, spec.default]);
    this.moveAll(Object.fromEntries(defaults));
    this.settle();
  }
}

function nearest(spec, value) {
  const steps = Math.round((clamp(value, spec.minimum, spec.maximum) - spec.minimum) / spec.step);
  return Number((spec.minimum + steps * spec.step).toFixed(10));
}

// ---------------------------------------------------------------- controls

/** Each maker returns {parts, show(value)}; `move(value)` tells, `settle()` ends a drag. */
const CONTROLS = {
  slider(spec, id, move, settle) {
    const range = { min: spec.minimum, max: spec.maximum, step: spec.step };
    const slider = make("input", { type: "range", id, ...range });
    const number = make("input", { type: "number", ...range, "aria-label": `${spec.label}, number` });
    slider.addEventListener("input", () => move(slider.valueAsNumber));
    slider.addEventListener("change", settle);
    number.addEventListener("change", () => {
      if (Number.isFinite(number.valueAsNumber)) move(nearest(spec, number.valueAsNumber));
      settle();
    });
    const show = (value) => {
      slider.value = number.value = value;
      slider.setAttribute("aria-valuetext", `${value} ${spec.unit}`.trim());
      const share = (value - spec.minimum) / (spec.maximum - spec.minimum);
      slider.style.setProperty("--share", `${100 * share}%`);
    };
    return { parts: [slider, number, make("span", { class: "ck-unit" }, spec.unit)], show };
  },

  choice(spec, id, move, settle) {
    const options = spec.options.map((option) => make("option", { value: option }, option));
    const select = make("select", { id }, ...options);
    select.addEventListener("change", () => (move(select.value), settle()));
    return { parts: [select], show: (value) => (select.value = value) };
  },

  toggle(spec, id, move, settle) {
    const box = make("input", { type: "checkbox", id });
    box.addEventListener("change", () => (move(box.checked), settle()));
    return { parts: [box], show: (value) => (box.checked = value) };
  },

  point(spec, id, move, settle) {
    const axis = (name, own) =>
      make("input", { type: "number", min: 0, step: 1, id: own, "aria-label": `${spec.label}, ${name}` });
    const [row, column] = [axis("row", id), axis("column")];
    for (const input of [row, column]) {
      input.addEventListener("change", () => {
        const point = [row.valueAsNumber, column.valueAsNumber];
        if (point.every((n) => Number.isInteger(n) && n >= 0)) move(point);
        settle();
      });
    }
    const parts = ["row ", row, " column ", column].map((part) =>
      typeof part === "string" ? make("span", { class: "ck-unit" }, part) : part);
    return { parts: [make("span", { class: "ck-point" }, ...parts)], show: ([r, c]) => ((row.value = r), (column.value = c)) };
  },

  curve(spec, id, move, settle) {
    const editor = new CurveEditor(spec, id, move, settle);
    return { parts: [editor.root], show: (table) => editor.show(table) };
  },
};

/** A table of 256 levels, drawn with the pointer or moved level by level with the keys. */
class CurveEditor {
  constructor(spec, id, move, settle) {
    Object.assign(this, { spec, move, settle, level: 128, last: null });
    this.canvas = make("canvas", {
      id, width: 512, height: 512, tabindex: 0, role: "slider", "aria-label": spec.label,
      "aria-valuemin": 0, "aria-valuemax": 255, class: "ck-curve",
    });
    this.note = make("span", { class: "ck-unit" });
    const back = button("reset", `Reset ${spec.label}`, () => (move(spec.default), settle()));
    this.root = make("span", { class: "ck-curve-editor" }, this.canvas, make("span", {}, this.note, back));
    this.canvas.addEventListener("pointerdown", (event) => this.grab(event));
    this.canvas.addEventListener("pointermove", (event) => this.last && this.draw(event));
    this.canvas.addEventListener("pointerup", () => ((this.last = null), settle()));
    this.canvas.addEventListener("pointercancel", () => (this.last = null));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const share = (value) => clamp(Math.round(value * 255), 0, 255);
    return [share((event.clientX - box.left) / box.width), share((box.bottom - event.clientY) / box.height)];
  }

  grab(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.last = this.at(event);
    this.draw(event);
  }

  draw(event) {
    const [from, to] = [this.last, this.at(event)].sort((a, b) => a[0] - b[0]);
    const table = [...this.table];
    for (let level = from[0]; level <= to[0]; level++) {
      const share = from[0] === to[0] ? 1 : (level - from[0]) / (to[0] - from[0]);
      table[level] = Math.round(from[1] + share * (to[1] - from[1]));
    }
    this.last = this.at(event);
    [this.level, table[this.level]] = this.last;
    this.tell(table);
  }

  key(event) {
    const step = event.shiftKey ? 16 : 1;
    const across = { ArrowLeft: -step, ArrowRight: step }[event.key] ?? 0;
    const up = { ArrowDown: -step, ArrowUp: step }[event.key] ?? 0;
    if (!across && !up) return;
    event.preventDefault();
    this.level = clamp(this.level + across, 0, 255);
    const table = [...this.table];
    table[this.level] = clamp(table[this.level] + up, 0, 255);
    if (up) this.tell(table);
    else this.show(table);
  }

  tell(table) {
    this.move(table);
    this.show(table);
  }

  show(table) {
    this.table = table;
    const said = `${this.level} becomes ${table[this.level]}`;
    this.note.textContent = said;
    this.canvas.setAttribute("aria-valuenow", table[this.level]);
    this.canvas.setAttribute("aria-valuetext", said);
    this.paint();
  }

  paint() {
    const pen = this.canvas.getContext("2d");
    const style = getComputedStyle(this.canvas);
    pen.clearRect(0, 0, 512, 512);
    pen.lineWidth = 1;
    pen.strokeStyle = style.getPropertyValue("--ck-line");
    pen.beginPath();
    for (const at of [128, 256, 384]) pen.rect(at, -1, 0, 514), pen.rect(-1, at, 514, 0);
    pen.moveTo(0, 512), pen.lineTo(512, 0);
    pen.stroke();
    pen.lineWidth = 4;
    pen.strokeStyle = pen.fillStyle = style.getPropertyValue("--ck-brand");
    pen.beginPath();
    this.table.forEach((value, level) => pen.lineTo(2 * level + 1, 511 - 2 * value));
    pen.stroke();
    pen.beginPath();
    pen.arc(2 * this.level + 1, 511 - 2 * this.table[this.level], 9, 0, 7);
    pen.fill();
  }
}

class ControlPanel {
  constructor(conversation, view) {
    this.conversation = conversation;
    this.shows = {};
    this.root = make("div", { class: "ck-controls", role: "group", "aria-label": "Controls" });
    for (const spec of Object.values(conversation.specs)) this.add(spec, `ck-${view}-${spec.name}`);
    this.show();
  }

  add(spec, id) {
    const move = (value) => (this.conversation.move(spec.name, value), this.show());
    const control = CONTROLS[spec.kind](spec, id, move, () => this.conversation.settle());
    const label = make("label", { for: id, class: "ck-label" }, spec.label);
    const attributes = { class: `ck-control ck-${spec.kind}`, "data-name": spec.name };
    this.root.append(make("div", attributes, label, ...control.parts));
    this.shows[spec.name] = control.show;
  }

  show() {
    for (const [name, show] of Object.entries(this.shows)) show(this.conversation.values[name]);
  }
}

// ---------------------------------------------------------------- pictures

/** One decoded picture; its pixels are read out when somebody asks for them. */
class Picture {
  static async decode(pane) {
    const blob = new Blob([pane.data], { type: pane.mime });
    const asStored = { colorSpaceConversion: "none", premultiplyAlpha: "none" };
    return new Picture(pane, await createImageBitmap(blob, asStored));
  }

  constructor({ title, alt, height, width, gray, digest, mime }, bitmap) {
    Object.assign(this, { title, alt, height, width, gray, digest, bitmap });
    this.exact = mime === "image/png";
    this.size = `${height}x${width}`;
  }

  get pixels() {
    if (!this.read) {
      const canvas = new OffscreenCanvas(this.width, this.height);
      const pen = canvas.getContext("2d", { willReadFrequently: true });
      pen.drawImage(this.bitmap, 0, 0);
      this.read = pen.getImageData(0, 0, this.width, this.height);
    }
    return this.read;
  }

  value(row, column) {
    const start = 4 * (row * this.width + column);
    return [...this.pixels.data.slice(start, start + (this.gray ? 1 : 3))];
  }

  written(row, column) {
    return (this.exact ? "" : "≈ ") + this.value(row, column).join(" ");
  }
}

/** What part of a picture is seen; shared by all panes of one size. Centre in picture pixels. */
class Camera {
  constructor(height, width) {
    Object.assign(this, { height, width });
    this.fit();
  }

  fit() {
    Object.assign(this, { zoom: 1, row: this.height / 2, column: this.width / 2 });
  }

  /** Scale and top left corner for a view of the given size, the picture kept in view. */
  frame(width, height) {
    const fit = Math.min(width / this.width, height / this.height);
    const scale = fit * this.zoom;
    const place = (view, length, centre) =>
      length * scale <= view
        ? (view - length * scale) / 2
        : clamp(view / 2 - centre * scale, view - length * scale, 0);
    const left = place(width, this.width, this.column);
    const top = place(height, this.height, this.row);
    this.column = (width / 2 - left) / scale;
    this.row = (height / 2 - top) / scale;
    return { scale, left, top, fit };
  }

  /** Zoom so that the picture point (row, column) stays where it is on the screen. */
  zoomBy(factor, fit, row = this.row, column = this.column) {
    const zoom = clamp(this.zoom * factor, 1, Math.max(1, LARGEST_PIXEL / fit));
    const kept = this.zoom / zoom;
    this.row = row + (this.row - row) * kept;
    this.column = column + (this.column - column) * kept;
    this.zoom = zoom;
  }

  reveal(row, column, { scale, width, height }) {
    const margin = (view) => Math.max(0, view / scale / 2 - 1);
    this.row = clamp(this.row, row + 0.5 - margin(height), row + 0.5 + margin(height));
    this.column = clamp(this.column, column + 0.5 - margin(width), column + 0.5 + margin(width));
  }
}

/** A canvas that shows one picture, or two with a divider between them. */
class Pane {
  constructor(stage, title) {
    Object.assign(this, { stage, title, pictures: [], divider: 0.5, pointers: new Map() });
    this.canvas = make("canvas", {
      class: "ck-canvas", tabindex: 0, role: "application", "data-pane": title,
      "aria-roledescription": "picture",
    });
    this.canvas.pixels = () => this.pictures[0].pixels; // for tests: the exact picture
    this.reading = make("span", { class: "ck-reading" });
    const save = button("save", `Save ${title} as PNG`, () => this.save());
    const caption = make("figcaption", {}, make("span", { class: "ck-title" }, title), this.reading, save);
    this.frameBox = make("div", { class: "ck-frame" }, this.canvas);
    this.histogram = new Histogram();
    this.root = make("figure", { class: "ck-pane" }, caption, this.frameBox, this.histogram.root);
    new PaneInput(this);
    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(this.canvas);
  }

  show(...pictures) {
    this.pictures = pictures;
    const [{ height, width, alt, size }] = pictures;
    this.camera = this.stage.camera(height, width);
    this.canvas.setAttribute("aria-label", pictures.map((picture) => picture.alt).join("; "));
    this.canvas.dataset.size = size;
    this.root.style.setProperty("--aspect", clamp(width / height, 0.5, 3));
  }

  resize() {
    const { width, height } = this.canvas.getBoundingClientRect();
    const dense = window.devicePixelRatio || 1;
    const [across, down] = [Math.round(width * dense), Math.round(height * dense)];
    if (!across || !down) return;
    if (this.canvas.width !== across || this.canvas.height !== down) {
      Object.assign(this.canvas, { width: across, height: down });
      this.draw();
      if (this.stage.histograms) this.drawHistogram();
    }
  }

  get frame() {
    const { width, height } = this.canvas;
    return { width, height, ...this.camera.frame(width, height) };
  }

  /** The picture pixel under a pointer event, inside the picture or null. */
  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const { scale, left, top } = this.frame;
    const dense = this.canvas.width / box.width;
    const column = ((event.clientX - box.left) * dense - left) / scale;
    const row = ((event.clientY - box.top) * dense - top) / scale;
    const inside = row >= 0 && column >= 0 && row < this.camera.height && column < this.camera.width;
    return { row, column, inside };
  }

  draw() {
    if (!this.pictures.length) return;
    const pen = this.canvas.getContext("2d");
    const { width, height } = this.canvas;
    pen.clearRect(0, 0, width, height);
    const frame = this.frame;
    const split = this.pictures.length > 1 ? Math.round(this.divider * width) : width;
    this.drawLayer(pen, this.pictures[0], frame, 0, split);
    if (this.pictures.length > 1) this.drawLayer(pen, this.pictures[1], frame, split, width);
    this.drawMarks(pen, frame);
  }

  drawLayer(pen, picture, frame, from, to) {
    pen.save();
    pen.beginPath();
    pen.rect(from, 0, to - from, frame.height);
    pen.clip();
    const seen = visible(frame, picture);
    pen.imageSmoothingEnabled = frame.scale < 1;
    pen.imageSmoothingQuality = "high";
    pen.drawImage(
      picture.bitmap,
      seen.left, seen.top, seen.right - seen.left, seen.bottom - seen.top,
      frame.left + seen.left * frame.scale, frame.top + seen.top * frame.scale,
      (seen.right - seen.left) * frame.scale, (seen.bottom - seen.top) * frame.scale,
    );
    const dense = window.devicePixelRatio || 1;
    if (frame.scale / dense >= PIXEL_WITH_NUMBERS) drawNumbers(pen, picture, frame, seen);
    pen.restore();
  }

  drawMarks(pen, frame) {
    for (const { row, column } of this.stage.points(this.pictures[0].size)) drawPoint(pen, frame, row, column);
    const probe = this.stage.probeFor(this.pictures[0].size);
    if (probe) drawProbe(pen, frame, probe.row, probe.column);
    const split = this.divider * frame.width;
    if (this.pictures.length > 1) line(pen, split, 0, split, frame.height, "#000", 4), line(pen, split, 0, split, frame.height, "#fff", 2);
  }

  drawHistogram() {
    this.histogram.root.hidden = !this.stage.histograms;
    if (!this.stage.histograms || !this.pictures.length || !this.canvas.width) return;
    this.histogram.draw(this.pictures, visible(this.frame, this.pictures[0]));
  }

  read(probe) {
    const value = (picture) => picture.written(probe.row, probe.column);
    this.reading.textContent = probe ? this.pictures.map(value).join(" | ") : "";
    return probe ? `${this.title}: ${this.reading.textContent}` : "";
  }

  async save() {
    const { width, height, bitmap, title } = this.pictures.at(-1);
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    const address = URL.createObjectURL(await canvas.convertToBlob({ type: "image/png" }));
    make("a", { href: address, download: `${title.replace(/\W+/g, "_")}.png` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  remove() {
    this.resizing.disconnect();
    this.root.remove();
  }
}

/** Rows and columns of the picture that a frame shows. */
function visible({ scale, left, top, width, height }, picture) {
  return {
    left: clamp(Math.floor(-left / scale), 0, picture.width),
    right: clamp(Math.ceil((width - left) / scale), 0, picture.width),
    top: clamp(Math.floor(-top / scale), 0, picture.height),
    bottom: clamp(Math.ceil((height - top) / scale), 0, picture.height),
  };
}

function line(pen, x0, y0, x1, y1, color, width) {
  Object.assign(pen, { strokeStyle: color, lineWidth: width });
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
}

/** The pixel grid, and on each pixel its value: one number, or red, green and blue. */
function drawNumbers(pen, picture, { scale, left, top }, seen) {
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  const size = Math.min(scale * (picture.gray ? 0.36 : 0.25), scale / 3 + 6);
  pen.font = `${size}px ui-monospace, Menlo, Consolas, monospace`;
  for (let row = seen.top; row < seen.bottom; row++) {
    for (let column = seen.left; column < seen.right; column++) {
      const value = picture.value(row, column);
      const [x, y] = [left + column * scale, top + row * scale];
      pen.strokeStyle = "rgba(128, 128, 128, 0.55)";
      pen.lineWidth = 1;
      pen.strokeRect(Math.round(x) + 0.5, Math.round(y) + 0.5, scale, scale);
      const [red, green, blue] = picture.gray ? [value[0], value[0], value[0]] : value;
      pen.fillStyle = 0.3 * red + 0.59 * green + 0.11 * blue > 127 ? "#000" : "#fff";
      value.forEach((level, index) =>
        pen.fillText(level, x + scale / 2, y + scale / 2 + (index - (value.length - 1) / 2) * size * 1.1));
    }
  }
}

function drawProbe(pen, { scale, left, top }, row, column) {
  const side = Math.max(scale, 9);
  const x = left + (column + 0.5) * scale - side / 2;
  const y = top + (row + 0.5) * scale - side / 2;
  Object.assign(pen, { lineWidth: 4, strokeStyle: "#000" });
  pen.strokeRect(x, y, side, side);
  Object.assign(pen, { lineWidth: 2, strokeStyle: "#fff" });
  pen.strokeRect(x, y, side, side);
}

function drawPoint(pen, { scale, left, top }, row, column) {
  const [x, y] = [left + (column + 0.5) * scale, top + (row + 0.5) * scale];
  for (const [width, color] of [[5, "#000"], [2.5, "#f0e442"]]) {
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      line(pen, x + 6 * dx, y + 6 * dy, x + 16 * dx, y + 16 * dy, color, width);
    }
  }
}

/** Histogram of what is seen of one picture, with the shares that sit at 0 and at 255. */
class Histogram {
  constructor() {
    this.canvas = make("canvas", { width: 512, height: 120, "aria-hidden": "true" });
    this.note = make("span", { class: "ck-unit" });
    this.root = make("div", { class: "ck-histogram", hidden: true }, this.canvas, this.note);
  }

  draw(pictures, seen) {
    const counts = pictures.map((picture) => count(picture, seen)).at(-1);
    const all = counts.flatMap((channel) => [...channel.subarray(1, 255)]);
    const top = Math.max(1, ...all);
    const pen = this.canvas.getContext("2d");
    pen.clearRect(0, 0, 512, 120);
    const ink = getComputedStyle(this.root).getPropertyValue("--ck-ink");
    const colors = counts.length === 1 ? [ink] : CHANNELS;
    counts.forEach((channel, index) => this.fill(pen, channel, top, colors[index]));
    this.tell(counts);
  }

  fill(pen, channel, top, color) {
    pen.globalAlpha = 0.6;
    pen.fillStyle = color;
    channel.forEach((number, level) => {
      const height = Math.min(1, number / top) * 116;
      pen.fillRect(2 * level, 120 - height, 2, height);
    });
    pen.globalAlpha = 1;
  }

  tell(counts) {
    const sum = (pick) => counts.reduce((total, channel) => total + channel.reduce(pick, 0), 0);
    const total = sum((before, number) => before + number);
    const mean = sum((before, number, level) => before + number * level) / total;
    const ends = [0, 255].map((level) => counts.reduce((n, channel) => n + channel[level], 0) / total);
    this.note.textContent = `mean ${mean.toFixed(1)} · at 0: ${percent(ends[0])} · at 255: ${percent(ends[1])}`;
  }
}

function count(picture, { left, right, top, bottom }) {
  const counts = Array.from({ length: picture.gray ? 1 : 3 }, () => new Uint32Array(256));
  const { data } = picture.pixels;
  for (let row = top; row < bottom; row++) {
    for (let at = 4 * (row * picture.width + left), end = at + 4 * (right - left); at < end; at += 4) {
      for (let channel = 0; channel < counts.length; channel++) counts[channel][data[at + channel]]++;
    }
  }
  return counts;
}

/** Pointer, wheel and keys on a pane: probe, zoom, pan, pick a point. */
class PaneInput {
  constructor(pane) {
    Object.assign(this, { pane, stage: pane.stage, canvas: pane.canvas, pointers: new Map() });
    for (const name of ["pointerdown", "pointermove", "pointerup", "pointercancel", "pointerleave", "dblclick", "keydown"])
      this.canvas.addEventListener(name, (event) => this[name](event));
    this.canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
  }

  pointerdown(event) {
    if (event.button > 0) return;
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, event);
    this.moved = false;
    this.point(event);
  }

  pointermove(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return this.hover(event);
    const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY];
    if (!this.moved && Math.hypot(dx, dy) < 4) return;
    this.moved = true;
    if (this.pointers.size === 2) this.pinch(before, event);
    else if (this.pane.camera.zoom > 1) this.pan(dx, dy);
    else this.drag(event);
    this.pointers.set(event.pointerId, event);
  }

  pointerup(event) {
    const tapped = this.pointers.delete(event.pointerId) && !this.moved;
    if (tapped) this.pick(event);
    this.stage.settle();
  }

  pointercancel(event) {
    this.pointers.delete(event.pointerId);
  }

  pointerleave() {
    if (!this.pointers.size) this.stage.setProbe(null);
  }

  hover(event) {
    this.point(event);
    if (this.stage.hovers) this.pick(event);
  }

  drag(event) {
    this.point(event);
    this.pick(event);
  }

  point(event) {
    const { row, column, inside } = this.pane.at(event);
    this.stage.setProbe(inside ? { pane: this.pane, row: Math.floor(row), column: Math.floor(column) } : null);
  }

  pick(event) {
    const { row, column, inside } = this.pane.at(event);
    if (inside) this.stage.pick(this.pane, Math.floor(row), Math.floor(column));
  }

  pan(dx, dy) {
    const { scale } = this.pane.frame;
    const dense = this.canvas.width / this.canvas.getBoundingClientRect().width;
    this.pane.camera.column -= (dx * dense) / scale;
    this.pane.camera.row -= (dy * dense) / scale;
    this.stage.redraw();
  }

  pinch(before, event) {
    const other = [...this.pointers.values()].find((pointer) => pointer.pointerId !== event.pointerId);
    const gap = (a) => Math.hypot(a.clientX - other.clientX, a.clientY - other.clientY);
    this.zoom(event, gap(event) / Math.max(1, gap(before)));
  }

  zoom(event, factor) {
    const { row, column } = this.pane.at(event);
    this.pane.camera.zoomBy(factor, this.pane.frame.fit, row, column);
    this.stage.redraw();
  }

  wheel(event) {
    const meant = event.ctrlKey || document.activeElement === this.canvas;
    if (!meant || (event.deltaY > 0 && this.pane.camera.zoom === 1)) return; // the page scrolls
    event.preventDefault();
    this.zoom(event, Math.exp(-clamp(event.deltaY, -100, 100) / 300));
    this.point(event);
  }

  dblclick(event) {
    if (this.pane.camera.zoom > 1) this.pane.camera.fit();
    this.zoom(event, this.pane.camera.zoom > 1 ? 1 : 4);
  }

  keydown(event) {
    const step = event.shiftKey ? 10 : 1;
    const moves = { ArrowLeft: [0, -step], ArrowRight: [0, step], ArrowUp: [-step, 0], ArrowDown: [step, 0] };
    const zooms = { "+": 1.5, "=": 1.5, "-": 1 / 1.5 };
    if (moves[event.key]) this.stage.step(this.pane, ...moves[event.key]);
    else if (zooms[event.key]) this.stage.zoomAt(this.pane, zooms[event.key]);
    else if (event.key === "0") this.stage.fit();
    else if (event.key === "Escape") this.stage.setProbe(null);
    else return;
    event.preventDefault();
  }
}

/** All panes of a figure, what links them, and the status line under them. */
class Stage {
  constructor(conversation, panel) {
    Object.assign(this, { conversation, panel, panes: [], cameras: {}, probe: null });
    Object.assign(this, { histograms: false, swiped: null });
    this.root = make("div", { class: "ck-panes" });
    this.status = make("div", { class: "ck-status", role: "status" }, HINT);
  }

  camera(height, width) {
    return (this.cameras[`${height}x${width}`] ??= new Camera(height, width));
  }

  show(pictures) {
    this.pictures = pictures;
    const wanted = this.arrangement();
    for (const pane of this.panes.filter((pane) => !(pane.title in wanted))) pane.remove();
    const known = Object.fromEntries(this.panes.map((pane) => [pane.title, pane]));
    this.panes = Object.keys(wanted).map((title) => known[title] ?? this.newPane(title));
    this.panes.forEach((pane) => pane.show(...wanted[pane.title]));
    const roots = this.panes.map((pane) => pane.root);
    if (roots.some((root, index) => this.root.children[index] !== root)) this.root.replaceChildren(...roots);
    this.draw();
  }

  /** {title: [picture]} of the panes, or {"a | b": [a, b], ...} while a swipe is on. */
  arrangement() {
    const pair = this.swiped?.map((title) => this.pictures.find((picture) => picture.title === title));
    const alone = (picture) => [picture.title, [picture]];
    if (!pair?.every(Boolean)) return Object.fromEntries(this.pictures.map(alone));
    const rest = this.pictures.filter((picture) => !pair.includes(picture)).map(alone);
    return Object.fromEntries([[this.swiped.join(" | "), pair], ...rest]);
  }

  newPane(title) {
    const pane = new Pane(this, title);
    if (title.includes(" | ") && this.swiped) pane.frameBox.append(new Divider(pane).root);
    return pane;
  }

  draw() {
    for (const pane of this.panes) pane.resize(), pane.draw(), pane.drawHistogram();
    this.read();
  }

  redraw() {
    cancelAnimationFrame(this.waiting);
    this.waiting = requestAnimationFrame(() => this.draw());
  }

  read() {
    const linked = this.panes.map((pane) => pane.read(this.probeFor(pane.pictures[0].size))).filter(Boolean);
    const at = this.probe && `row ${this.probe.row}, column ${this.probe.column}`;
    this.status.textContent = linked.length ? [at, ...linked].join("  ·  ") : HINT;
  }

  probeFor(size) {
    return this.probe?.size === size ? this.probe : null;
  }

  setProbe(probe) {
    this.probe = probe && { size: probe.pane.pictures[0].size, row: probe.row, column: probe.column };
    this.redraw();
  }

  /** Arrow keys: the picked point moves where there is one, else the probe. */
  step(pane, down, across) {
    const { camera } = pane;
    const size = pane.pictures[0].size;
    const centre = { row: Math.floor(camera.row), column: Math.floor(camera.column) };
    const from = this.points(size)[0] ?? this.probeFor(size) ?? centre;
    const row = clamp(from.row + down, 0, camera.height - 1);
    const column = clamp(from.column + across, 0, camera.width - 1);
    this.setProbe({ pane, row, column });
    camera.reveal(row, column, pane.frame);
    this.pick(pane, row, column);
  }

  zoomAt(pane, factor) {
    const probe = this.probeFor(pane.pictures[0].size);
    const at = probe ? [probe.row + 0.5, probe.column + 0.5] : [];
    pane.camera.zoomBy(factor, pane.frame.fit, ...at);
    this.redraw();
  }

  zoomAll(factor) {
    const sizes = new Map(this.panes.map((pane) => [pane.camera, pane]));
    for (const pane of sizes.values()) this.zoomAt(pane, factor);
  }

  fit() {
    for (const camera of Object.values(this.cameras)) camera.fit();
    this.redraw();
  }

  // ---- picked points

  get pointSpecs() {
    return Object.values(this.conversation.specs).filter((spec) => spec.kind === "point");
  }

  get hovers() {
    return this.pointSpecs.some((spec) => spec.hover);
  }

  takesPoint(size) {
    const shape = this.conversation.model.get("image_shape");
    return size === (shape.length ? shape.join("x") : this.pictures[0].size);
  }

  points(size) {
    if (!this.takesPoint(size)) return [];
    const picked = this.pointSpecs.map((spec) => this.conversation.values[spec.name]);
    return picked.map(([row, column]) => ({ row, column }));
  }

  /** A click moves the nearest of the figure's points. */
  pick(pane, row, column) {
    if (!this.pointSpecs.length || !this.takesPoint(pane.pictures[0].size)) return;
    const { values } = this.conversation;
    const gap = ({ name }) => Math.hypot(values[name][0] - row, values[name][1] - column);
    const [spec] = [...this.pointSpecs].sort((a, b) => gap(a) - gap(b));
    this.conversation.move(spec.name, [row, column]);
    this.panel.show();
    this.redraw();
  }

  settle() {
    this.conversation.settle();
  }
}

/** The handle between before and after: dragged, or moved with the arrow keys. */
class Divider {
  constructor(pane) {
    this.pane = pane;
    this.root = make("div", {
      class: "ck-divider", role: "slider", tabindex: 0, "aria-label": "Divider between before and after",
      "aria-valuemin": 0, "aria-valuemax": 100,
    }, icon("swipe"));
    this.root.addEventListener("pointerdown", (event) => this.root.setPointerCapture(event.pointerId));
    this.root.addEventListener("pointermove", (event) => event.buttons && this.follow(event));
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.move(0.5);
  }

  follow(event) {
    const box = this.pane.canvas.getBoundingClientRect();
    this.move((event.clientX - box.left) / box.width);
  }

  key(event) {
    const step = (event.shiftKey ? 0.1 : 0.02) * ({ ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0);
    const ends = { Home: 0, End: 1 };
    if (!step && !(event.key in ends)) return;
    event.preventDefault();
    this.move(ends[event.key] ?? this.pane.divider + step);
  }

  move(share) {
    this.pane.divider = clamp(share, 0, 1);
    this.root.style.left = `${100 * this.pane.divider}%`;
    this.root.setAttribute("aria-valuenow", Math.round(100 * this.pane.divider));
    this.pane.stage.redraw();
  }
}

// ---------------------------------------------------------------- the tools over the panes

class Toolbar {
  constructor(model, stage, conversation, root) {
    Object.assign(this, { model, stage, conversation, figure: root });
    this.swipe = button("swipe", "Swipe", () => this.toggleSwipe(), { text: "Swipe", pressed: false });
    this.swipe.title = "Compare two pictures with a divider";
    this.pair = make("span", { class: "ck-pair", hidden: true });
    this.histogram = button("histogram", "Histogram", () => this.toggleHistogram(), { text: "Histogram", pressed: false });
    this.histogram.title = "Histogram of what is seen";
    this.root = make(
      "div", { class: "ck-toolbar", role: "toolbar", "aria-label": "Picture tools" },
      button("minus", "Zoom out", () => stage.zoomAll(1 / 1.5)),
      button("plus", "Zoom in", () => stage.zoomAll(1.5)),
      button("fit", "Fit pictures", () => stage.fit()),
      this.swipe, this.pair, this.histogram, ...this.photo(),
      button("reset", "Reset", () => this.reset(), { text: "Reset" }),
      button("screen", "Full screen", () => this.fullscreen()),
    );
  }

  photo() {
    if (!this.model.get("accepts_upload")) return [];
    const input = make("input", { type: "file", accept: "image/*", hidden: true, "aria-label": "Own photo" });
    input.addEventListener("change", () => input.files[0] && this.upload(input));
    return [button("photo", "Own photo", () => input.click(), { text: "Own photo" }), input];
  }

  async upload(input) {
    const file = input.files[0];
    const data = new DataView(await file.arrayBuffer());
    this.model.set("upload", { name: file.name, data });
    this.model.save_changes();
    input.value = "";
  }

  reset() {
    this.stage.fit();
    this.conversation.reset();
    this.stage.panel.show();
  }

  toggleHistogram() {
    this.stage.histograms = !this.stage.histograms;
    this.histogram.setAttribute("aria-pressed", this.stage.histograms);
    this.stage.draw();
  }

  toggleSwipe() {
    this.setSwipe(this.stage.swiped ? null : this.proposal());
  }

  setSwipe(pair) {
    this.stage.swiped = pair;
    this.swipe.setAttribute("aria-pressed", Boolean(pair));
    this.stage.show(this.stage.pictures);
    this.offerPair();
  }

  /** Before: the figure's own, else the first; after: the next picture of the same size. */
  proposal() {
    const { pictures } = this.stage;
    const named = pictures.filter((picture) => picture.title === this.model.get("before"));
    for (const before of [...named, ...pictures]) {
      const after = pictures.find((other) => other !== before && other.size === before.size);
      if (after) return [before.title, after.title];
    }
    return null;
  }

  offerPair() {
    const { pictures, swiped } = this.stage;
    const alike = swiped ? pictures.filter((p) => p.size === pictures.find((q) => q.title === swiped[0]).size) : [];
    this.pair.hidden = alike.length < 3;
    const choose = (side, index) => {
      const options = alike.map(({ title }) => make("option", { value: title, selected: title === swiped[index] }, title));
      const select = make("select", { "aria-label": side }, ...options);
      select.addEventListener("change", () => this.setSwipe(swiped.with(index, select.value)));
      return select;
    };
    this.pair.replaceChildren(...(alike.length < 3 ? [] : [choose("Before", 0), choose("After", 1)]));
  }

  refresh() {
    this.swipe.disabled = !this.stage.swiped && !this.proposal();
  }

  fullscreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.figure.requestFullscreen();
  }
}

// ---------------------------------------------------------------- the whole figure

class FigureView {
  constructor(model, place) {
    this.model = model;
    this.received = this.shown = 0;
    this.known = {};
    const conversation = (this.conversation = new Conversation(model));
    this.panel = new ControlPanel(conversation, ++views);
    this.stage = new Stage(conversation, this.panel);
    const title = model.get("title");
    this.root = make("section", { class: "coursekit-figure", "aria-label": title || "Figure" });
    this.toolbar = new Toolbar(model, this.stage, conversation, this.root);
    this.message = make("div", { class: "ck-message", role: "alert", hidden: true });
    const head = make("div", { class: "ck-head" }, make("span", { class: "ck-heading" }, title), this.toolbar.root);
    this.root.append(head, this.message, this.stage.root, this.stage.status, this.panel.root);
    this.root.addEventListener("keydown", keepFromNotebook);
    place.append(this.root);
    this.listen();
  }

  listen() {
    this.handlers = {
      "change:panes": () => this.receive(),
      "change:values": () => this.conversation.listen() && this.panel.show(),
      "change:error": () => this.complain(),
    };
    for (const [name, act] of Object.entries(this.handlers)) this.model.on(name, act);
    this.complain();
    this.receive();
  }

  /** Decode all panes, then show them in one go; what was overtaken meanwhile is dropped. */
  async receive() {
    const turn = ++this.received;
    const panes = this.model.get("panes");
    const pictures = await Promise.all(panes.map((pane) => this.decoded(pane)));
    if (turn < this.shown) return;
    this.shown = turn;
    this.known = Object.fromEntries(pictures.map((picture) => [picture.title, picture]));
    if (pictures.length) this.stage.show(pictures);
    this.toolbar.refresh();
  }

  /** A picture that stood still is kept, and never swapped for a lossy copy of itself. */
  async decoded(pane) {
    const known = this.known[pane.title];
    const same = known && known.digest === pane.digest;
    return same && (known.exact || pane.mime !== "image/png") ? known : Picture.decode(pane);
  }

  complain() {
    const error = this.model.get("error");
    this.message.textContent = error;
    this.message.hidden = !error;
  }

  remove() {
    for (const [name, act] of Object.entries(this.handlers)) this.model.off(name, act);
    this.stage.panes.forEach((pane) => pane.remove());
  }
}

/** Arrow keys and letters are the figure's own; the notebook keeps its Ctrl and Cmd shortcuts. */
function keepFromNotebook(event) {
  if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
}

export default {
  render({ model, el }) {
    const view = new FigureView(model, el);
    return () => view.remove();
  },
};
