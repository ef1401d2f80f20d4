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
    root.dataset.live = "true";
    const data = await unpack(store.textContent.trim());
    const { parameters, states } = data;
    const at = parameters.map((p) => p.start);
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
    const show = () => {
      const { kind, text, alt } = state(index());
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
    };
    parameters.forEach((parameter, i) => {
      const label = element("label", { style: "display:flex;gap:8px;align-items:center" });
      label.append(element("span", {}, parameter.name));
      const last = parameter.stops.length - 1;
      const move = (to, also) => {
        at[i] = Math.max(0, Math.min(last, to));
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
        const slider = element("input", {
          type: "range", min: 0, max: last, step: 1, value: at[i], "aria-label": parameter.name,
          style: "width:min(260px,40vw)",
        });
        const field = element("input", {
          type: "text", inputmode: "decimal", value: parameter.stops[at[i]], "aria-label": parameter.name + ", as a number",
          style: "width:6em;font:inherit",
        });
        const follow = () => {
          slider.value = at[i];
          field.value = parameter.stops[at[i]];
          slider.setAttribute("aria-valuetext", parameter.name + " = " + parameter.stops[at[i]]);
        };
        slider.addEventListener("input", () => move(Number(slider.value), [follow]));
        field.addEventListener("change", () => {
          const wanted = Number(field.value.replace(",", ".").replace("−", "-"));
          if (Number.isNaN(wanted)) return follow();
          const distances = parameter.stops.map((stop) => Math.abs(Number(stop) - wanted));
          move(distances.indexOf(Math.min(...distances)), [follow]);
        });
        follow();
        label.append(slider, field);
      }
      controls.append(label);
    });
    // The page's own keys, as those of a notebook, stay out of the way of the controls.
    controls.dataset.lmSuppressShortcuts = "true";
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
