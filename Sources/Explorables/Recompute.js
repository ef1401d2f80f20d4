// A plan of numbers, run again for other parameters: its steps are data, and each rounds as it does in Nabla. Where a
// decision falls otherwise than it did there, there is no answer.
const halves = (x) => {
  const shifted = 134217729 * x, high = shifted - (shifted - x);
  return [high, x - high];
};
const square = (x) => {
  const product = x * x, [high, low] = halves(x);
  return [product, high * high - product + 2 * high * low + low * low];
};
const hypot = (x, y) => {
  let [a, b] = [Math.abs(x), Math.abs(y)];
  if (a === Infinity || b === Infinity) return Infinity;
  if (a !== a || b !== b) return NaN;
  if (a < b) [a, b] = [b, a];
  if (b <= a * 2 ** -60) return a + b;
  let scale = 1;
  if (a > 2 ** 500) scale = 2 ** -600;
  if (b < 2 ** -450) scale = 2 ** 600;
  const first = square(a * scale), other = square(b * scale);
  const sum = first[0] + other[0], low = other[0] - (sum - first[0]) + (first[1] + other[1]);
  let root = Math.sqrt(sum);
  const whole = square(root);
  root += (sum - whole[0] - whole[1] + low) / (2 * root);
  return scale === 1 ? root : scale < 1 ? root * 2 ** 600 : root * 2 ** -600;
};
const sumOfSquares = (numbers, factor) => numbers.reduce((sum, x) => sum + x * factor * (x * factor), 0);
const norm = (...numbers) => {
  const sum = sumOfSquares(numbers, 1);
  if ((sum > 1e-280 && sum < 1e300) || sum !== sum) return Math.sqrt(sum);
  const greatest = Math.max(0, ...numbers.map(Math.abs).filter(Number.isFinite));
  if (!(greatest > 0)) return Math.sqrt(sum);
  let exponent = Math.floor(Math.log2(greatest));
  while (2 ** exponent > greatest) exponent -= 1;
  while (2 ** (exponent + 1) <= greatest) exponent += 1;
  return Math.sqrt(sumOfSquares(numbers, 2 ** -exponent)) * 2 ** exponent;
};
const power = (a, b) => (b === 2 ? a * a : b === 1 ? a : b === 3 ? a * a * a : b === -1 ? 1 / a : b === 0 ? 1 : a ** b);
const sigmoid = (x) => {
  const e = Math.exp(-Math.abs(x));
  return x >= 0 ? 1 / (1 + e) : e / (1 + e);
};
const product = (a, b) => (a === 0 || b === 0 ? 0 : a * b);
const FUNCTIONS = new Map(Object.entries({
  "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b, "neg": (a) => -a,
  "*+": (a, b, c) => a * b + c, "*-": (a, b, c) => a * b - c, "-*": (a, b, c) => c - a * b,
  "^": power, "0*": product, "*log": (p, a) => (p === 0 ? 0 : p * Math.log(a)), hypot, norm, sigmoid,
  "^'": (c, a, b) => (b === 2 ? c * (2 * a) : b === 0 ? 0 : product(b, c * power(a, b - 1))),
  "log2'": (c, x) => c * (Math.LOG2E / x), "log10'": (c, x) => c * (Math.LOG10E / x), "log1p'": (c, x) => c * (1 / (1 + x)),
  "expm1'": (c, x) => c * Math.exp(x), "tan'": (c, x, y) => c * (1 + y * y), "sinh'": (c, x) => c * Math.cosh(x),
  "cosh'": (c, x) => c * Math.sinh(x), "tanh'": (c, x, y) => c * (1 - y * y), "sigmoid'": (c, x, y) => c * (y * (1 - y)),
  ...Object.fromEntries(["sqrt", "exp", "log", "log2", "log10", "log1p", "expm1", "sin", "cos", "tan", "asin", "acos", "atan",
    "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "cbrt", "abs", "sign", "floor", "ceil"].map((name) => [name, Math[name]])),
}));
const DECISIONS = new Map(Object.entries({
  "==": (a, b) => a === b, "!=": (a, b) => a !== b, "<": (a, b) => a < b, "<=": (a, b) => a <= b,
  ">": (a, b) => a > b, ">=": (a, b) => a >= b, finite: (a) => a - a === 0,
}));

// The registers of a plan, what is computed once, and what is computed in each turn: what depends on `carried`.
const planned = (plan, carried = []) => {
  const registers = new Float64Array(Math.min(plan.count, 1 << 20));
  for (const [register, text] of plan.constants) registers[register] = Number(text);
  const [once, turn] = [[], []];
  const moving = new Set(carried);
  for (const [name, place, ...operands] of plan.steps) {
    const [a, b, c] = operands;
    const part = operands.some((operand) => moving.has(operand)) ? turn : once;
    const decide = DECISIONS.get(name), apply = FUNCTIONS.get(name);
    if (decide) {
      part.push(() => decide(registers[a], registers[b]) === (place === 1));
      continue;
    }
    if (!apply) throw new Error("unknown step");
    if (part === turn) moving.add(place);
    part.push(
      operands.length > 3 || apply === norm
        ? () => ((registers[place] = apply(...operands.map((operand) => registers[operand]))), true)
        : () => ((registers[place] = apply(registers[a], registers[b], registers[c])), true));
  }
  const all = (steps) => {
    for (const step of steps) if (!step()) return false;
    return true;
  };
  return {
    registers, length: turn.length,
    start: (values) => {
      plan.inputs.forEach((register, i) => (registers[register] = values[i]));
      return all(once);
    },
    turn: () => all(turn),
  };
};

// A descent, turn by turn, as `descend` makes it: points, losses and gradient norms, or nothing.
const MOST = 5e7;
const descended = (turns, machine, values) => {
  const { carried, point, turn, loss, norm, steps } = turns;
  const { registers } = machine;
  const tolerance = Number(turns.tolerance);
  if (!(steps * (machine.length + 8) <= MOST) || !machine.start(values)) return null;
  for (const [place, first] of carried) registers[place] = registers[first];
  const path = { points: [], losses: [], norms: [], steps: 0, status: "" };
  const next = new Float64Array(carried.length);
  for (let t = 0; ; t++) {
    registers[turn] = t + 1;
    if (!machine.turn()) return null;
    const [value, size] = [registers[loss], registers[norm]];
    path.points.push(point.map((place) => registers[place]));
    path.losses.push(value);
    path.norms.push(size);
    path.steps = t;
    path.status = !Number.isFinite(value + size) || Math.abs(value) > 1e100 ? "diverged"
      : size <= tolerance ? "converged" : t >= steps ? "stopped" : "";
    if (path.status) return path;
    carried.forEach(([, , result], i) => (next[i] = registers[result]));
    carried.forEach(([place], i) => (registers[place] = next[i]));
  }
};

// Numbers and values as Nabla prints them.
const isWhole = (x) => !Number.isFinite(x) || (x === Math.round(x) && Math.abs(x) < 1e15);
const printed = (x, pointed = false) => {
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x < 0 ? "-Inf" : "Inf";
  const sign = x < 0 || Object.is(x, -0) ? "-" : "";
  if (isWhole(x)) return sign + Math.abs(x) + (pointed ? ".0" : "");
  const [mantissa, e] = Math.abs(x).toExponential().split("e");
  const digits = mantissa.replace(".", "");
  const exponent = Number(e);
  if (exponent >= 15 || exponent < -4)
    return sign + digits[0] + (digits.length > 1 ? "." + digits.slice(1) : "") + "e" + exponent;
  if (exponent < 0) return sign + "0." + "0".repeat(-exponent - 1) + digits;
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, "0");
  return sign + digits.slice(0, exponent + 1) + "." + digits.slice(exponent + 1);
};
const header = (shape) => shape.join("×") + " f64";
const blockOf = (numbers, shape) => {
  const columns = shape[shape.length - 1], rows = numbers.length / columns;
  const pointed = !numbers.every(isWhole);
  const cell = (row, column) => {
    const text = printed(numbers[row * columns + column], pointed);
    const point = /^[A-Za-z]/.test(text) ? -1 : text.search(/[.e]/);
    return { text, before: point < 0 ? text.length : point, after: point < 0 ? 0 : text.length - point };
  };
  const measured = (index) => {
    const cells = Array.from({ length: rows }, (_, row) => cell(row, index));
    const most = (part) => Math.max(...cells.map((one) => one[part]));
    return { index, before: most("before"), after: most("after") };
  };
  // From both ends inwards, as many columns as a line holds.
  const [head, tail] = [[], []];
  let width = -1, isCut = false;
  while (head.length + tail.length < columns) {
    const takesHead = head.length <= tail.length;
    const next = measured(takesHead ? head.length : columns - 1 - tail.length);
    const isLast = head.length + tail.length === columns - 1;
    const own = next.before + next.after;
    if (width + own + 2 + (isLast ? 0 : 3) > 100 && head.length + tail.length >= 2) {
      isCut = true;
      break;
    }
    width += own + 2;
    (takesHead ? head : tail).push(next);
  }
  const chosen = [...head, ...(isCut ? [null] : []), ...tail.reverse()];
  const line = (row) => " " + chosen.map((column) => {
    if (!column) return "…";
    const { text, before, after } = cell(row, column.index);
    return " ".repeat(column.before - before) + text + " ".repeat(column.after - after);
  }).join("  ");
  return [header(shape), ...Array.from({ length: rows }, (_, row) => line(row).trimEnd())].join("\n");
};
const shown = (value, registers, isAlone = false) => {
  if (value.constant !== undefined) return String(value.constant);
  if (value.number !== undefined) return printed(registers[value.number]);
  if (value.text) return value.text.map((piece) => shown(piece, registers)).join("");
  if (value.tensor) {
    const numbers = value.tensor.map((register) => registers[register]);
    if (isAlone) return blockOf(numbers, value.shape);
    const pointed = !numbers.every(isWhole);
    return numbers.length > 10 ? header(value.shape) : "[" + numbers.map((x) => printed(x, pointed)).join(", ") + "]";
  }
  if (value.tuple) {
    const items = value.tuple.map((item) => shown(item, registers));
    return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
  }
  return `(${value.record.map(([name, item]) => `${name} = ${shown(item, registers)}`).join(", ")})`;
};

// What an explorable shows at these values of its parameters; nothing where only its states know. `lines` gives those of
// the picture of the nearest one, at `index`.
const recomputing = (data, edited) => {
  const { plan, turns } = data.recomputed;
  const machine = planned(plan, turns ? [turns.turn, ...turns.carried.map(([place]) => place)] : []);
  return (values, index, lines) => {
    if (!turns) return machine.start(values) ? { kind: "text", text: shown(data.recomputed.shown, machine.registers, true) } : null;
    const path = descended(turns, machine, values);
    return path && redrawn(data.recomputed, path, machine.registers, index, (edits) => edited(lines(), edits));
  };
};
