// The tools over the panes, and the figure as a whole.

class Toolbar {
  constructor(model, stage, conversation, root, complain) {
    Object.assign(this, { model, stage, conversation, figure: root, complain });
    this.swipe = button("swipe", "Swipe", () => this.toggleSwipe(), {
      text: "Swipe",
      pressed: false,
    });
    this.swipe.title = "Compare two pictures with a divider";
    this.pair = make("span", { class: "ck-pair", hidden: true });
    const histogram = { text: "Histogram", pressed: false };
    this.histogram = button("histogram", "Histogram", () => this.toggleHistogram(), histogram);
    this.histogram.title = "Histogram of what is seen of each photo";
    this.root = make(
      "div",
      { class: "ck-toolbar", role: "toolbar", "aria-label": "Picture tools" },
      button("minus", "Zoom out", () => stage.zoomAll(1 / 1.5)),
      stage.zoomed,
      button("plus", "Zoom in", () => stage.zoomAll(1.5)),
      button("fit", "Fit", () => stage.fit()),
      this.swipe,
      this.pair,
      this.histogram,
      ...this.photo(),
      this.back(),
      button("screen", "Full screen", () => this.fullscreen()),
    );
  }

  back() {
    const back = button("reset", "Reset", () => this.reset(), { text: "Reset" });
    const photo = this.model.get("accepts_upload") ? ", and back to the original picture" : "";
    back.title = `All controls as at first, whole picture${photo}`;
    return back;
  }

  photo() {
    if (!this.model.get("accepts_upload")) return [];
    this.figure.addEventListener("dragover", (event) => this.hover(event));
    this.figure.addEventListener("dragleave", () => this.mark(null));
    this.figure.addEventListener("drop", (event) => this.drop(event));
    const names = this.names.length ? this.names : ["photo"];
    return names.flatMap((name, place) => this.chooser(name, place));
  }

  /** What the figure's own pictures are called, where there are two. */
  get names() {
    return this.model.get("photos");
  }

  chooser(name, place) {
    const hidden = { hidden: true, "aria-label": "Photo file" };
    const input = make("input", { type: "file", accept: "image/*", ...hidden });
    input.addEventListener("change", () => {
      if (input.files[0]) this.upload(input.files[0], place);
      input.value = "";
    });
    const own = button("photo", `Own ${name}`, () => input.click(), { text: `Own ${name}` });
    const where = this.names.length ? `here or on the picture "${name}"` : "on the figure";
    own.title = `Use a photo of your own: choose it, or drop it ${where}`;
    own.classList.add("ck-photo");
    own.dataset.place = place;
    return [own, input];
  }

  async upload(file, place = 0) {
    const photo = file.size > LARGEST_MESSAGE ? await shrunk(file) : file;
    if (!photo)
      return this.complain(`${file.name} is too large, and this browser cannot shrink it.`);
    const data = new DataView(await photo.arrayBuffer());
    this.model.set("upload", { name: file.name, data, place });
    this.model.save_changes();
  }

  /** Which of the figure's own pictures a file falls on: that of the pane or button, or the first. */
  place(event) {
    const under = event.target.closest(".ck-pane, .ck-photo");
    if (under?.dataset.place) return Number(under.dataset.place);
    return Math.max(0, this.names.indexOf(under?.querySelector("[data-pane]")?.dataset.pane));
  }

  hover(event) {
    event.preventDefault();
    if (this.names.length) this.mark(this.place(event));
  }

  /** Frame the pane and the button of the picture that would be replaced. */
  mark(place) {
    const drops = (node, is) => node.classList.toggle("ck-drops", is);
    for (const own of this.root.querySelectorAll(".ck-photo"))
      drops(own, Number(own.dataset.place) === place);
    for (const pane of this.stage.panes) drops(pane.root, pane.title === this.names[place]);
  }

  drop(event) {
    event.preventDefault();
    this.mark(null);
    if (event.dataTransfer.files[0]) this.upload(event.dataTransfer.files[0], this.place(event));
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
    const first = pictures.find((picture) => picture.title === swiped?.[0]);
    const alike = pictures.filter((picture) => picture.size === first?.size);
    this.pair.hidden = alike.length < 3;
    const choose = (side, index) => {
      const options = alike.map(({ title }) => make("option", { value: title }, title));
      const select = make("select", { "aria-label": side }, ...options);
      select.value = swiped[index];
      select.addEventListener("change", () => this.setSwipe(swiped.with(index, select.value)));
      return select;
    };
    this.pair.replaceChildren(
      ...(alike.length < 3 ? [] : [choose("Before", 0), choose("After", 1)]),
    );
  }

  refresh() {
    this.swipe.disabled = !this.stage.swiped && !this.proposal();
  }

  fullscreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.figure.requestFullscreen();
  }
}

/** A photo too large for one message, shrunk here; null where it cannot be decoded. */
async function shrunk(file) {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return null;
  const share = Math.min(1, 1600 / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(bitmap.width * share, bitmap.height * share);
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.95 });
}

class FigureView {
  constructor(model, place) {
    this.model = model;
    this.received = this.shown = 0;
    this.known = {};
    const conversation = (this.conversation = new Conversation(model));
    this.panel = new ControlPanel(conversation, unused());
    this.stage = new Stage(conversation, this.panel);
    const title = model.get("title");
    this.root = make("section", { class: "coursekit-figure", "aria-label": title || "Figure" });
    this.toolbar = new Toolbar(model, this.stage, conversation, this.root, (text) =>
      this.complain(text),
    );
    this.message = make("div", { class: "ck-message", role: "alert", hidden: true });
    const heading = make("span", { class: "ck-heading" }, title);
    const head = make("div", { class: "ck-head" }, heading, this.toolbar.root);
    const busy = make("div", { class: "ck-busy" });
    const { stage, panel, message } = this;
    const body = make("div", { class: "ck-body" }, stage.root, stage.status, panel.root);
    this.root.append(head, busy, message, body);
    this.root.addEventListener("keydown", keepFromNotebook);
    place.append(this.root);
    this.listen();
  }

  listen() {
    this.handlers = {
      "change:panes": () => this.receive(),
      "change:values": () => this.conversation.listen() && this.panel.show(),
      "change:error": () => this.complain(),
      "change:request": () => this.wait(),
      "change:answered": () => this.wait(),
    };
    for (const [name, act] of Object.entries(this.handlers)) this.model.on(name, act);
    this.arrange = () => this.stage.arrangeSoon();
    document.addEventListener("fullscreenchange", this.arrange);
    window.addEventListener("resize", this.arrange);
    this.theme = new MutationObserver(() => (this.panel.show(), this.stage.redraw()));
    this.theme.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
    this.complain();
    this.receive();
  }

  wait() {
    this.root.classList.toggle("ck-waits", this.conversation.waits);
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
    this.complain();
    this.toolbar.refresh();
  }

  /** A picture that stood still is kept, and never swapped for a lossy copy of itself. */
  async decoded(pane) {
    const known = this.known[pane.title];
    const same = known && known.digest === pane.digest;
    return same && (known.exact || pane.mime !== "image/png") ? known : Picture.decode(pane);
  }

  complain(error = this.model.get("error")) {
    this.message.textContent = error;
    this.message.hidden = !error;
  }

  remove() {
    for (const [name, act] of Object.entries(this.handlers)) this.model.off(name, act);
    this.theme.disconnect();
    document.removeEventListener("fullscreenchange", this.arrange);
    window.removeEventListener("resize", this.arrange);
    this.stage.resizing.disconnect();
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
