/**
 * Moves every non-trivial `v128.const` used inside a loop into a local that is set once, at function entry.
 *
 * V8 since 13.2 (Node 24) builds such a constant again at each use inside a loop, Binaryen always propagates constants
 * into their uses, and its own `const-hoisting` pass ignores v128; byte swapping gains a factor of about three
 * from this. All-zero and all-ones constants cost one instruction and stay where they are.
 */

const CONSTANT = /\(v128\.const i32x4 0x[0-9a-f]{8} 0x[0-9a-f]{8} 0x[0-9a-f]{8} 0x[0-9a-f]{8}\)/g;
const FREE = new Set(["0x00000000", "0xffffffff"]);

/** Index just past the parenthesised form that opens at `start`. */
function endOfForm(text, start) {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const c = text[i];
    if (c === '"') i = text.indexOf('"', i + 1);
    else if (c === "(") depth++;
    else if (c === ")" && --depth === 0) return i + 1;
  }
  throw new Error(`unbalanced form at ${start}`);
}

function isFree(constant) {
  const words = constant.slice(0, -1).split(" ").slice(2);
  return FREE.has(words[0]) && words.every((w) => w === words[0]);
}

function hoistFunction(text) {
  const loops = [];
  for (const m of text.matchAll(/\(loop[ \n]/g)) loops.push([m.index, endOfForm(text, m.index)]);
  if (loops.length === 0) return { text, uses: 0 };
  const locals = new Map();
  let uses = 0;
  const body = text.replace(CONSTANT, (constant, index) => {
    if (isFree(constant) || !loops.some(([a, b]) => index >= a && index < b)) return constant;
    if (!locals.has(constant)) locals.set(constant, `$hoisted${locals.size}`);
    uses++;
    return `(local.get ${locals.get(constant)})`;
  });
  if (uses === 0) return { text, uses };
  const lines = body.split("\n");
  let at = 1;
  while (/^\s*\(local /.test(lines[at] ?? "")) at++;
  const declarations = [...locals.values()].map((name) => `  (local ${name} v128)`);
  const settings = [...locals].map(([constant, name]) => `  (local.set ${name} ${constant})`);
  lines.splice(at, 0, ...declarations, ...settings);
  return { text: lines.join("\n"), uses };
}

/** @param {string} wat folded text as `wasm-dis` prints it. @returns {{ wat: string, uses: number }} */
export function hoistConstants(wat) {
  let out = "";
  let position = 0;
  let uses = 0;
  for (const m of wat.matchAll(/^ \(func /gm)) {
    const start = m.index + 1;
    const end = endOfForm(wat, start);
    const result = hoistFunction(wat.slice(start, end));
    out += wat.slice(position, start) + result.text;
    uses += result.uses;
    position = end;
  }
  return { wat: out + wat.slice(position), uses };
}
