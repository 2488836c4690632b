/**
 * Inflates (RFC 1951) the other modules, which are embedded deflated: alone in a module of its own, so that JavaScript that has not
 * been compiled yet does not have to. The build refuses data with blocks that are stored as they are, and compares what comes out.
 */

import "./abort";

/** Where a deflated module is put, and where it comes out. */
export const INPUT: usize = memory.data(0x8000, 16);
export const OUTPUT: usize = (__heap_base + 15) & ~15;

/** Whatever the next 15 bits are, the entry there says which symbol they begin with (bits 4 and up) and its length (bits 0 to 3). */
const LITERALS: usize = memory.data(0x10000, 16);
const DISTANCES: usize = memory.data(0x10000, 16);
/** Bits per symbol, of one code after the other. */
const LENGTHS: usize = memory.data(320, 16);
/** In which order the lengths of the code of lengths come. */
const ORDER: usize = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

let next: usize = 0;
let held: u32 = 0;
let count: u32 = 0;

/** By which bits symbols are found in the tables. */
let literalMask: u32 = 0;
let distanceMask: u32 = 0;

/** At least `n` bits stand in `held`. */
function need(n: u32): void {
  for (; count < n; count += 8) held |= load<u8>(next++) << count;
}

function take(n: u32): u32 {
  need(n);
  const bits = held & ((1 << n) - 1);
  held >>= n;
  count -= n;
  return bits;
}

function symbol(table: usize, mask: u32): u32 {
  need(15);
  const entry = <u32>load<u16>(table + ((held & mask) << 1));
  held >>= entry & 15;
  count -= entry & 15;
  return entry >> 4;
}

/**
 * Codes of a length follow each other, after the shorter ones; their first bit comes first. Returns which bits an entry is found by:
 * as many as the longest symbol has, since filling a table takes longer than using it.
 */
function tabulate(table: usize, lengths: usize, symbols: u32): u32 {
  let longest: u32 = 0;
  for (let i: u32 = 0; i < symbols; i++) longest = max(longest, <u32>load<u8>(lengths + i));
  let code: u32 = 0;
  for (let length: u32 = 1; length <= longest; length++, code <<= 1)
    for (let i: u32 = 0; i < symbols; i++) {
      if (load<u8>(lengths + i) != length) continue;
      let at: u32 = 0;
      for (let bit: u32 = 0; bit < length; bit++) at |= ((code >> bit) & 1) << (length - 1 - bit);
      for (; at < 1 << longest; at += 1 << length) store<u16>(table + (at << 1), (i << 4) | length);
      code++;
    }
  return (1 << longest) - 1;
}

/** A length or distance by its symbol: steps of `1 << extra`, where `extra` grows after every `1 << group` symbols. */
function range(symbol: u32, group: u32): u32 {
  if (symbol < 2 << group) return symbol;
  const extra = (symbol >> group) - 1;
  return (((1 << group) | (symbol & ((1 << group) - 1))) << extra) + take(extra);
}

/** The codes of a block of fixed ones, which short blocks have. */
function fixedCodes(): void {
  memory.fill(LENGTHS, 8, 288);
  memory.fill(LENGTHS + 144, 9, 112);
  memory.fill(LENGTHS + 256, 7, 24);
  memory.fill(LENGTHS + 288, 5, 30);
  tabulateBoth(288, 30);
}

function tabulateBoth(literals: u32, distances: u32): void {
  literalMask = tabulate(LITERALS, LENGTHS, literals);
  distanceMask = tabulate(DISTANCES, LENGTHS + literals, distances);
}

function readCodes(): void {
  const literals = take(5) + 257;
  const distances = take(5) + 1;
  const codes = take(4) + 4;
  memory.fill(LENGTHS, 0, 19);
  for (let i: u32 = 0; i < codes; i++) store<u8>(LENGTHS + load<u8>(ORDER + i), <u8>take(3));
  const mask = tabulate(LITERALS, LENGTHS, 19);
  for (let i: u32 = 0; i < literals + distances; ) {
    const kind = symbol(LITERALS, mask);
    if (kind < 16) store<u8>(LENGTHS + i++, <u8>kind);
    else {
      const length = kind == 16 ? load<u8>(LENGTHS + i - 1) : 0;
      const times = kind == 16 ? 3 + take(2) : kind == 17 ? 3 + take(3) : 11 + take(7);
      memory.fill(LENGTHS + i, length, times);
      i += times;
    }
  }
  tabulateBoth(literals, distances);
}

/** Inflates what lies at INPUT; returns where the output ends. */
export function inflate(): usize {
  let out = OUTPUT;
  next = INPUT;
  held = 0;
  count = 0;
  for (let last = false; !last; ) {
    last = take(1) == 1;
    const kind = take(2);
    if (kind == 1) fixedCodes();
    else if (kind == 2) readCodes();
    else unreachable();
    for (let value = symbol(LITERALS, literalMask); value != 256; value = symbol(LITERALS, literalMask)) {
      if (value < 256) {
        store<u8>(out++, <u8>value);
        continue;
      }
      const length = value == 285 ? 258 : 3 + range(value - 257, 2);
      const distance = 1 + range(symbol(DISTANCES, distanceMask), 1);
      // Byte by byte: what is copied may begin with what has just been written.
      for (const end = out + length; out < end; out++) store<u8>(out, load<u8>(out - distance));
    }
  }
  return out;
}
