// What a section cannot find out at the moment, and why: a line that goes away by itself when all is well again.

import { make, write } from "./dom.js";

export class Complaint {
  #problems = new Map();

  constructor() {
    this.element = make("p", { class: "complaint", role: "alert", hidden: true });
  }

  // What is wrong with a part of the section; nothing, when it is `null`.
  tell(part, problem) {
    if (problem) this.#problems.set(part, problem.message);
    else this.#problems.delete(part);
    // A server that is gone fails all parts in the same words.
    const words = [...new Set(this.#problems.values())].join(" ");
    write(this.element, words);
    this.element.hidden = !words;
  }

  // The task, of which it is told here how it ends, and to its caller too.
  watching(part, task) {
    return async () => {
      try {
        await task();
        this.tell(part, null);
      } catch (problem) {
        this.tell(part, problem);
        throw problem;
      }
    };
  }
}
