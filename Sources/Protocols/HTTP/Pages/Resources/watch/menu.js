// The menu behind the gear: quality, sound, and what else there is.

import { dress, make, say, view } from "./view.js";

export function makeMenu(player, actions) {
  const { gear, menu } = view;

  function choices(title, kind) {
    const tracks = player.tracks[kind];
    if (tracks.length < 2) return [];
    const current = tracks.find((track) => track.id === player.tracks.current[kind]);
    const chosen = player.wish[kind];
    const entries = tracks.map((track) => [track.label, track.label]);
    if (kind === "video") entries.unshift([chosen || !current ? "Auto" : `Auto (${current.label})`, null]);
    const group = make("div", { role: "group", "aria-label": title }, make("p", { ariaHidden: "true" }, title));
    for (const [words, label] of entries) {
      const isChecked = kind === "video" ? (chosen ?? null) === label : current?.label === label;
      group.append(item(words, "menuitemradio", isChecked, () => {
        player.choose(kind, label);
        say(`${title}: ${words}`);
      }));
    }
    return [group];
  }

  function item(words, role, isChecked, action) {
    const button = make("button", { type: "button", role, tabIndex: -1 }, words);
    if (role !== "menuitem") button.setAttribute("aria-checked", isChecked);
    button.onclick = () => {
      close();
      action();
    };
    return button;
  }

  function fill() {
    const others = actions.map(([words, key, action]) => {
      const button = item(words, "menuitem", false, action);
      button.append(make("kbd", {}, key));
      return button;
    });
    menu.replaceChildren(
      ...choices("Quality", "video"), ...choices("Sound", "audio"), make("div", { role: "group" }, ...others));
  }

  function open() {
    fill();
    menu.hidden = false;
    gear.setAttribute("aria-expanded", "true");
    (menu.querySelector("[aria-checked=true]") ?? menu.querySelector("button")).focus();
  }

  function close() {
    if (menu.hidden) return;
    const hadFocus = menu.contains(document.activeElement);
    menu.hidden = true;
    gear.setAttribute("aria-expanded", "false");
    if (hadFocus) gear.focus();
  }

  dress(gear, "gear", "Quality, sound and more (q)");
  gear.onclick = () => (menu.hidden ? open() : close());
  document.addEventListener("pointerdown", ({ target }) => {
    if (!menu.contains(target) && !gear.contains(target)) close();
  });
  menu.onkeydown = (event) => {
    const items = [...menu.querySelectorAll("button")], at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Tab") close();
    if (to === undefined) return;
    items.at(to % items.length).focus();
    event.stopPropagation();
    event.preventDefault();
  };
  player.addEventListener("tracks", () => {
    if (!menu.hidden) open();
  });
  return { close, toggle: () => gear.click() };
}
