// Puts the page together and starts it.

import { options } from "./address.js";
import { makeControls } from "./controls.js";
import { showNotices } from "./notice.js";
import { Player } from "./player.js";
import { listenToParent } from "./remote.js";
import { view } from "./view.js";

const player = new Player(view.video);
showNotices(player);
const controls = makeControls(player);
listenToParent(player, controls);
if (options.get("controls") === "0") document.body.classList.add("bare");
if (options.get("autoplay") === "0") player.dispatchEvent(new Event("state"));
else player.start();
