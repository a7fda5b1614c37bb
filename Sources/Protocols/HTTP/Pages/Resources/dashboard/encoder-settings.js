// What an encoder needs: server and key, and a code for the camera of a phone that is one.

import { choice, field, showDialog } from "./dialogs.js";
import { make, makeSVG } from "./dom.js";
import { copy } from "./notices.js";
import { qrPath } from "./qr.js";

// What the apps read: an address; Larix Grove (also IRL Pro); Moblin's settings.
export const FORMS = {
  url: ["Address", (url) => url],
  larix: ["Larix, IRL Pro", (url, name) => `larix://set/v1?conn[][url]=${encodeURIComponent(url)}&conn[][name]=${encodeURIComponent(name)}`],
  moblin: ["Moblin", (url, name) => "moblin://?" + encodeURIComponent(JSON.stringify({ streams: [{ name, url }] }))],
};

export function copyable(label, text, { isSecret = false } = {}) {
  const input = make("input", { readonly: true, spellcheck: "false", class: "code", value: text, "data-secret": isSecret });
  input.addEventListener("focus", () => input.select());
  const button = make("button", { type: "button", onclick: () => copy(text, `${label} copied`), "aria-label": `Copy ${label}` }, "Copy");
  const whole = field(label, input), row = make("div", { class: "copy" });
  input.replaceWith(row);
  row.append(input, button);
  return whole;
}

export function qrCode(text, words) {
  const { side, path } = qrPath(text);
  return makeSVG(
    "svg", { class: "qr", viewBox: `0 0 ${side} ${side}`, role: "img", "aria-label": words, "data-text": text },
    makeSVG("rect", { width: side, height: side, fill: "#fff" }), makeSVG("path", { d: path, fill: "#000", "shape-rendering": "crispEdges" }));
}

// Shows a key that was made just now, which the server cannot show again.
export function showKey(title, { rtmpUrl, streamKey, name }, onclose) {
  const address = `${rtmpUrl}/${streamKey}`, isLocal = /^rtmps?:\/\/(localhost|127\.|\[::1\])/.test(rtmpUrl);
  const form = choice(Object.entries(FORMS).map(([word, [words]]) => [word, words])), code = make("div", { class: "qr-frame" });
  const draw = () => code.replaceChildren(qrCode(FORMS[form.value][1](address, name), "QR code with the server and the key"));
  form.setAttribute("aria-label", "For which app the code is");
  form.addEventListener("change", draw);
  draw();
  const done = make("button", { type: "button", class: "primary", onclick: () => dialog.close() }, "I have copied the key");
  const dialog = showDialog(title, [
    make("p", { class: "hint" }, "The key is shown this once. Whoever has it can publish."),
    make(
      "div", { class: "encoder" },
      make(
        "div", {}, copyable("Server", rtmpUrl), copyable("Stream key", streamKey, { isSecret: true }),
        copyable("Both in one", address, { isSecret: true }),
        isLocal && make("p", { class: "hint" }, "This address is good on this machine only. Open the dashboard by the server's name or address to get the one for other devices.")),
      make("figure", {}, code, make("figcaption", {}, form))),
  ], { actions: [done], isWide: true, isPrecious: true, onclose });
  // Not the button that takes the key away for good.
  dialog.querySelector(".copy button").focus({ preventScroll: true });
}
