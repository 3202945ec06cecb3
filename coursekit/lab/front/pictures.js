// Decoded pictures, what part of them is seen, and what is drawn over them.

/** One decoded picture; its pixels are read out when somebody asks for them. */
class Picture {
  static async decode(pane) {
    const blob = new Blob([pane.data], { type: pane.mime });
    const asStored = { colorSpaceConversion: "none", premultiplyAlpha: "none" };
    return new Picture(pane, await createImageBitmap(blob, asStored));
  }

  /** Height and width are of the picture itself; a plot's bitmap has the pixels of its pane. */
  constructor({ title, alt, height, width, gray, plot, digest, mime }, bitmap) {
    Object.assign(this, { title, alt, height, width, gray, plot, digest, bitmap });
    this.exact = mime === "image/png";
    this.size = `${plot ? "plot " : ""}${height}x${width}`;
    this.dense = bitmap.width / width;
  }

  get pixels() {
    if (!this.read) {
      const { width, height } = this.bitmap;
      const canvas = new OffscreenCanvas(width, height);
      const pen = canvas.getContext("2d", { willReadFrequently: true });
      pen.drawImage(this.bitmap, 0, 0);
      this.read = pen.getImageData(0, 0, width, height);
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
        pen.fillText(
          level,
          x + scale / 2,
          y + scale / 2 + (index - (value.length - 1) / 2) * size * 1.1,
        ),
      );
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
  for (const [width, color] of [
    [5, "#000"],
    [2.5, "#f0e442"],
  ]) {
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ]) {
      line(pen, x + 6 * dx, y + 6 * dy, x + 16 * dx, y + 16 * dy, color, width);
    }
  }
}

/** Histogram of what is seen of a picture (of two: the first as a line, the second filled). */
class Histogram {
  constructor() {
    this.canvas = make("canvas", { width: 512, height: 120, "aria-hidden": "true" });
    this.note = make("span", { class: "ck-unit" });
    this.root = make("div", { class: "ck-histogram", hidden: true }, this.canvas, this.note);
  }

  draw(pictures, seen) {
    const counted = pictures.map((picture) => count(picture, seen));
    const pen = this.canvas.getContext("2d");
    pen.clearRect(0, 0, 512, 120);
    counted.forEach((channels, index) => {
      const paint = index === counted.length - 1 ? fillCounts : lineCounts;
      channels.forEach((counts, channel) => paint(pen, counts, this.color(channels, channel)));
    });
    const name = pictures.length > 1 ? `${pictures.at(-1).title}: ` : "";
    this.note.textContent = name + summary(counted.at(-1));
  }

  color(channels, channel) {
    const ink = () => getComputedStyle(this.root).getPropertyValue("--ck-ink");
    return channels.length === 1 ? ink() : CHANNELS[channel];
  }
}

/** Height of each bar; the bars at 0 and 255 may be cut, so that they do not flatten the rest. */
function heights(counts) {
  const top = Math.max(1, ...counts.subarray(1, 255));
  return [...counts].map((number) => Math.min(1, number / top) * 116);
}

function fillCounts(pen, counts, color) {
  Object.assign(pen, { globalAlpha: 0.55, fillStyle: color });
  heights(counts).forEach((height, level) => pen.fillRect(2 * level, 120 - height, 2, height));
  pen.globalAlpha = 1;
}

function lineCounts(pen, counts, color) {
  Object.assign(pen, { lineWidth: 1.5, strokeStyle: color });
  pen.beginPath();
  heights(counts).forEach((height, level) => pen.lineTo(2 * level + 1, 119 - height));
  pen.stroke();
}

/** Mean, and the shares of values that sit at 0 and at 255. */
function summary(channels) {
  const bins = [...channels[0]].map((_, level) =>
    channels.reduce((n, counts) => n + counts[level], 0),
  );
  const total = bins.reduce((sum, number) => sum + number, 0);
  const mean = bins.reduce((sum, number, level) => sum + number * level, 0) / total;
  const [black, white] = [bins[0] / total, bins[255] / total].map(percent);
  return `mean ${mean.toFixed(1)} · at 0: ${black} · at 255: ${white}`;
}

function count(picture, { left, right, top, bottom }) {
  const counts = Array.from({ length: picture.gray ? 1 : 3 }, () => new Uint32Array(256));
  const { data } = picture.pixels;
  for (let row = top; row < bottom; row++) {
    for (
      let at = 4 * (row * picture.width + left), end = at + 4 * (right - left);
      at < end;
      at += 4
    ) {
      for (let channel = 0; channel < counts.length; channel++)
        counts[channel][data[at + channel]]++;
    }
  }
  return counts;
}
