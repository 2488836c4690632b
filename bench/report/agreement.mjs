/** Whether two recordings of the same suite tell the same story within the spread that each states. */
import { median } from "../lib/measure.mjs";
import { duration, number, table, variantOf } from "./figures.mjs";
import { evaluate } from "./targets.mjs";

const toCopy = {
  "wasm resident beside memory.copy": ["memory.copy", "wasm resident"],
  "wasm staged beside TypedArray.set": ["TypedArray.set", "wasm staged"],
};

const spanOf = (figure, rounds) => ({ figure, low: Math.min(...rounds, figure), high: Math.max(...rounds, figure) });

/** Every time in a recording, with the range of its rounds. */
function times({ cases, suites }) {
  return [...cases, ...suites].flatMap(({ id, suite, size, variants }) =>
    variants
      .filter((v) => v.launches)
      .map((v) => ({
        id: id ?? suite,
        size: size ?? "",
        what: v.name,
        text: duration,
        ...spanOf(v.ns, v.launches.flat()),
      })),
  );
}

/** Every ratio to the platform's copy; its rounds are those of the two, pair by pair in the same process. */
function ratios({ cases }) {
  return cases.flatMap((record) =>
    Object.entries(toCopy).flatMap(([what, names]) => {
      const [copy, mine] = names.map((name) => variantOf(record, name));
      if (!copy?.launches || !mine?.launches) return [];
      const others = copy.launches.flat();
      const rounds = mine.launches.flat().map((ns, i) => others[i] / ns);
      return [{ id: record.id, size: record.size, what, text: number, ...spanOf(copy.ns / mine.ns, rounds) }];
    }),
  );
}

const keyOf = (f) => [f.row, f.id, f.size, f.what].join("|");

/** Pairs of figures present in both. */
function pairs(find, newer, earlier) {
  const before = new Map(find(earlier).map((f) => [keyOf(f), f]));
  return find(newer)
    .filter((f) => before.has(keyOf(f)))
    .map((now) => {
      const past = before.get(keyOf(now));
      return {
        now,
        past,
        apart: Math.max(now.figure / past.figure, past.figure / now.figure),
        agrees: now.low <= past.high && past.low <= now.high,
      };
    });
}

/** Targets whose verdict differs, as pairs of results. */
export function flipped(newer, earlier) {
  const before = new Map(evaluate(earlier).map((t) => [keyOf(t), t]));
  return evaluate(newer)
    .map((now) => ({ key: keyOf(now), now, past: before.get(keyOf(now)) }))
    .filter(({ now, past }) => past?.figure !== undefined && now.figure !== undefined && now.met !== past.met);
}

const share = (list) => `${list.filter((p) => p.agrees).length} of ${list.length}`;

function bySize(timePairs, ratioPairs) {
  const present = [...new Set(timePairs.map((p) => p.now.size))];
  const cells = (list) => {
    if (list.length === 0) return ["–", "–", "–"];
    const apart = list.map((p) => p.apart).sort((a, b) => a - b);
    return [share(list), number(median(apart)), number(apart[Math.ceil(apart.length * 0.95) - 1])];
  };
  return table(
    ["size", "times that agree", "median ×", "95 % within ×", "ratios to copy that agree", "median ×", "95 % within ×"],
    present.map((size) => [
      size.replace(/^e/, "n = ") || "suites",
      ...cells(timePairs.filter((p) => p.now.size === size)),
      ...cells(ratioPairs.filter((p) => p.now.size === size)),
    ]),
  );
}

const stated = ({ figure, low, high, text }) => [text(figure), (high / low).toFixed(2)];

/** @returns Markdown: `summary`, and `apart`, the table of every figure that does not agree */
export function agreement(newer, earlier) {
  const timePairs = pairs(times, newer, earlier);
  const ratioPairs = pairs(ratios, newer, earlier);
  const apart = [...timePairs, ...ratioPairs].filter((p) => !p.agrees).sort((a, b) => b.apart - a.apart);
  const flips = flipped(newer, earlier);
  const hours = (Date.parse(`${newer.machine.date}Z`) - Date.parse(`${earlier.machine.date}Z`)) / 3600e3;
  const name = ({ machine: m }) => `${m.date} UTC (commit ${m.commit}, Node ${m.node}, load ${m.load} at the start)`;
  const summary = `Recorded ${name(newer)} and ${name(earlier)}, ${hours.toFixed(1)} hours apart. Two figures agree when their ranges overlap; a range goes from the fastest to the slowest round of all launches.
${share(timePairs)} times agree, and ${share(ratioPairs)} ratios to the platform's copy. "×" is the larger figure over the smaller.

${bySize(timePairs, ratioPairs)}

${flips.length} target verdicts differ between the two${flips.length ? ":" : "."}

${flips.length ? table(["case", "size", "measure", "newer", "earlier", "target"], flips.map(flipLine)) : ""}`;
  const list = apart.map(({ now, past }) => [now.id, now.size, now.what, ...stated(now), ...stated(past)]);
  return {
    summary,
    apart: list.length
      ? table(["case", "size", "figure", "newer", "its spread", "earlier", "its spread"], list)
      : "All figures agree.",
    counts: { agree: timePairs.filter((p) => p.agrees).length, of: timePairs.length, flips: flips.length },
  };
}

function flipLine({ now, past }) {
  const text = now.what === "ns" ? duration : number;
  return [now.id, now.size, now.what, text(now.figure), text(past.figure), `${now.upTo ? "≤" : "≥"} ${now.target}`];
}
