// The elements of the page, by their names, and small ways to change them.

export const view = Object.fromEntries([...document.querySelectorAll("[id]")].map((element) => [element.id, element]));

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

// A button shows one picture out of the page's sprite, and says what it does.
export function dress(button, icon, words) {
  button.querySelector("use").setAttribute("href", "#i-" + icon);
  button.setAttribute("aria-label", words);
  button.title = words;
}

let fading = 0;

// A word that is shown for a moment, and read out.
export function say(words) {
  clearTimeout(fading);
  view.word.textContent = words;
  view.word.classList.add("shown");
  fading = setTimeout(() => view.word.classList.remove("shown"), 1200);
}

export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds)), minutes = Math.floor(whole / 60);
  const pad = (number) => String(number).padStart(2, "0");
  const end = `${pad(minutes % 60)}:${pad(whole % 60)}`;
  return whole < 3600 ? end.replace(/^0/, "") : `${Math.floor(whole / 3600)}:${end}`;
}
