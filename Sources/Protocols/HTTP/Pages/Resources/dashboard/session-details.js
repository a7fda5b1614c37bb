// One connection with all its figures, and the means to end it.

import { access, ask } from "./access.js";
import { confirm, showDialog } from "./dialogs.js";
import { make } from "./dom.js";
import { attempt, say } from "./notices.js";
import { every } from "./polling.js";
import { streamAddress } from "./router.js";
import { bits, bytes, count, day, plural, seconds, since, transport } from "./words.js";

// Rows move, and many are of one stream: the question names the very connection.
const nameOf = ({ id, peer, agent }) => [peer, agent, `session ${id}`].filter(Boolean).join(", ");

export function kick(session, onDone) {
  const { id, role, stream } = session;
  const text = role === "publisher"
    ? `${stream} stops for all its viewers. Encoders often come back by themselves: to keep this one away, revoke its key first.`
    : `The player of ${stream} is cut off. It may come back by itself.`;
  confirm(role === "publisher" ? "Cut the publisher off?" : "Cut the viewer off?", [nameOf(session), text], "Cut off", async () => {
    await ask(`/sessions/${encodeURIComponent(id)}`, { method: "DELETE" });
    say(role === "publisher" ? "The publisher was cut off" : "The viewer was cut off");
    onDone?.();
  });
}

export function showSession(session, onDone) {
  const list = make("dl", { class: "facts" });
  const cut = make("button", { type: "button", class: "danger", onclick: () => {
    dialog.close();
    kick(session, onDone);
  } }, "Cut off");
  const move = make("button", { type: "button", hidden: true, onclick: () => attempt(move, async () => {
    await ask(`/sessions/${encodeURIComponent(session.id)}/reconnect`, { method: "POST", body: {} });
    say("The client was asked to connect anew");
  }) }, "Ask to reconnect");
  const follow = make("a", { class: "button", href: streamAddress(session.stream), onclick: () => dialog.close() }, "Stream");
  const dialog = showDialog(session.role === "publisher" ? "Publisher" : "Viewer", [list], {
    actions: [follow, ...(access.may("operator") ? [move, cut] : [])], onclose: () => polling.stop(),
  });
  function draw(one) {
    list.replaceChildren(...facts(one).filter(([, text]) => text !== undefined && text !== "").flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, text)]));
    move.hidden = !one.canReconnect;
  }
  draw(session);
  const polling = every(2, async () => {
    try {
      draw(await ask(`/sessions/${encodeURIComponent(session.id)}`));
    } catch (problem) {
      if (problem.status !== 404) throw problem;
      polling.stop();
      [cut.hidden, move.hidden] = [true, true];
      list.prepend(make("dt", {}, "State"), make("dd", {}, "has ended"));
    }
  });
}

function facts({ line, ...one }) {
  return [
    ["Session", one.id], ["Stream", one.stream], ["Transport", transport(one.transport)], ["State", one.state], ["Address", one.peer],
    ["Program", one.agent], ["Since", `${day(one.since)} (${since(one.since)})`],
    ["Received", one.role === "publisher" ? `${bytes(one.bytesReceived)}, ${plural(one.framesReceived ?? 0, "frame")}` : undefined],
    ["Sent", one.role === "player" ? `${bytes(one.bytesSent)}${one.framesSent === undefined ? "" : `, ${plural(one.framesSent, "frame")}`}` : undefined],
    ["Lost", one.role === "player" && one.framesLost !== undefined ? plural(one.framesLost, "frame") : undefined],
    ["Behind live", one.behindSeconds === undefined ? undefined : seconds(one.behindSeconds)],
    ["Left out", one.omittedTracks?.length ? one.omittedTracks.join(", ") : undefined],
    ...(line ? [
      ["Round trip", `${seconds(line.roundTripSeconds)} ± ${seconds(line.roundTripVariationSeconds)}`],
      ["Sent again", line.segmentsSent ? `${count(line.segmentsRetransmitted ?? 0)} of ${plural(line.segmentsSent, "segment")}` : undefined],
      ["Out of order", line.segmentsOutOfOrder ? plural(line.segmentsOutOfOrder, "segment") : undefined],
      ["Line carries", line.deliveryBitsPerSecond ? bits(line.deliveryBitsPerSecond) : undefined],
    ] : []),
  ];
}
