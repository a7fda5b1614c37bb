// Which section is shown, by the part of the address behind the `#`: `#/sessions?stream=live/show`.

let current = null;

// `sections` are pairs of a pattern of the path and a function that fills the page and gives what to call when it is left.
export function route(main, sections, onChange) {
  function show() {
    const [path, query = ""] = location.hash.slice(1).split("?");
    const parts = path.split("/").filter(Boolean).map(decoded);
    const [, section] = sections.find(([name]) => name === (parts[0] ?? "")) ?? sections[0];
    current?.();
    current = null;
    main.replaceChildren();
    current = section(main, { parts: parts.slice(1), query: new URLSearchParams(query) });
    window.scrollTo(0, 0);
    onChange(parts[0] ?? "", parts.slice(1));
  }

  // Who goes on by keys goes on in what is new.
  function turn() {
    show();
    if (!document.querySelector("dialog[open]")) main.focus({ preventScroll: true });
  }
  addEventListener("hashchange", turn);
  return {
    show,
    stop() {
      removeEventListener("hashchange", turn);
      current?.();
      current = null;
    },
  };
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const streamAddress = (path) => "#/stream/" + path.split("/").map(encodeURIComponent).join("/");
export const go = (address) => (location.hash = address);
