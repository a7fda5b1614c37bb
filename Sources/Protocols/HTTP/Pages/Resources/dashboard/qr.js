// QR codes of plain texts (ISO/IEC 18004): bytes, error correction M, versions 1 to 20, which hold 666 bytes.

// Bytes of error correction in a block, and blocks, by version.
const CORRECTION = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26];
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16];
const LEVEL_M = 0b00, QUIET_ZONE = 4;

// Rows of true (dark) and false.
export function encodeQR(text) {
  const bytes = new TextEncoder().encode(text);
  const version = CORRECTION.findIndex((_, index) => bytes.length <= capacity(index + 1)) + 1;
  if (version === 0) throw new RangeError("too long for a QR code");
  const words = interleave(dataWords(bytes, version), version);
  const blank = frame(version);
  place(words, blank);
  const masked = MASKS.map((mask) => applyMask(blank, mask));
  const best = masked.map((matrix, index) => {
    drawFormat(matrix.dark, index);
    return penalty(matrix.dark);
  });
  return masked[best.indexOf(Math.min(...best))].dark;
}

// Modules that are not taken by patterns, in bytes (§7.1).
function wordCount(version) {
  const aligned = Math.floor(version / 7) + 2;
  let modules = (16 * version + 128) * version + 64;
  if (version > 1) modules -= (25 * aligned - 10) * aligned - 55;
  if (version >= 7) modules -= 36;
  return Math.floor(modules / 8);
}

const dataCount = (version) => wordCount(version) - CORRECTION[version - 1] * BLOCKS[version - 1];
const capacity = (version) => dataCount(version) - (version < 10 ? 2 : 3);

// Mode, length, bytes, and padding (§7.4).
function dataWords(bytes, version) {
  const bits = [];
  const put = (value, width) => {
    for (let bit = width - 1; bit >= 0; bit -= 1) bits.push((value >> bit) & 1);
  };
  put(0b0100, 4);
  put(bytes.length, version < 10 ? 8 : 16);
  for (const byte of bytes) put(byte, 8);
  const all = 8 * dataCount(version);
  put(0, Math.min(4, all - bits.length));
  while (bits.length % 8) bits.push(0);
  for (let pad = 0xec; bits.length < all; pad ^= 0xec ^ 0x11) put(pad, 8);
  return Array.from({ length: bits.length / 8 }, (_, index) => parseInt(bits.slice(8 * index, 8 * index + 8).join(""), 2));
}

// Arithmetic in GF(256) with the polynomial 0x11d (§7.5.2).
const EXPONENTS = [], LOGARITHMS = [];
for (let exponent = 0, value = 1; exponent < 255; exponent += 1) {
  EXPONENTS[exponent] = value;
  LOGARITHMS[value] = exponent;
  value = value & 0x80 ? (value << 1) ^ 0x11d : value << 1;
}
const times = (one, other) => (one && other ? EXPONENTS[(LOGARITHMS[one] + LOGARITHMS[other]) % 255] : 0);

// The remainder of the data by the product of (x - 2^i), which is the error correction.
function correction(data, length) {
  let generator = [1];
  for (let root = 0; root < length; root += 1) {
    const next = [...generator, 0];
    generator.forEach((factor, index) => (next[index + 1] ^= times(factor, EXPONENTS[root])));
    generator = next;
  }
  const rest = [...data, ...new Array(length).fill(0)];
  for (let index = 0; index < data.length; index += 1) {
    const factor = rest[index];
    generator.forEach((other, offset) => (rest[index + offset] ^= times(other, factor)));
  }
  return rest.slice(data.length);
}

// Blocks, of which the last may be a byte longer, byte by byte of each in turn (§7.6).
function interleave(data, version) {
  const blocks = BLOCKS[version - 1], short = Math.floor(data.length / blocks), long = data.length % blocks;
  const parts = [];
  for (let block = 0, at = 0; block < blocks; block += 1) {
    const length = short + (block >= blocks - long ? 1 : 0);
    parts.push(data.slice(at, at + length));
    at += length;
  }
  const corrections = parts.map((part) => correction(part, CORRECTION[version - 1]));
  return [...columns(parts), ...columns(corrections)];
}

function columns(rows) {
  const longest = Math.max(...rows.map((row) => row.length));
  return Array.from({ length: longest }, (_, index) => rows.filter((row) => index < row.length).map((row) => row[index])).flat();
}

// The patterns, and which modules they take (§6.3).
function frame(version) {
  const side = 4 * version + 17;
  const make = () => Array.from({ length: side }, () => new Array(side).fill(false));
  const dark = make(), taken = make();
  const set = (row, column, isDark) => {
    if (row < 0 || column < 0 || row >= side || column >= side) return;
    dark[row][column] = isDark;
    taken[row][column] = true;
  };
  const square = (row, column, radius, rings) => {
    for (let y = -radius; y <= radius; y += 1) {
      for (let x = -radius; x <= radius; x += 1) set(row + y, column + x, rings.includes(Math.max(Math.abs(x), Math.abs(y))));
    }
  };
  for (let index = 0; index < side; index += 1) {
    set(6, index, index % 2 === 0);
    set(index, 6, index % 2 === 0);
  }
  const places = alignmentPlaces(version);
  for (const row of places) {
    for (const column of places) {
      const isCorner = (row === 6 && column === 6) || (row === 6 && column === side - 7) || (row === side - 7 && column === 6);
      if (!isCorner) square(row, column, 2, [0, 2]);
    }
  }
  for (const [row, column] of [[3, 3], [3, side - 4], [side - 4, 3]]) square(row, column, 4, [0, 1, 3]);
  // Format and version have their places, whatever they will say.
  for (let index = 0; index < 9; index += 1) {
    for (const [row, column] of [[8, index], [index, 8]]) taken[row][column] = true;
  }
  for (let index = 1; index <= 8; index += 1) {
    taken[8][side - index] = true;
    taken[side - index][8] = true;
  }
  set(side - 8, 8, true);
  if (version >= 7) {
    const code = withRemainder(version, 12, 0x1f25);
    for (let bit = 0; bit < 18; bit += 1) {
      const [near, far] = [Math.floor(bit / 3), side - 11 + (bit % 3)];
      set(near, far, Boolean((code >> bit) & 1));
      set(far, near, Boolean((code >> bit) & 1));
    }
  }
  return { dark, taken };
}

function alignmentPlaces(version) {
  if (version === 1) return [];
  const gaps = Math.floor(version / 7) + 1, last = 4 * version + 10;
  const step = 2 * Math.ceil((last - 6) / (2 * gaps));
  return [6, ...Array.from({ length: gaps }, (_, index) => last - step * (gaps - 1 - index))];
}

// A value and its remainder by a generator (§7.9, §7.10).
function withRemainder(value, length, generator) {
  let rest = value << length;
  for (let bit = 31 - Math.clz32(rest); bit >= length; bit = 31 - Math.clz32(rest)) rest ^= generator << (bit - length);
  return (value << length) | rest;
}

// Words into the free modules, upwards and downwards in columns of two, from the right (§7.7.3).
function place(words, { dark, taken }) {
  const side = dark.length;
  let bit = 0;
  for (let right = side - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    const isUpward = ((right + 1) & 2) === 0;
    for (let step = 0; step < side; step += 1) {
      const row = isUpward ? side - 1 - step : step;
      for (const column of [right, right - 1]) {
        if (taken[row][column]) continue;
        dark[row][column] = Boolean(((words[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1);
        bit += 1;
      }
    }
  }
}

const MASKS = [
  (row, column) => (row + column) % 2 === 0, (row) => row % 2 === 0, (_, column) => column % 3 === 0,
  (row, column) => (row + column) % 3 === 0, (row, column) => (Math.floor(row / 2) + Math.floor(column / 3)) % 2 === 0,
  (row, column) => ((row * column) % 2) + ((row * column) % 3) === 0,
  (row, column) => (((row * column) % 2) + ((row * column) % 3)) % 2 === 0,
  (row, column) => (((row + column) % 2) + ((row * column) % 3)) % 2 === 0,
];

function applyMask({ dark, taken }, mask) {
  return { dark: dark.map((cells, row) => cells.map((isDark, column) => (taken[row][column] ? isDark : isDark !== mask(row, column)))) };
}

// Level and mask, twice (§7.9).
function drawFormat(dark, mask) {
  const side = dark.length, code = withRemainder((LEVEL_M << 3) | mask, 10, 0x537) ^ 0x5412;
  for (let bit = 0; bit < 15; bit += 1) {
    const isDark = Boolean((code >> bit) & 1);
    if (bit < 6) dark[bit][8] = isDark;
    else if (bit < 8) dark[bit + 1][8] = isDark;
    else if (bit === 8) dark[8][7] = isDark;
    else dark[8][14 - bit] = isDark;
    if (bit < 8) dark[8][side - 1 - bit] = isDark;
    else dark[side - 15 + bit][8] = isDark;
  }
}

// How much a matrix could mislead a reader (§7.8.3.1).
function penalty(dark) {
  const side = dark.length;
  const lines = [...dark, ...dark.map((_, column) => dark.map((row) => row[column]))]
    .map((line) => line.map((isDark) => (isDark ? "1" : "0")).join(""));
  let points = 0;
  for (const line of lines) {
    for (const [run] of line.matchAll(/0{5,}|1{5,}/g)) points += run.length - 2;
    points += 40 * [...line.matchAll(/(?=00001011101|10111010000)/g)].length;
  }
  for (let row = 1; row < side; row += 1) {
    for (let column = 1; column < side; column += 1) {
      const isDark = dark[row][column];
      if (dark[row - 1][column] === isDark && dark[row][column - 1] === isDark && dark[row - 1][column - 1] === isDark) points += 3;
    }
  }
  const share = dark.flat().filter(Boolean).length / (side * side);
  return points + 10 * Math.floor(Math.abs(share - 0.5) * 20);
}

// The code as a picture, dark on light whatever the colours around it are: many readers want it so.
export function qrPath(text) {
  const dark = encodeQR(text), side = dark.length + 2 * QUIET_ZONE;
  const path = dark.flatMap((cells, row) => cells.map((isDark, column) => (isDark ? `M${column + QUIET_ZONE} ${row + QUIET_ZONE}h1v1h-1z` : ""))).join("");
  return { side, path };
}
