// The panes that show pictures, what the pointer and the keys do on them, and what links them.

/** A canvas that shows one picture, or two with a divider between them. */
class Pane {
  constructor(stage, title) {
    Object.assign(this, { stage, title, pictures: [], divider: 0.5, pointers: new Map() });
    this.chrome = 0;
    this.canvas = make("canvas", {
      class: "ck-canvas",
      tabindex: 0,
      role: "application",
      "data-pane": title,
      "aria-roledescription": "picture",
    });
    this.canvas.pixels = () => this.pictures[0].pixels; // these are for tests
    this.canvas.exact = () => this.pictures.every((picture) => picture.exact);
    this.canvas.drawn = () => [this.pictures[0].bitmap.height, this.pictures[0].bitmap.width];
    this.reading = make("span", { class: "ck-reading" });
    const save = button("save", `Save ${title} as PNG`, () => this.save());
    const caption = make(
      "figcaption",
      {},
      make("span", { class: "ck-title" }, title),
      this.reading,
      save,
    );
    this.frameBox = make("div", { class: "ck-frame" }, this.canvas);
    this.histogram = new Histogram();
    this.root = make("figure", { class: "ck-pane" }, caption, this.frameBox, this.histogram.root);
    new PaneInput(this);
    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(this.canvas);
    stage.resizing.observe(this.root);
  }

  /** What the layout must know of it. */
  measured(fills) {
    const [{ width, height, plot, size }] = this.pictures;
    // a title that was broken once stays so: else the panes could change places for ever
    const chrome = Math.max(this.chrome, this.root.offsetHeight - this.canvas.offsetHeight);
    this.chrome = chrome;
    const tallest = fills ? Infinity : TALLEST;
    const [aspect, natural] = [this.aspect, { width, height }];
    const kind = { drawn: plot, plot: plot || !this.stage.isPhoto(size) };
    return { shown: this, aspect, chrome, natural, tallest, ...kind };
  }

  show(...pictures) {
    this.pictures = pictures;
    const [{ height, width, alt, size, plot }] = pictures;
    this.aspect = plot ? width / height : clamp(width / height, 0.5, 3);
    this.camera = this.stage.camera(pictures[0]);
    this.canvas.setAttribute("aria-label", pictures.map((picture) => picture.alt).join("; "));
    this.canvas.dataset.size = size;
    this.canvas.title = this.stage.invitation(this);
    this.root.style.setProperty("--aspect", this.aspect);
  }

  resize() {
    const { width, height } = this.canvas.getBoundingClientRect();
    const dense = window.devicePixelRatio || 1;
    const [across, down] = [Math.round(width * dense), Math.round(height * dense)];
    if (!across || !down) return;
    if (this.canvas.width !== across || this.canvas.height !== down) {
      Object.assign(this.canvas, { width: across, height: down });
      this.draw();
      this.stage.redraw();
    }
  }

  get frame() {
    const { width, height } = this.canvas;
    return { width, height, ...this.camera.frame(width, height) };
  }

  get magnification() {
    const scale = this.frame.scale / (window.devicePixelRatio || 1);
    return scale < 3 ? percent(scale) : `×${scale.toFixed(scale < 10 ? 1 : 0)}`;
  }

  /** The picture pixel under a pointer event, inside the picture or null. */
  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const { scale, left, top } = this.frame;
    const dense = this.canvas.width / box.width;
    const column = ((event.clientX - box.left) * dense - left) / scale;
    const row = ((event.clientY - box.top) * dense - top) / scale;
    const { height, width } = this.camera;
    const inside = row >= 0 && column >= 0 && row < height && column < width;
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
    if (this.isDrawnForIt(picture, frame)) {
      pen.drawImage(picture.bitmap, 0, 0);
      return pen.restore();
    }
    const seen = visible(frame, picture);
    pen.imageSmoothingEnabled = frame.scale < 1 || picture.plot;
    pen.imageSmoothingQuality = "high";
    pen.drawImage(
      picture.bitmap,
      picture.dense * seen.left,
      picture.dense * seen.top,
      picture.dense * (seen.right - seen.left),
      picture.dense * (seen.bottom - seen.top),
      frame.left + seen.left * frame.scale,
      frame.top + seen.top * frame.scale,
      (seen.right - seen.left) * frame.scale,
      (seen.bottom - seen.top) * frame.scale,
    );
    const dense = window.devicePixelRatio || 1;
    const large = frame.scale / dense >= PIXEL_WITH_NUMBERS && !picture.plot;
    if (large) drawNumbers(pen, picture, frame, seen);
    pen.restore();
  }

  /** Whether a plot has the pane's own pixels, but for one that was lost in rounding. */
  isDrawnForIt({ plot, bitmap }, { width, height }) {
    const near = Math.abs(bitmap.width - width) < 2 && Math.abs(bitmap.height - height) < 2;
    return plot && near && this.camera.zoom === 1;
  }

  drawMarks(pen, frame) {
    const [{ size }] = this.pictures;
    for (const { row, column } of this.stage.points(size)) drawPoint(pen, frame, row, column);
    const probe = this.stage.probeFor(size);
    if (probe) drawProbe(pen, frame, probe.row, probe.column);
    if (this.pictures.length === 1) return;
    const split = this.divider * frame.width;
    for (const [color, width] of [
      ["#000", 4],
      ["#fff", 2],
    ])
      line(pen, split, 0, split, frame.height, color, width);
  }

  drawHistogram() {
    const wanted = this.stage.histograms && this.stage.isPhoto(this.pictures[0].size);
    this.histogram.root.hidden = !wanted;
    if (!wanted || !this.canvas.width) return;
    this.histogram.draw(this.pictures, visible(this.frame, this.pictures[0]));
  }

  read(probe) {
    if (this.pictures[0].plot) probe = null; // its pixels say nothing
    const value = (picture) => picture.written(probe.row, probe.column);
    this.reading.textContent = probe ? this.pictures.map(value).join(" | ") : "";
    return probe ? `${this.title}: ${this.reading.textContent}` : "";
  }

  async save() {
    const { bitmap, title } = this.pictures.at(-1);
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    const address = URL.createObjectURL(await canvas.convertToBlob({ type: "image/png" }));
    make("a", { href: address, download: `${title.replace(/\W+/g, "_")}.png` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  remove() {
    this.resizing.disconnect();
    this.stage.resizing.unobserve(this.root);
    this.root.remove();
  }
}

/** Pointer, wheel and keys on a pane: probe, zoom, pan, pick a point. */
class PaneInput {
  constructor(pane) {
    Object.assign(this, { pane, stage: pane.stage, canvas: pane.canvas, pointers: new Map() });
    const pointer = ["down", "move", "up", "cancel", "leave"].map((what) => `pointer${what}`);
    for (const name of [...pointer, "dblclick", "keydown"])
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
    if (this.pane.pictures[0].plot) return this.stage.setProbe(null);
    const { row, column, inside } = this.pane.at(event);
    const pixel = { pane: this.pane, row: Math.floor(row), column: Math.floor(column) };
    this.stage.setProbe(inside ? pixel : null);
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
    const other = [...this.pointers.values()].find(
      (pointer) => pointer.pointerId !== event.pointerId,
    );
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
    if (this.pane.camera.zoom > 1) this.stage.fit();
    else this.zoom(event, 4);
  }

  keydown(event) {
    const step = event.shiftKey ? 10 : 1;
    const across = { ArrowLeft: [0, -step], ArrowRight: [0, step] };
    const moves = { ...across, ArrowUp: [-step, 0], ArrowDown: [step, 0] };
    const zooms = { "+": 1.5, "=": 1.5, "-": 1 / 1.5 };
    if (moves[event.key]) this.stage.step(this.pane, ...moves[event.key]);
    else if (zooms[event.key]) this.stage.zoomAt(this.pane, zooms[event.key]);
    else if (event.key === "0") this.stage.fit();
    else if (event.key === "Escape") this.stage.setProbe(null);
    else return;
    event.preventDefault();
  }
}

/** The handle between before and after: dragged, or moved with the arrow keys. */
class Divider {
  constructor(pane) {
    this.pane = pane;
    this.root = make(
      "div",
      {
        class: "ck-divider",
        role: "slider",
        tabindex: 0,
        "aria-label": "Divider between before and after",
        "aria-valuemin": 0,
        "aria-valuemax": 100,
      },
      icon("swipe"),
    );
    this.root.addEventListener("pointerdown", (event) =>
      this.root.setPointerCapture(event.pointerId),
    );
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

/** All panes of a figure, what links them, and the status line under them. */
class Stage {
  constructor(conversation, panel) {
    Object.assign(this, { conversation, panel, panes: [], cameras: {}, probe: null });
    Object.assign(this, {
      histograms: false,
      swiped: null,
      title: conversation.model.get("title"),
    });
    this.zoomed = make("span", {
      class: "ck-zoom",
      title: "Screen pixels for each picture pixel",
    });
    this.root = make("div", { class: "ck-panes" });
    this.status = make("div", { class: "ck-status", role: "status" }, HINT);
    this.resizing = new ResizeObserver(() => this.arrangeSoon());
    for (const part of [this.root, this.status, panel.root]) this.resizing.observe(part);
  }

  camera({ height, width, size }) {
    return (this.cameras[size] ??= new Camera(height, width));
  }

  show(pictures) {
    this.pictures = pictures;
    const wanted = this.arrangement();
    for (const pane of this.panes.filter((pane) => !(pane.title in wanted))) pane.remove();
    const known = Object.fromEntries(this.panes.map((pane) => [pane.title, pane]));
    this.panes = Object.keys(wanted).map((title) => known[title] ?? this.newPane(title));
    this.panes.forEach((pane) => pane.show(...wanted[pane.title]));
    this.root.classList.toggle(
      "ck-untitled",
      pictures.length === 1 && pictures[0].title === this.title,
    );
    const roots = this.panes.map((pane) => pane.root);
    const inPlace = roots.every((root, index) => this.root.children[index] === root);
    if (!inPlace) this.root.replaceChildren(...roots);
    this.arrange();
    this.draw();
  }

  /** {title: [picture]} of the panes, or {"a | b": [a, b], ...} while a swipe is on. */
  arrangement() {
    const pair = this.swiped?.map((title) =>
      this.pictures.find((picture) => picture.title === title),
    );
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
    for (const pane of this.panes) (pane.resize(), pane.draw(), pane.drawHistogram());
    if (this.panes.length) this.zoomed.textContent = this.panes[0].magnification;
    this.read();
  }

  redraw() {
    cancelAnimationFrame(this.waiting);
    this.waiting = requestAnimationFrame(() => this.draw());
  }

  read() {
    const readings = this.panes.map((pane) => pane.read(this.probeFor(pane.pictures[0].size)));
    const linked = readings.filter(Boolean);
    const at = this.probe && `row ${this.probe.row}, column ${this.probe.column}`;
    this.status.textContent = linked.length ? [at, ...linked].join("  ·  ") : HINT;
    this.status.classList.toggle("ck-hint", !linked.length);
  }

  probeFor(size) {
    return this.probe?.size === size ? this.probe : null;
  }

  setProbe(probe) {
    this.probe = probe && {
      size: probe.pane.pictures[0].size,
      row: probe.row,
      column: probe.column,
    };
    this.redraw();
  }

  /** Arrow keys: the pane's slider moves where it has one, or the picked point, else the probe. */
  step(pane, down, across) {
    const slider = this.sliderOn(pane);
    if (slider) return this.slide(slider, this.value(slider) + (across - down) * slider.step);
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

  /** Of the size of one of the figure's images; others are plots, or details of a photo. */
  isPhoto(size) {
    if (size.startsWith("plot")) return false;
    if (this.conversation.model.get("one_zoom")) return true;
    const sizes = this.pictures.map((picture) => picture.size);
    const own = this.conversation.model.get("image_shape").join("x");
    const names = this.conversation.model.get("photos");
    const named = this.pictures.filter((picture) => names.includes(picture.title));
    const photos = [own, ...named.map((picture) => picture.size)];
    return !sizes.includes(own) || photos.includes(size);
  }

  // ---- places

  arrangeSoon() {
    cancelAnimationFrame(this.arranging);
    this.arranging = requestAnimationFrame(() => this.arrange());
  }

  /** Place the panes: in a lecture and full screen they fill the room, else a window's height. */
  arrange() {
    const { root } = this;
    if (!this.panes.length || !root.clientWidth) return;
    const fills = Boolean(getComputedStyle(root).getPropertyValue("--fills"));
    if (fills) root.style.minHeight = "";
    const width = root.clientWidth;
    const height = Math.floor(fills ? root.clientHeight : this.roomInWindow());
    this.forgetTitlesOf(width, height);
    const measured = this.panes.map((pane) => pane.measured(fills));
    const known = JSON.stringify([width, height, measured.map((pane) => ({ ...pane, shown: 0 }))]);
    if (known === this.arrangedFor) return this.settleHeight();
    this.arrangedFor = known;
    const least = (fills ? IN_A_HALL * window.innerHeight : LEGIBLE) / LETTERS;
    const aligned = this.conversation.model.get("aligned");
    if (this.conversation.model.get("one_zoom")) atOneZoom(measured);
    const joined = join(measured, (pane) => aligned.includes(pane.shown.title));
    const places = apart(arranged(joined, width, height, { least, fills }));
    const down = fills ? Math.max(0, (height - depth(places)) / 2) : 0;
    for (const { pane, left, top, width } of places) {
      const place = { left: Math.round(left), top: Math.round(top + down), width };
      for (const [side, length] of Object.entries(place))
        pane.shown.root.style[side] = `${length}px`;
    }
    this.height = Math.floor(depth(places));
    this.settleHeight();
    this.askForPlots(places);
  }

  settleHeight() {
    this.root.style.minHeight = `${this.height}px`;
  }

  /** Titles may be broken otherwise where the room is another one. */
  forgetTitlesOf(width, height) {
    const room = `${width}x${height}`;
    if (room !== this.room) for (const pane of this.panes) pane.chrome = 0;
    this.room = room;
  }

  /** Python draws the plots at the pixels of their panes. */
  askForPlots(places) {
    const plot = places.find(({ pane }) => pane.drawn);
    if (!plot) return;
    const dense = window.devicePixelRatio || 1;
    const scale = (dense * plot.width) / plot.pane.natural.width;
    const { model } = this.conversation;
    if (Math.abs(model.get("scale") / scale - 1) < 1e-3) return;
    model.set("scale", scale);
    model.save_changes();
  }

  /** Height for the panes, so that the figure's head and controls are seen with them. */
  roomInWindow() {
    const parts = [this.root.closest(".coursekit-figure"), this.root, this.panel.root];
    const [figure, panes, panel] = parts.map((part) => part.getBoundingClientRect());
    const controls = panel.left >= panes.right ? 0 : panel.height + GAP;
    const taken = panes.top - figure.top + this.status.offsetHeight + controls + 2 * GAP;
    const room = Math.max(LEAST_WINDOW, window.innerHeight - OTHER_BARS) - taken;
    return panes.width < NARROW ? Math.max(room, 1.2 * panes.width) : room;
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

  /** A click sets the pane's slider, or moves the nearest of the figure's points. */
  pick(pane, row, column) {
    const slider = this.sliderOn(pane);
    if (slider) return this.slide(slider, along(slider, column / pane.pictures[0].width));
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

  // ---- sliders that a pane sets

  sliderOn(pane) {
    const specs = Object.values(this.conversation.specs);
    return specs.find((spec) => spec.kind === "slider" && spec.pane === pane.title);
  }

  value(spec) {
    return this.conversation.values[spec.name];
  }

  slide(spec, value) {
    this.conversation.move(spec.name, nearest(spec, value));
    this.panel.show();
  }

  invitation(pane) {
    const slider = this.sliderOn(pane);
    return slider ? `Click, drag or press ← → to set: ${slider.label}` : "";
  }
}

/** The value at a share of a plot's width, which all values divide evenly, as bars do. */
function along({ minimum, maximum, step }, share) {
  const values = Math.round((maximum - minimum) / step) + 1;
  return minimum + step * Math.floor(share * values);
}
