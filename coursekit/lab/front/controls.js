// The controls under the pictures: one for each parameter of the figure.

/** Each maker returns {parts, show(value)}; `move(value)` tells, `settle()` ends a drag. */
const CONTROLS = {
  slider(spec, id, move, settle) {
    const range = { min: spec.minimum, max: spec.maximum, step: spec.step };
    const slider = make("input", { type: "range", id, ...range });
    const number = make("input", {
      type: "number",
      ...range,
      "aria-label": `${spec.label}, number`,
    });
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

  button(spec, id, move, settle) {
    let presses = spec.default;
    const words = { type: "button", id, class: "ck-button ck-press", "aria-label": spec.text };
    const press = make("button", words, spec.text);
    press.addEventListener("click", () => (move((presses + 1) % spec.count), settle()));
    const number = make("span", { class: "ck-unit", "aria-live": "polite" });
    const show = (value) => (number.textContent = presses = value);
    return { parts: [press, number], show };
  },

  point(spec, id, move, settle) {
    const axis = (name, own) => {
      const words = { id: own, "aria-label": `${spec.label}, ${name}` };
      return make("input", { type: "number", min: 0, step: 1, ...words });
    };
    const [row, column] = [axis("row", id), axis("column")];
    for (const input of [row, column]) {
      input.addEventListener("change", () => {
        const point = [row.valueAsNumber, column.valueAsNumber];
        if (point.every((n) => Number.isInteger(n) && n >= 0)) move(point);
        settle();
      });
    }
    const word = (text) => make("span", { class: "ck-unit" }, text);
    const pair = make("span", { class: "ck-row-column" }, word("row"), row, word("column"), column);
    return { parts: [pair], show: (point) => ([row.value, column.value] = point) };
  },

  curve(spec, id, move, settle) {
    const editor = new CurveEditor(spec, id, move, settle);
    new ResizeObserver(() => editor.table && editor.paint()).observe(editor.root);
    return { parts: [editor.root], show: (table) => editor.show(table) };
  },

  kernel(spec, id, move, settle) {
    const editor = new KernelEditor(spec, id, move, settle);
    return { parts: [editor.root], show: (kernel) => editor.show(kernel) };
  },
};

// The curve's square on its canvas, with room for the numbers on the axes.
const PLACE = { left: 64, top: 32, side: 560, canvas: 640 };
const SNAP = 4; // levels: nearer than that to an edge is on the edge

/** A table of 256 levels, drawn with the pointer or moved level by level with the keys. */
class CurveEditor {
  constructor(spec, id, move, settle) {
    Object.assign(this, { spec, move, settle, level: 128, last: null });
    this.canvas = make("canvas", {
      id,
      width: PLACE.canvas,
      height: PLACE.canvas,
      tabindex: 0,
      role: "slider",
      "aria-label": spec.label,
      "aria-valuemin": 0,
      "aria-valuemax": 255,
      class: "ck-curve",
      title: "Draw with the pointer; or choose r with ← →, and move s with ↑ ↓",
    });
    this.note = make("span", { class: "ck-unit" });
    const back = button("reset", `Reset ${spec.label}`, () => (move(spec.default), settle()));
    const side = make("span", { class: "ck-curve-side" }, this.note, back);
    this.root = make("span", { class: "ck-curve-editor" }, this.canvas, side);
    this.listen();
  }

  listen() {
    const release = () => ((this.last = null), this.settle());
    this.canvas.addEventListener("pointerdown", (event) => this.grab(event));
    this.canvas.addEventListener("pointermove", (event) => this.last && this.draw(event));
    this.canvas.addEventListener("pointerup", release);
    this.canvas.addEventListener("pointercancel", release);
    this.canvas.addEventListener("keydown", (event) => this.key(event));
  }

  /** [r, s] under the pointer. */
  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const across = ((event.clientX - box.left) / box.width) * PLACE.canvas - PLACE.left;
    const down = ((event.clientY - box.top) / box.height) * PLACE.canvas - PLACE.top;
    return [across, PLACE.side - down].map((length) => snapped((255 * length) / PLACE.side));
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
    const color = (name) => getComputedStyle(this.canvas).getPropertyValue(name);
    pen.clearRect(0, 0, PLACE.canvas, PLACE.canvas);
    this.paintGrid(pen, color("--ck-line"));
    this.paintAxes(pen, color("--ck-ink"));
    this.paintTable(pen, color("--ck-brand"));
  }

  paintGrid(pen, color) {
    const [left, top, right, bottom] = [...on(0, 255), ...on(255, 0)];
    for (const level of [0, 63.75, 127.5, 191.25, 255]) {
      const [x, y] = on(level, level);
      line(pen, x, top, x, bottom, color, 2);
      line(pen, left, y, right, y, color, 2);
    }
    pen.setLineDash([14, 12]);
    line(pen, left, bottom, right, top, color, 3);
    pen.setLineDash([]);
  }

  paintAxes(pen, color) {
    Object.assign(pen, { fillStyle: color, font: "26px system-ui, sans-serif" });
    const [left, bottom] = on(0, 0);
    const [right, top] = on(255, 255);
    const write = (text, x, y, textAlign, textBaseline) => {
      Object.assign(pen, { textAlign, textBaseline });
      pen.fillText(text, x, y);
    };
    write("0", left - 10, bottom, "right", "middle");
    write("s", left - 12, (top + bottom) / 2, "right", "middle");
    write("255", left - 8, top, "right", "middle");
    write("0", left, bottom + 10, "center", "top");
    write("r", (left + right) / 2, bottom + 8, "center", "top");
    write("255", right + 10, bottom + 10, "right", "top");
  }

  paintTable(pen, color) {
    Object.assign(pen, { lineWidth: 5, strokeStyle: color, fillStyle: color });
    pen.beginPath();
    this.table.forEach((value, level) => pen.lineTo(...on(level, value)));
    pen.stroke();
    pen.beginPath();
    pen.arc(...on(this.level, this.table[this.level]), 11, 0, 7);
    pen.fill();
  }
}

function snapped(length) {
  const level = Math.round(length);
  if (level <= SNAP) return 0;
  return level >= 255 - SNAP ? 255 : level;
}

/** Where level r that becomes s stands on the canvas. */
function on(r, s) {
  const share = PLACE.side / 255;
  return [PLACE.left + r * share, PLACE.top + PLACE.side - s * share];
}

const DRAGGED = 8; // px of a drag up or down for one step
const OWN = "own numbers";

/** A grid of numbers: typed, stepped with the arrow keys, or dragged up and down. */
class KernelEditor {
  constructor(spec, id, move, settle) {
    Object.assign(this, { spec, move, settle });
    const columns = spec.default[0].length;
    this.fields = spec.default.flatMap((numbers, row) =>
      numbers.map((_, column) => this.field(row, column, row + column ? null : id)),
    );
    const grid = make("span", { class: "ck-kernel", style: `--columns: ${columns}` });
    grid.append(...this.fields);
    this.note = make("span", { class: "ck-unit" });
    const side = make("span", { class: "ck-kernel-side" }, ...this.presets(), this.note);
    const words = { class: "ck-kernel-editor", role: "group", "aria-label": spec.label };
    this.root = make("span", words, grid, side);
  }

  field(row, column, id) {
    const { label, minimum, maximum } = this.spec;
    const field = make("input", {
      type: "number",
      step: "any",
      ...{ id, min: minimum, max: maximum },
      "aria-label": `${label}, row ${row}, column ${column}`,
      title: "Type a number, press ↑ ↓, or drag up and down",
    });
    field.addEventListener("input", () => this.typed(field));
    field.addEventListener("change", () => (this.typed(field, true), this.settle()));
    field.addEventListener("keydown", (event) => this.key(event, field));
    field.addEventListener("mousedown", (event) => event.preventDefault()); // selects no text
    field.addEventListener("pointerdown", (event) => this.grab(event, field));
    field.addEventListener("pointermove", (event) => this.held && this.drag(event, field));
    for (const end of ["pointerup", "pointercancel"])
      field.addEventListener(end, () => this.release());
    return field;
  }

  presets() {
    const names = Object.keys(this.spec.presets);
    if (!names.length) return [];
    const options = [OWN, ...names].map((name) => make("option", { value: name }, name));
    this.select = make("select", { "aria-label": `${this.spec.label}, start from` }, ...options);
    this.select.addEventListener("change", () => {
      const preset = this.spec.presets[this.select.value];
      if (preset) (this.move(preset), this.settle());
    });
    return [this.select];
  }

  /** What is being typed counts as soon as it is a number in range; at its end it is made one. */
  typed(field, ended = false) {
    const { minimum, maximum } = this.spec;
    const number = field.valueAsNumber;
    const inside = number >= minimum && number <= maximum;
    if (inside) this.put(field, number);
    else if (ended && Number.isFinite(number)) this.put(field, clamp(number, minimum, maximum));
    if (ended) this.show(this.kernel, true);
  }

  key(event, field) {
    const up = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!up) return;
    event.preventDefault();
    this.add(field, this.number(field), up * (event.shiftKey ? 10 : 1));
  }

  grab(event, field) {
    if (event.button > 0) return;
    field.setPointerCapture(event.pointerId);
    field.focus();
    field.select();
    this.held = { from: event.clientY, number: this.number(field) };
  }

  drag(event, field) {
    this.add(field, this.held.number, Math.round((this.held.from - event.clientY) / DRAGGED));
  }

  release() {
    this.held = null;
    this.settle();
  }

  add(field, number, steps) {
    const { minimum, maximum, step } = this.spec;
    const reached = clamp(number + steps * step, minimum, maximum);
    if (reached === this.number(field)) return;
    this.put(field, Number(reached.toFixed(10)));
    this.show(this.kernel, true);
  }

  /** The kernel's own number at a field, which shows it rounded. */
  number(field) {
    return this.kernel.flat()[this.fields.indexOf(field)];
  }

  put(field, number) {
    const at = this.fields.indexOf(field);
    const columns = this.kernel[0].length;
    const kernel = this.kernel.map((numbers) => [...numbers]);
    kernel[Math.floor(at / columns)][at % columns] = number;
    this.move((this.kernel = kernel));
  }

  show(kernel, ended = false) {
    this.kernel = kernel;
    const numbers = kernel.flat();
    this.fields.forEach((field, at) => {
      const isTyped = !ended && field === document.activeElement && !this.held;
      if (!isTyped) field.value = Number(numbers[at].toFixed(4));
    });
    this.note.textContent = `sum ${Number(sum(numbers).toFixed(4))}`;
    const same = ([, preset]) => String(preset) === String(kernel);
    if (this.select) this.select.value = Object.entries(this.spec.presets).find(same)?.[0] ?? OWN;
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
    const attributes = { class: "ck-control", "data-kind": spec.kind, "data-name": spec.name };
    this.root.append(make("div", attributes, label, ...control.parts));
    this.shows[spec.name] = control.show;
  }

  show() {
    for (const [name, show] of Object.entries(this.shows)) show(this.conversation.values[name]);
  }
}
