// The dialogs: an address and an iframe for others, and the keys.

import { pageURL, streamName } from "./address.js";
import { make, say, view } from "./view.js";

export const KEYS = [
  ["Space, k", "play or pause"], ["← →", "10 seconds back or forward"], ["Home", "as far back as there is"],
  ["l, End", "live"], ["↑ ↓", "volume"], ["m", "sound on or off"], ["f", "full screen"],
  ["p", "picture in picture"], ["q", "quality and sound"], ["i", "statistics"], ["c", "share and embed"], ["?", "these keys"],
];

export function makeDialogs() {
  const { share, keys, link, code, keyList } = view;
  link.value = pageURL();
  code.value = embedCode();
  keyList.append(...KEYS.flatMap(([key, effect]) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, effect)]));
  for (const field of [link, code]) {
    field.onfocus = () => field.select();
    field.nextElementSibling.onclick = () => copy(field);
  }
  for (const dialog of [share, keys]) {
    dialog.onclick = ({ target }) => {
      if (target === dialog || target.closest(".close")) dialog.close();
    };
  }
  return { share: () => show(share), keys: () => show(keys) };
}

function embedCode() {
  const frame = make("iframe", {
    src: pageURL({ embed: 1 }), width: 640, height: 360, title: streamName, allow: "autoplay; fullscreen; picture-in-picture",
  });
  return frame.outerHTML;
}

function show(dialog) {
  if (!dialog.open) dialog.showModal();
}

function copy(field) {
  field.select();
  // The newer way is not there over plain HTTP.
  say(document.execCommand("copy") ? "Copied" : "Not copied; the text is selected");
}
