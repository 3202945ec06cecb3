// The front end of coursekit.lab.viewer.Viewer: controls, linked picture panes, and their tools.
//
// It speaks with Python in synced traits only. `request` goes out ({values, dragging, serial});
// `panes`, `values`, `answered` and `error` come back. No request ever leaves the page.

const PIXEL_WITH_NUMBERS = 28; // screen px that one picture pixel must cover to bear its value
const LARGEST_PIXEL = 112;
const TALLEST = 512; // px of a photo in a notebook
const OTHER_BARS = 130; // px of a window that a notebook's menus and bars take
const LEAST_WINDOW = 540; // px, for a page that is itself as high as its content
const NARROW = 480; // px, the width below which a figure is scrolled in any case
const REST_AFTER = 150; // ms without a move, then the lossless picture is asked for
const CHANNELS = ["#d55e00", "#009e73", "#0072b2"]; // red, green, blue of the Okabe-Ito palette
const LARGEST_MESSAGE = 6 * 2 ** 20; // bytes; Jupyter drops a message of 10 MiB
const LETTERS = 13; // px of a plot's letters at its own size
const LEGIBLE = 12; // px, the least of letters in a notebook
const IN_A_HALL = 0.022; // of the screen's height, the least of letters in a lecture
const HINT =
  "Point at a picture to read its pixels. Click it, then scroll to zoom and drag to move.";

const ICONS = {
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  fit: "M3 5h18v14H3zM8 9.5h8v5H8z",
  swipe: "M12 3v18M8 8l-4 4 4 4M16 8l4 4-4 4",
  histogram: "M4 20h16M6 20v-5M10 20V9M14 20V5M18 20v-8",
  reset: "M4 12a8 8 0 1 0 3-6.2M4 4v5h5",
  photo: "M4 17v3h16v-3M12 15V4M7 9l5-5 5 5",
  screen: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  save: "M4 17v3h16v-3M12 4v11M7 10l5 5 5-5",
};

/** A name that no other view has; a count would repeat, since each widget loads this file anew. */
const unused = () => Math.random().toString(36).slice(2);

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const percent = (part) => `${(100 * part).toFixed(part > 0 && part < 0.1 ? 1 : 0)}\u00a0%`;

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

class Conversation {
  constructor(model) {
    this.model = model;
    this.values = model.get("values");
  }

  /** How often the original picture was asked for; a count, since only the last request counts. */
  get resets() {
    return this.model.get("request").resets ?? 0;
  }

  /** Number of the last request; all views of one figure share the model and count together. */
  get serial() {
    return this.model.get("request").serial ?? this.model.get("answered");
  }

  get waits() {
    return this.model.get("answered") < this.serial;
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

  send(dragging, resets = this.resets) {
    this.model.set("request", { values: this.values, dragging, serial: this.serial + 1, resets });
    this.model.save_changes();
  }

  /** Python's values, unless a request of ours is still on its way. */
  listen() {
    if (!this.waits) this.values = this.model.get("values");
    return !this.waits;
  }

  /** Back to the controls' defaults and to the original picture. */
  reset() {
    clearTimeout(this.timer);
    this.timer = null;
    const defaults = Object.values(this.specs).map((spec) => [spec.name, spec.default]);
    this.values = Object.fromEntries(defaults);
    this.send(false, this.resets + 1);
  }
}

function nearest(spec, value) {
  const steps = Math.round((clamp(value, spec.minimum, spec.maximum) - spec.minimum) / spec.step);
  return Number((spec.minimum + steps * spec.step).toFixed(10));
}
