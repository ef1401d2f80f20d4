(() => {
  "use strict";
  // The states of an explorable, unpacked: the first whole, the others as lines that differ.
  const unpack = async (packed) => {
    const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  };
  const edited = (lines, edits) => {
    const parts = [];
    let place = 0;
    for (const [start, count, text] of edits) {
      parts.push(...lines.slice(place, start), ...text);
      place = start + count;
    }
    return parts.concat(lines.slice(place)).join("\n");
  };
  const element = (name, attributes, text) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  };

  const start = async (root) => {
    const store = root.querySelector(".nabla-states");
    if (!store || root.dataset.live) return;
    // Those whose page computes wait for the script that can.
    if (store.classList.contains("nabla-computed") && typeof recomputing === "undefined") return;
    root.dataset.live = "true";
    const data = await unpack(store.textContent.trim());
    const { parameters, states } = data;
    const at = parameters.map((p) => p.start);
    // Numbers between the stops, where the page can compute what they show; nothing for those that stand at one.
    const between = parameters.map(() => null);
    let compute = null;
    try {
      if (data.recomputed) compute = recomputing(data, edited);
    } catch {}
    const follows = [];
    const picture = root.querySelector(".nabla-state");
    const controls = element("div", {
      style: "display:flex;flex-wrap:wrap;gap:4px 20px;align-items:center;margin:4px 0 6px;font:13px system-ui,sans-serif",
    });
    const drawn = new Map();
    const index = () => parameters.reduce((sum, p, i) => sum * p.stops.length + at[i], 0);
    const state = (i) => {
      if (!drawn.has(i)) {
        const { kind, edits, alt } = states[i];
        drawn.set(i, { kind, alt, text: edited(data.base[kind], edits) });
      }
      return drawn.get(i);
    };
    const part = (name, isShown) => {
      let found = picture.querySelector(name);
      if (!found) picture.append((found = element(name, {})));
      found.hidden = !isShown;
      return found;
    };
    const computed = () => {
      if (between.every((value) => value === null)) return null;
      try {
        const values = parameters.map(({ stops }, i) => between[i] ?? Number(stops[at[i]]));
        const found = compute(values, index(), () => state(index()).text.split("\n"));
        if (found) return found;
      } catch {}
      // Only the nearest state is known.
      between.fill(null);
      for (const follow of follows) follow();
      return null;
    };
    const show = () => {
      const { kind, text, alt } = computed() || state(index());
      const image = part("img", kind === "svg");
      const words = part("pre", kind === "text");
      if (kind === "svg") {
        const size = (name) => (new RegExp("<svg[^>]* " + name + '="([0-9.]+)"').exec(text) || [])[1];
        if (size("width")) [image.width, image.height] = [size("width"), size("height")];
        image.alt = alt;
        image.src = "data:image/svg+xml," + encodeURIComponent(text);
      } else {
        words.textContent = text;
      }
      root.dataset.state = index();
      root.dataset.between = between.join(" ").trim();
    };
    parameters.forEach((parameter, i) => {
      const label = element("label", { style: "display:flex;gap:8px;align-items:center" });
      label.append(element("span", {}, parameter.name));
      const last = parameter.stops.length - 1;
      const move = (to, also, value = null) => {
        at[i] = Math.max(0, Math.min(last, Math.round(to)));
        between[i] = value;
        for (const follow of also) follow();
        show();
      };
      if (parameter.kind === "box") {
        const box = element("input", { type: "checkbox", "aria-label": parameter.name });
        box.checked = parameter.stops[at[i]] === "true";
        box.addEventListener("input", () => move(parameter.stops.indexOf(String(box.checked)), []));
        label.append(box);
      } else if (parameter.kind === "menu") {
        const menu = element("select", { "aria-label": parameter.name });
        parameter.stops.forEach((stop, j) => menu.append(element("option", { value: j }, stop)));
        menu.value = at[i];
        menu.addEventListener("input", () => move(Number(menu.value), []));
        label.append(menu);
      } else {
        // Between two stops in hundredths, each a number of as few digits as that takes.
        const numbers = parameter.stops.map(Number);
        const segment = (value) => Math.max(0, Math.min(last - 1, numbers.findLastIndex((stop) => stop <= value)));
        const place = (value) => {
          const j = segment(value);
          return j + (value - numbers[j]) / (numbers[j + 1] - numbers[j]);
        };
        const value = (position) => {
          const j = Math.min(last - 1, Math.floor(position)), gap = numbers[j + 1] - numbers[j];
          const digits = Math.min(100, Math.max(0, Math.ceil(2 - Math.log10(gap))));
          return Number((numbers[j] + gap * (position - j)).toFixed(digits));
        };
        const standAt = (number) => {
          const wanted = Math.max(numbers[0], Math.min(numbers[last], number));
          const stop = numbers.indexOf(wanted);
          if (stop >= 0) return move(stop, [follow]);
          move(place(wanted), [follow], wanted);
        };
        const slider = element("input", {
          type: "range", min: 0, max: last, step: compute ? 0.01 : 1, value: at[i], "aria-label": parameter.name,
          style: "width:min(260px,40vw)",
        });
        const field = element("input", {
          type: "text", inputmode: "decimal", value: parameter.stops[at[i]], "aria-label": parameter.name + ", as a number",
          style: "width:6em;font:inherit",
        });
        const follow = () => {
          const text = between[i] === null ? parameter.stops[at[i]] : String(between[i]);
          slider.value = between[i] === null ? at[i] : place(between[i]);
          field.value = text;
          slider.setAttribute("aria-valuetext", parameter.name + " = " + text);
        };
        follows.push(follow);
        slider.addEventListener("input", () => {
          const position = Number(slider.value);
          if (!compute || Number.isInteger(position)) return move(position, [follow]);
          standAt(value(position));
        });
        // Arrow keys go from stop to stop, with shift by little.
        slider.addEventListener("keydown", (event) => {
          const up = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
          if (!compute || !up || event.shiftKey) return;
          event.preventDefault();
          const position = between[i] === null ? at[i] : place(between[i]);
          move(up > 0 ? Math.floor(position) + 1 : Math.ceil(position) - 1, [follow]);
        });
        field.addEventListener("change", () => {
          const wanted = Number(field.value.replace(",", ".").replace("−", "-"));
          if (Number.isNaN(wanted)) return follow();
          if (compute) return standAt(wanted);
          const distances = parameter.stops.map((stop) => Math.abs(Number(stop) - wanted));
          move(distances.indexOf(Math.min(...distances)), [follow]);
        });
        follow();
        label.append(slider, field);
      }
      controls.append(label);
    });
    // The page's own keys, as those of a notebook, stay out of the way of the controls.
    const own = [controls, ...controls.querySelectorAll("input, select")];
    for (const one of own) one.dataset.lmSuppressShortcuts = "true";
    controls.addEventListener("keydown", (event) => event.stopPropagation());
    root.insertBefore(controls, picture);
    const note = root.querySelector(".nabla-note");
    if (note) note.hidden = true;
    const strip = root.querySelector(".nabla-strip");
    if (strip) strip.remove();
    root.dataset.state = index();
    // Decoded when somebody comes near, before anything moves, a few at a time.
    const later = window.requestIdleCallback || ((f) => setTimeout(f, 20));
    let next = 0;
    const prepare = () => {
      for (let k = 0; k < 4 && next < states.length; k++) state(next++);
      if (next < states.length) later(prepare);
    };
    for (const near of ["pointerenter", "focusin"]) root.addEventListener(near, () => later(prepare), { once: true });
  };

  for (const root of document.querySelectorAll(".nabla-explore")) start(root);
})();
