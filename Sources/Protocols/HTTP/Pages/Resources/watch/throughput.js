// How fast the network is, and which quality that carries.

// Fewer bytes than this arrive in one piece and tell nothing.
const LEAST_BYTES = 16_384;
// The share of the throughput that a quality may take.
const SHARE = 0.75;
// Until something was measured: what nearly every network carries, in bits per second.
const FIRST_GUESS = 4_000_000;

export class Throughput {
  #fast = 0;
  #slow = 0;

  add(bytes, seconds) {
    if (bytes < LEAST_BYTES) return;
    const rate = (8 * bytes) / Math.max(seconds, 0.002);
    this.#fast = this.#fast ? this.#fast * 0.6 + rate * 0.4 : rate;
    this.#slow = this.#slow ? this.#slow * 0.9 + rate * 0.1 : rate;
  }

  get bitsPerSecond() {
    return Math.min(this.#fast, this.#slow) || FIRST_GUESS;
  }

  // The best variant that the network carries and the player has room for.
  choose(variants, video) {
    const byRate = variants.toSorted((one, other) => one.bandwidth - other.bandwidth);
    const room = video.clientHeight * devicePixelRatio;
    const enough = byRate.findIndex((variant) => variant.height >= room);
    const fitting = enough < 0 ? byRate : byRate.slice(0, enough + 1);
    return fitting.findLast((variant) => variant.bandwidth <= this.bitsPerSecond * SHARE) ?? fitting[0];
  }
}
