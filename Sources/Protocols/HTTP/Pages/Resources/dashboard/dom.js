// Elements out of names, attributes and children. Whatever comes from outside enters as text, never as markup.

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function makeSVG(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// A picture out of the document's sprite, beside words that say the same.
export function icon(name) {
  return makeSVG("svg", { class: "icon", "aria-hidden": "true" }, makeSVG("use", { href: "#i-" + name }));
}

// Changes the text of an element only when there is something to change, so that nothing is laid out in vain.
export function write(element, text) {
  const words = String(text);
  if (element.textContent !== words) element.textContent = words;
}

// Puts children in order, and touches only those that are elsewhere: what has the focus keeps it.
export function arrange(parent, children) {
  const wanted = new Set(children);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  children.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
}

// Whether keys that are pressed are meant for a field.
export function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
