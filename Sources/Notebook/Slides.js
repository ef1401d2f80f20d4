// Shows one view of a presentation at a time. Without it all views stand one after the other.
"use strict";
(() => {
  const views = [...document.querySelectorAll(".view")];
  if (views.length === 0) return;
  const root = document.documentElement;
  const controls = document.getElementById("controls");
  const position = document.getElementById("position");
  const back = document.getElementById("back");
  const on = document.getElementById("on");
  let current = 0;
  // How many fragments of the view are shown.
  let shown = 0;

  const fragments = (view) => [...view.querySelectorAll(".fragment")];

  function show(index, fragment) {
    const moved = index !== current;
    current = Math.min(Math.max(index, 0), views.length - 1);
    const parts = fragments(views[current]);
    shown = Math.min(Math.max(fragment, 0), parts.length);
    views.forEach((view, place) => view.classList.toggle("current", place === current));
    parts.forEach((part, place) => part.classList.toggle("later", place >= shown));
    position.textContent = `${current + 1} / ${views.length}`;
    back.disabled = current === 0 && shown === 0;
    on.disabled = current === views.length - 1 && shown === parts.length;
    if (moved) views[current].scrollTop = 0;
    else if (shown > 0) parts[shown - 1].scrollIntoView({ block: "nearest" });
    // The address leads back here; a page from a file may not change it everywhere.
    try { history.replaceState(null, "", `#${views[current].id}`); } catch { /* It is only a convenience. */ }
  }

  function forward() {
    if (shown < fragments(views[current]).length) show(current, shown + 1);
    else if (current < views.length - 1) show(current + 1, 0);
  }

  function backward() {
    if (shown > 0) show(current, shown - 1);
    else if (current > 0) show(current - 1, Infinity);
  }

  // What is longer than the screen is read to its end first.
  function scrolls(direction) {
    const view = views[current];
    const left = direction > 0 ? view.scrollHeight - view.clientHeight - view.scrollTop : view.scrollTop;
    if (left < 4) return false;
    view.scrollBy({ top: direction * view.clientHeight * 0.8 });
    return true;
  }

  const keys = {
    ArrowRight: forward,
    ArrowLeft: backward,
    ArrowDown: () => scrolls(1) || forward(),
    ArrowUp: () => scrolls(-1) || backward(),
    PageDown: () => scrolls(1) || forward(),
    PageUp: () => scrolls(-1) || backward(),
    " ": (event) => event.shiftKey ? scrolls(-1) || backward() : scrolls(1) || forward(),
    Home: () => show(0, 0),
    End: () => show(views.length - 1, Infinity),
    s: () => root.classList.toggle("noted"),
    f: () => document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen?.(),
  };

  addEventListener("keydown", (event) => {
    // A slider, a menu and a field have keys of their own, and a button or what is folded its space.
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (event.target.closest?.("input, select, textarea, [contenteditable]")) return;
    if (event.key === " " && event.target.closest?.("button, summary, a")) return;
    const action = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (!action) return;
    event.preventDefault();
    action(event);
  });

  let touch;
  addEventListener("touchstart", (event) => {
    const isOwn = event.touches.length === 1 && !event.target.closest("input, select, textarea");
    touch = isOwn ? event.touches[0] : undefined;
  }, { passive: true });
  addEventListener("touchend", (event) => {
    if (!touch) return;
    const x = event.changedTouches[0].clientX - touch.clientX;
    const y = event.changedTouches[0].clientY - touch.clientY;
    touch = undefined;
    if (Math.abs(x) < 50 || Math.abs(x) < 1.5 * Math.abs(y)) return;
    if (x < 0) forward(); else backward();
  }, { passive: true });

  back.addEventListener("click", backward);
  on.addEventListener("click", forward);

  // Links lead to the view that holds their target.
  function follow() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const place = views.indexOf(target?.closest(".view"));
    if (place >= 0) show(place, 0);
    return place >= 0;
  }
  addEventListener("hashchange", follow);

  root.classList.add("presenting");
  controls.hidden = false;
  if (!follow()) show(0, 0);
})();
