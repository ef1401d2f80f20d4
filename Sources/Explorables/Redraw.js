// A descent drawn into the ground of a picture: the same lines, marks and texts, at the same places, that Nabla draws
// there. What would have to find a place between the others is left out: the names of lines that end within the frame,
// and at which step a path leaves it.
const upwards = (x) => (x < 0 ? -Math.round(-x) : Math.round(x));
const decimal = (value, decimals) => {
  const scale = 10 ** decimals, scaled = upwards(value * scale);
  if (!(Math.abs(scaled) < 1e15)) return "0";
  const whole = Math.abs(scaled);
  const rest = String(whole % scale).padStart(decimals, "0").replace(/0+$/, "");
  return (scaled < 0 ? "-" : "") + Math.floor(whole / scale) + (rest ? "." + rest : "");
};
const pixels = (value) => decimal(value, 1);
const markup = (text) =>
  text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c])
    .replace(/[\n\t]/g, " ").replace(/[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/g, "\ufffd");

// Numbers for labels. C rounds a tie to the even digit, JavaScript upwards.
const settled = (short, long) => {
  const [mantissa, exponent] = long.split("e");
  const kept = mantissa.slice(0, short.split("e")[0].length);
  const isTie = /^50*$/.test(mantissa.slice(kept.length).replace(".", "")) && /[02468]\.?$/.test(kept);
  return isTie ? kept + (exponent === undefined ? "" : "e" + exponent) : short;
};
const fixed = (value, decimals) => {
  const text = settled(value.toFixed(decimals), value.toFixed(Math.min(100, decimals + 40)));
  return /[1-9]/.test(text) ? text : text.replace("-", "");
};
const trimmed = (text) => (text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text);
const exponential = (value, digits) => settled(value.toExponential(digits - 1), value.toExponential(100)).split("e");
const notation = (value, digits, scientific) => {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value < 0 ? "-Inf" : "Inf";
  if (value === 0) return "0";
  const [mantissa, e] = exponential(value, digits), exponent = Number(e);
  if (exponent >= 6 || exponent < -4) return scientific(trimmed(mantissa), exponent);
  return trimmed(fixed(value, Math.max(0, digits - 1 - exponent)));
};
const plainText = (value, digits = 4) => notation(value, digits, (mantissa, exponent) => mantissa + "e" + exponent);
const raised = (n) => (n < 0 ? "⁻" : "") + [...String(Math.abs(n))].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("");
const labelText = (value, digits = 4) =>
  notation(value, digits, (mantissa, exponent) => (mantissa === "1" ? "10" : mantissa + "×10") + raised(exponent)).replace(/^-/, "−");
const endText = (value) => labelText(Number.isFinite(value) ? Number(exponential(value, 7).join("e")) : value);
const tuple = (point, text) => (point.length === 1 ? text(point[0]) : `(${point.map((x) => text(x)).join(", ")})`);

// The width of a text: the advance widths of Helvetica, 8 % wider.
const ADVANCES = [278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556,
  556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722,
  778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556,
  556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584];
const RANGES = [[0x0, 0x1f, 0], [0x7f, 0x9f, 0], [0x200b, 0x200f, 0], [0x300, 0x36f, 0], [0xfe00, 0xfe0f, 0], [0xb2, 0xb3, 400],
  [0xb9, 0xb9, 400], [0x2070, 0x209f, 400], [0xb7, 0xb7, 333], [0xd7, 0xd7, 600], [0xf7, 0xf7, 600], [0xa0, 0xff, 600],
  [0x391, 0x3a9, 722], [0x3b1, 0x3c9, 580], [0x2016, 0x2016, 500], [0x2026, 0x2026, 1000], [0x2014, 0x2014, 1000],
  [0x2212, 0x2212, 584], [0x2190, 0x22ff, 750], [0x1100, 0x115f, 1000], [0x2e80, 0xa4cf, 1000], [0xac00, 0xd7a3, 1000],
  [0xf900, 0xfaff, 1000], [0xfe30, 0xfe6f, 1000], [0xff00, 0xff60, 1000], [0xffe0, 0xffe6, 1000], [0x1f000, 0x10ffff, 1250]];
const advance = (code) => ADVANCES[code - 0x20] ?? RANGES.find(([low, high]) => code >= low && code <= high)?.[2] ?? 667;
const units = (text) => [...text].reduce((sum, character) => sum + advance(character.codePointAt(0)), 0);
const widthOf = (text, size) => (units(text) / 1000) * size * 1.08;
const elided = (text, size, limit) => {
  const characters = [...text];
  let fitting = 0;
  for (let i = 1; i <= characters.length; i++) {
    const head = characters.slice(0, i).join("");
    if (widthOf(head, size) > limit) return characters.slice(0, fitting).join("").replace(/ +$/, "") + "…";
    if (widthOf(head + "…", size) <= limit) fitting = i;
  }
  return text;
};

// From data to pixels.
const scaleOf = ({ kind, ends: [low, high], pixels: [start, end] }) => {
  const isLog = kind === "log", forward = isLog ? Math.log10 : (x) => x;
  const [first, last] = [forward(low), forward(high)];
  const ratio = isLog && low > 0 && low < high && high - low < low ? Math.log1p((high - low) / low) : 0;
  const share = (x) => {
    if (ratio && x / low > 0) return Math.log1p((x - low) / low) / ratio;
    const value = forward(x), part = (value - first) / (last - first);
    if (Number.isFinite(part) && part !== 0) return part;
    return value === first ? 0 : (value / 2 - first / 2) / (last / 2 - first / 2);
  };
  return { isLog, start, end, at: (x) => (x !== x || (isLog && x <= 0) ? null : start + share(x) * (end - start)) };
};
const planeOf = ({ box: [left, top, width, height], x, y }) => {
  const box = { left, top, width, height, right: left + width, bottom: top + height };
  const [across, up] = [scaleOf(x), scaleOf(y)];
  const at = (a, b) => {
    const [px, py] = [across.at(a), up.at(b)];
    return px !== null && py !== null && Number.isFinite(px) && Number.isFinite(py) ? [px, py] : null;
  };
  const isZero = (b) => b === 0 && up.isLog;
  const orZero = (a, b) => {
    const px = across.at(a);
    return !isZero(b) ? at(a, b) : px !== null && Number.isFinite(px) ? [px, up.start] : null;
  };
  return { box, at, isZero, orZero, across };
};
const within = (box, [x, y], margin = 0) =>
  x >= box.left - margin && x <= box.right + margin && y >= box.top - margin && y <= box.bottom + margin;
const distance = (a, b) => Math.sqrt((b[0] - a[0]) * (b[0] - a[0]) + (b[1] - a[1]) * (b[1] - a[1]));

// Lines as they are drawn: without gaps, near their box, without what makes no difference to the eye.
const runsOf = (points) => {
  const runs = [];
  let isOpen = false;
  for (const point of points) {
    if (point && isOpen) runs[runs.length - 1].push(point);
    else if (point) runs.push([point]);
    isOpen = !!point;
  }
  return runs;
};
const cut = ([ax, ay], [bx, by], low, high) => {
  const [dx, dy] = [bx - ax, by - ay];
  if (!Number.isFinite(dx) || !Number.isFinite(dy)) return null;
  let [start, end] = [0, 1];
  for (const [speed, room] of [[-dx, ax - low[0]], [dx, high[0] - ax], [-dy, ay - low[1]], [dy, high[1] - ay]]) {
    if (speed === 0) {
      if (room < 0) return null;
    } else if (speed < 0) start = Math.max(start, room / speed);
    else end = Math.min(end, room / speed);
  }
  if (start > end) return null;
  return [start === 0 ? [ax, ay] : [ax + start * dx, ay + start * dy], end === 1 ? [bx, by] : [ax + end * dx, ay + end * dy]];
};
const clipped = (run, box) => {
  const [low, high] = [[box.left - 30, box.top - 30], [box.right + 30, box.bottom + 30]];
  const parts = [];
  for (let i = 0; i + 1 < run.length; i++) {
    const segment = cut(run[i], run[i + 1], low, high);
    if (!segment) continue;
    const last = parts.length ? parts[parts.length - 1][parts[parts.length - 1].length - 1] : null;
    if (last && last[0] === segment[0][0] && last[1] === segment[0][1]) parts[parts.length - 1].push(segment[1]);
    else parts.push(segment);
  }
  return parts;
};
const offLine = (p, a, b) => {
  const length = distance(a, b);
  if (length === 0) return distance(p, a);
  const share = ((p[0] - a[0]) * (b[0] - a[0]) + (p[1] - a[1]) * (b[1] - a[1])) / (length * length);
  const part = Math.min(Math.max(share, 0), 1);
  return distance(p, [a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])]);
};
const simplified = (points) => {
  if (points.length < 3) return points;
  const kept = new Set([0, points.length - 1]);
  const pending = [[0, points.length - 1, 0]];
  while (pending.length) {
    const [first, last, depth] = pending.pop();
    let [farthest, greatest] = [first, 0.25];
    for (let i = first + 1; i < last; i++) {
      const off = offLine(points[i], points[first], points[last]);
      if (off > greatest) [greatest, farthest] = [off, i];
    }
    if (farthest === first) continue;
    if (depth > 64) farthest = first + Math.floor((last - first) / 2);
    kept.add(farthest);
    pending.push([first, farthest, depth + 1], [farthest, last, depth + 1]);
  }
  return points.filter((_, i) => kept.has(i));
};
const columnsOf = (points) => {
  const result = [];
  for (let start = 0; start < points.length; ) {
    const column = Math.floor(points[start][0]);
    let [end, least, greatest] = [start, start, start];
    while (end < points.length && Math.floor(points[end][0]) === column) {
      if (points[end][1] < points[least][1]) least = end;
      if (points[end][1] > points[greatest][1]) greatest = end;
      end++;
    }
    let previous = -1;
    for (const i of [start, Math.min(least, greatest), Math.max(least, greatest), end - 1])
      if (i > previous) result.push(points[(previous = i)]);
    start = end;
  }
  return result;
};
const thinned = (run, width) =>
  run.length > 2 * width && run.every((p, i) => i === 0 || run[i - 1][0] <= p[0]) ? columnsOf(run) : simplified(run);

// The `d` of a path: whole tenths of a pixel, relative.
const pathText = () => {
  let [text, command, x, y, start] = ["", " ", 0, 0, [0, 0]];
  const tenths = (value) => Math.max(-1e6, Math.min(1e6, upwards(value * 10)));
  const number = (t) => (t < 0 ? "-" : "") + Math.floor(Math.abs(t) / 10) + (t % 10 ? "." + (Math.abs(t) % 10) : "");
  const pair = (t) => (t < 0 ? "" : " ") + number(t);
  const move = (nx, ny) => {
    const isFirst = text === "";
    text += isFirst ? "M" + number(nx) + pair(ny) : "m" + number(nx - x) + pair(ny - y);
    // A pair after "m" already means "l".
    command = isFirst ? "M" : "l";
    [x, y, start] = [nx, ny, [nx, ny]];
  };
  const write = (letter, rest) => {
    text += letter === command ? (rest.startsWith("-") ? rest : " " + rest) : letter + rest;
    command = letter;
  };
  const made = {
    line: (points, isClosed = false) => {
      let isDrawn = false;
      for (const [px, py] of points) {
        if (!Number.isFinite(px) || !Number.isFinite(py)) continue;
        const [nx, ny] = [tenths(px), tenths(py)];
        if (!isDrawn) move(nx, ny);
        else {
          const [dx, dy] = [nx - x, ny - y];
          [x, y] = [nx, ny];
          if (dx !== 0 || dy !== 0) {
            if (dy === 0) write("h", number(dx));
            else if (dx === 0) write("v", number(dy));
            else write("l", number(dx) + pair(dy));
          }
        }
        isDrawn = true;
      }
      if (isDrawn && isClosed) {
        [text, command, x, y] = [text + "z", "z", ...start];
      }
      return made;
    },
    dot: ([px, py]) => {
      move(tenths(px), tenths(py));
      [text, command] = [text + "h0", "h"];
      return made;
    },
    get text() { return text; },
  };
  return made;
};

// What is painted, in the colours of both cards.
const canvasOf = (paints, id) => {
  const lines = [], rules = new Map(), clips = [];
  const themed = (property, light, dark) => {
    if (light === dark) return "";
    const key = property + light + dark;
    if (!rules.has(key)) rules.set(key, { name: "m" + rules.size, rule: `${property}:${dark}` });
    return rules.get(key).name;
  };
  const style = ({ fill, stroke, width = 1, opacity = 1 }) => {
    const classes = [];
    let text = "";
    for (const [property, paint] of [["fill", fill], ["stroke", stroke]]) {
      if (!paint) {
        if (property === "fill") text += ' fill="none"';
        continue;
      }
      text += ` ${property}="${markup(paints[paint][0])}"`;
      classes.push(themed(property, ...paints[paint]));
    }
    if (stroke && width !== 1) text += ` stroke-width="${decimal(width, 2)}"`;
    if (opacity < 1) {
      text += ` opacity="${decimal(opacity, 3)}"`;
      classes.push(themed("opacity", decimal(opacity, 3), decimal(opacity ** 0.65, 2)));
    }
    const names = classes.filter(Boolean);
    return text + (names.length ? ` class="${names.join(" ")}"` : "");
  };
  return {
    path: (d, look) => {
      if (d) lines.push(`<path d="${d}"${style(look)}${look.stroke ? ' stroke-linecap="round" stroke-linejoin="round"' : ""}/>`);
    },
    circle: ([x, y], r, look) => lines.push(`<circle cx="${pixels(x)}" cy="${pixels(y)}" r="${pixels(r)}"${style(look)}/>`),
    text: (text, [x, y], { size = 11, anchor, paint = "ink", bold, halo }) => {
      if (!text) return;
      const more = (anchor ? ` text-anchor="${anchor}"` : "") + (bold ? ' font-weight="bold"' : "")
        + (halo ? ' paint-order="stroke" stroke-linejoin="round"' : "");
      lines.push(`<text x="${pixels(x)}" y="${pixels(y)}" font-size="${pixels(size)}"${more}${
        style({ fill: paint, stroke: halo, width: 3 })}>${markup(text)}<\/text>`);
    },
    clip: (box, draw) => {
      const name = `${id}-m${clips.length}`;
      clips.push(`<clipPath id="${name}"><rect x="${pixels(box.left)}" y="${pixels(box.top)}" width="${
        pixels(box.width)}" height="${pixels(box.height)}"/><\/clipPath>`);
      lines.push(`<g clip-path="url(#${name})">`);
      draw();
      lines.push("<\/g>");
    },
    get markup() {
      const css = [...rules.values()].map(({ name, rule }) => `#${id}-0 .${name}{${markup(rule)}}`).join("");
      return `<style>@media (prefers-color-scheme:dark){${css}}<\/style>\n<defs>\n${clips.join("\n")}\n<\/defs>\n${lines.join("\n")}\n`;
    },
  };
};

// How a path leaves a frame for good: where it was last seen, its direction, and the step.
const exitOf = (positions, box) => {
  const isInside = positions.map((p) => !!p && within(box, p, 0.5));
  const last = isInside.lastIndexOf(true);
  if (isInside[isInside.length - 1] || last < 0) return null;
  const [seen, next] = [positions[last], positions[last + 1]];
  if (!next) return { at: seen, direction: [0, 0], step: last + 1 };
  const far = Math.max(Math.abs(next[0] - seen[0]), Math.abs(next[1] - seen[1]), 1);
  const way = [(next[0] - seen[0]) / far, (next[1] - seen[1]) / far];
  const length = Math.max(distance([0, 0], way), 2.2250738585072014e-308);
  let share = 1;
  if (next[0] > box.right) share = Math.min(share, (box.right - seen[0]) / (next[0] - seen[0]));
  if (next[0] < box.left) share = Math.min(share, (box.left - seen[0]) / (next[0] - seen[0]));
  if (next[1] > box.bottom) share = Math.min(share, (box.bottom - seen[1]) / (next[1] - seen[1]));
  if (next[1] < box.top) share = Math.min(share, (box.top - seen[1]) / (next[1] - seen[1]));
  share = Math.max(share, 0);
  return {
    at: [seen[0] + (next[0] - seen[0]) * share, seen[1] + (next[1] - seen[1]) * share],
    direction: [way[0] / length, way[1] / length], step: last + 1,
  };
};
const dotsOf = (positions, box) => {
  const dots = [];
  for (const p of positions) {
    if (!p || !within(box, p)) continue;
    if (dots.length && distance(dots[dots.length - 1], p) < 5.1) continue;
    dots.push(p);
  }
  const cells = new Set();
  return dots.filter(([x, y]) => {
    const cell = Math.floor(x / 3) + "," + Math.floor(y / 3);
    return !cells.has(cell) && cells.add(cell);
  });
};

const drawPath = (canvas, plane, path, look) => {
  const { box } = plane;
  const positions = path.points.map(([x, y]) => plane.at(x, y));
  const exit = exitOf(positions, box);
  const line = pathText();
  for (const run of runsOf(exit ? positions.slice(0, exit.step + 1) : positions))
    for (const part of clipped(run, box)) line.line(simplified(part));
  const dots = pathText();
  for (const dot of dotsOf(exit ? positions.slice(0, exit.step + 1) : positions, box)) dots.dot(dot);
  canvas.clip(box, () => {
    canvas.path(line.text, { stroke: "ground", width: look.width + 2.2, opacity: 0.55 });
    canvas.path(line.text, { stroke: "path", width: look.width });
    canvas.path(dots.text, { stroke: "path", width: 4.6 });
  });
  return { positions, exit };
};
const drawEnds = (canvas, plane, { positions, exit }, best) => {
  const { box } = plane;
  const place = best && plane.at(...best);
  if (place && within(box, place)) {
    const arms = pathText().line([[place[0] - 8, place[1]], [place[0] + 8, place[1]]])
      .line([[place[0], place[1] - 8], [place[0], place[1] + 8]]);
    canvas.path(arms.text, { stroke: "card", width: 3.5 });
    canvas.path(arms.text, { stroke: "ink", width: 1.5 });
  }
  const [first, last] = [positions[0], positions[positions.length - 1]];
  if (last && within(box, last, 0.5)) canvas.circle(last, 4.5, { fill: "path", stroke: "card", width: 1.2 });
  if (first && within(box, first, 0.5)) canvas.circle(first, 4.5, { fill: "card", stroke: "path", width: 2 });
  if (!exit) return;
  const { at: [x, y], direction: [dx, dy] } = exit;
  if (dx === 0 && dy === 0) {
    const cross = pathText().line([[x - 4.5, y - 4.5], [x + 4.5, y + 4.5]]).line([[x - 4.5, y + 4.5], [x + 4.5, y - 4.5]]);
    canvas.path(cross.text, { stroke: "path", width: 1.6 });
  } else {
    const back = [x - dx * 10, y - dy * 10];
    const arrow = pathText().line([[x, y], [back[0] - dy * 5, back[1] + dx * 5], [back[0] + dy * 5, back[1] - dx * 5]], true);
    canvas.path(arrow.text, { fill: "path", stroke: "ground", width: 0.8 });
  }
};
// A curve against the step, the rug under it, and its name where it ends at the edge of the frame.
const drawCurve = (canvas, plane, values, { width, table: [, , right] }, name, rises = []) => {
  const { box } = plane;
  const isPositive = values.some((v) => v > 0 && Number.isFinite(v));
  const positions = values.map((v, i) => plane.orZero(i, isPositive && !(v >= 0) ? NaN : v));
  const line = pathText();
  canvas.clip(box, () => {
    const runs = runsOf(positions);
    for (const run of runs) if (run.length === 1) canvas.circle(run[0], Math.max(3, width), { fill: "path" });
    for (const run of runs)
      if (run.length > 1) for (const part of clipped(run, box)) line.line(thinned(part, box.width));
    canvas.path(line.text, { stroke: "path", width });
    const rug = pathText();
    let last = -1;
    for (const step of rises) {
      const x = plane.across.at(step);
      if (x === null || x - last < 0.7) continue;
      last = x;
      rug.line([[x, box.bottom - 6], [x, box.bottom - 1]]);
    }
    canvas.path(rug.text, { stroke: "path" });
  });
  const end = positions.reduce(
    (last, p) => (p && within(box, p, 0.5) && (!last || p[0] > last[0]) ? p : last), null);
  // The least that a name has of the width of a figure before it is broken.
  const room = Math.max(64, Math.min(150, (0.25 * right) / 2.35));
  if (end && box.right - end[0] <= 30 && widthOf(name, 12) <= Math.min(room, right - box.right - 12)) {
    const y = Math.min(Math.max(end[1], box.top), box.bottom);
    canvas.text(name, [box.right + 8, y + 4], { size: 12, paint: "path" });
  }
  // What is 0 has no place on a logarithmic axis but its end.
  const zeros = positions.filter((p, i) => p && plane.isZero(values[i]) && within(box, p, 0.5));
  const places = [];
  let before = null;
  for (const [x, y] of zeros) {
    if (before !== null && x - before < 12) continue;
    places.push([(before = x), y - 4]);
  }
  if (!places.length) return;
  const marks = pathText();
  for (const [x, y] of places) marks.line([[x, y + 4.8], [x + 4.4, y - 3.2], [x - 4.4, y - 3.2]], true);
  canvas.path(marks.text, { fill: "path" });
  const isRight = places[0][0] > box.right - 20;
  canvas.text("0", [places[0][0] + (isRight ? -7 : 7), places[0][1] + 3],
    { anchor: isRight ? "end" : undefined, paint: "path", halo: "card" });
};

const fliesOff = ({ losses, status }) => {
  if (status === "diverged") return true;
  if (status === "converged") return false;
  const end = losses[losses.length - 1];
  if (Math.abs(end) > 1e100) return true;
  const finite = losses.filter(Number.isFinite);
  if (!finite.length) return false;
  const best = Math.min(...finite);
  return finite[finite.length - 1] - best > 1000 * Math.max(finite[0] - best, Math.abs(finite[0]));
};
const endingOf = (path, limits) => {
  const steps = path.steps === 1 ? "1 step" : `${path.steps} steps`;
  if (path.status === "converged") return `converged in ${steps}`;
  if (path.status === "diverged") return `diverged at step ${path.steps}`;
  if (fliesOff(path)) return `diverged in ${steps}`;
  const [left, right, low, high] = limits;
  const last = path.points.findLastIndex(([x, y]) => x >= left && x <= right && y >= low && y <= high);
  return last >= 0 && last < path.points.length - 1
    ? `left at step ${last + 1} of ${path.steps}` : `${path.status} after ${steps}`;
};

// The picture of a path, in the ground of the state at `index`.
const redrawn = (data, path, registers, index, groundAt) => {
  const look = data.looks[data.grounds[index].look];
  const ground = groundAt(data.grounds[index].edits);
  const id = (/ id="(n[0-9a-f]+)-0"/.exec(ground) || [])[1];
  if (!id || path.points.length > 12000) return null;
  const canvas = canvasOf(look.paints, id);
  const [plane, loss, norm] = look.planes.map(planeOf);
  const finite = path.losses.filter(Number.isFinite);
  const seen = finite.length ? Math.min(...finite) : null;
  // The optimum: the least of the map, or where the path has been lower.
  const { least } = look;
  let best = least && least.inside ? least.at : null;
  if (least && seen !== null && seen < least.value)
    best = path.points.find((p, i) => path.losses[i] === seen && p.every(Number.isFinite)) || best;
  if (!!best !== ground.includes(">optimum<\/text>")) return null;
  const lowest = Math.min(seen === null ? 0 : seen, least && least.inside ? least.value : seen === null ? 0 : seen);
  const gaps = path.losses.map((value) => (value - lowest <= Math.abs(lowest) * 4e-16 ? 0 : value - lowest));
  let arrival = gaps.length;
  if (path.status === "converged") while (arrival > 0 && gaps[arrival - 1] === 0) arrival -= 1;
  const curve = gaps.map((gap, i) => (gap === 0 && i < arrival && i > 0 ? NaN : gap));
  const rises = path.status !== "converged" ? []
    : path.norms.flatMap((size, i) => (i > 0 && size > path.norms[i - 1] ? [i] : []));

  const method = shown(data.method, registers);
  const ending = endingOf(path, look.limits);
  const [end, size] = [path.losses[path.steps], path.norms[path.steps]];
  const remark = rises.length
    ? `Rug: steps at which the gradient norm rises though the descent converges (${rises.length}).` : "";
  const title = data.title && shown(data.title, registers);
  const drawn = drawPath(canvas, plane, path, look);
  const head = method.split("(")[0];
  drawCurve(canvas, loss, curve, look, head);
  drawCurve(canvas, norm, path.norms, look, head, rises);
  drawEnds(canvas, plane, drawn, best);
  if (title) canvas.text(title, [look.head[0] + 12, look.head[1] + 24], { size: 14, bold: true });
  // The table, its columns as wide as their texts.
  const [left, top, width] = look.table;
  const heads = ["", "start", "ended", "loss", "gradient norm"];
  const row = [method, tuple(path.points[0], (x) => labelText(x, 3)), ending, endText(end), endText(size)];
  const widths = heads.map((head, i) => Math.max(widthOf(head, 11), widthOf(row[i], 11)));
  const gap = Math.min(16, Math.max(8, (width - 48 - widths.reduce((a, b) => a + b, 0)) / 4));
  const room = Math.max(60, width - 48 - widths.slice(1).reduce((sum, own) => sum + own + gap, 0));
  widths[0] = Math.min(widths[0], room);
  const extra = Math.min(14, Math.max(0, room - widths[0]) / 4);
  let x = left + 36;
  widths.forEach((own, i) => {
    canvas.text(heads[i], [x, top + 14], { paint: "muted" });
    canvas.text(i ? row[i] : elided(row[0], 11, own), [x, top + 31], {});
    x += own + gap + extra;
  });
  canvas.text(remark, [left + 12, top + 48], { paint: "muted" });

  const alt = `${title ? title + ": " : ""}Descent by ${method} from ${tuple(path.points[0], plainText)} ${ending}: loss ${
    plainText(end)}, gradient norm ${plainText(size)}.${remark && " " + remark}`;
  const name = title || alt.split(":")[0];
  const text = ground.replace("><\/title>", () => `>${markup(name)}<\/title>`).replace("><\/desc>", () => `>${markup(alt)}<\/desc>`)
    .replace(/<\/svg>\s*$/, () => canvas.markup + "<\/svg>\n");
  return { kind: "svg", alt, text };
};
