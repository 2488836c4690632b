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

/** How `wasm staged` stands beside everything that is neither ours nor a ceiling: their time by its time. */
function contests({ cases }) {
  return cases.flatMap((record) => {
    const mine = variantOf(record, "wasm staged");
    return record.variants
      .filter((v) => mine && v.kind !== "ours" && v.kind !== "ceiling")
      .map((v) => {
        const figure = v.ns / mine.ns;
        return { id: record.id, size: record.size, what: v.name, text: number, figure, low: figure, high: figure };
      });
  });
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
const ofSize = (list, size) => list.filter((p) => p.now.size === size);

/** How much faster the machine was in the newer recording: the median over all times, ours and theirs. */
const driftOf = (list) => median(list.map(({ now, past }) => past.figure / now.figure));

/** The pairs as they would be, had the machine been equally fast. */
function steadied(list) {
  const drift = driftOf(list);
  return list.map((p) => ({
    ...p,
    agrees: p.now.low <= p.past.high / drift && p.past.low / drift <= p.now.high,
  }));
}

/** Both find the same one faster. */
const sidedWith = (list) => list.map((p) => ({ ...p, agrees: p.now.figure > 1 === p.past.figure > 1 }));

function bySize(timePairs, ratioPairs, sides) {
  const within = (list) => {
    const apart = list.map((p) => p.apart).sort((x, y) => x - y);
    return apart.length ? number(apart[Math.ceil(apart.length * 0.95) - 1]) : "–";
  };
  const cell = (list) => (list.length ? share(list) : "–");
  const present = [...new Set(timePairs.map((p) => p.now.size))];
  return table(
    [
      "size",
      "speed of the machine, newer ÷ earlier",
      "times that agree",
      "the same, at one speed",
      "ratios to copy that agree",
      "95 % within ×",
      "same winner",
    ],
    present.map((size) => {
      const [times, copies, wins] = [timePairs, ratioPairs, sides].map((list) => ofSize(list, size));
      return [
        size.replace(/^e/, "n = ") || "suites",
        number(driftOf(times)),
        cell(times),
        cell(steadied(times)),
        cell(copies),
        within(copies),
        cell(wins),
      ];
    }),
  );
}

const stated = ({ figure, low, high, text }) => [text(figure), (high / low).toFixed(2)];

/** @returns Markdown: `summary`; `apart`, every figure that does not agree; `crossed`, every comparison with another winner */
export function agreement(newer, earlier) {
  const timePairs = pairs(times, newer, earlier);
  const ratioPairs = pairs(ratios, newer, earlier);
  const apart = [...timePairs, ...ratioPairs].filter((p) => !p.agrees).sort((a, b) => b.apart - a.apart);
  const sides = sidedWith(pairs(contests, newer, earlier));
  const crossed = sides.filter((p) => !p.agrees);
  const large = crossed.filter((p) => !p.now.size.startsWith("e"));
  const sizes = [...new Set(timePairs.map((p) => p.now.size))];
  const even = sizes.flatMap((size) => steadied(ofSize(timePairs, size)));
  const flips = flipped(newer, earlier);
  const hours = (Date.parse(`${newer.machine.date}Z`) - Date.parse(`${earlier.machine.date}Z`)) / 3600e3;
  const name = ({ machine: m }) => `${m.date} UTC (commit ${m.commit}, Node ${m.node}, load ${m.load} at the start)`;
  const summary = `Recorded ${name(newer)} and ${name(earlier)}, ${hours.toFixed(1)} hours apart. Two figures agree when their ranges overlap; a range goes from the fastest to the slowest round of all launches.
${share(ratioPairs)} ratios to the platform's copy agree. \`wasm staged\` is faster than the same loop, platform call, library or NumPy in both, or slower in both, in ${share(sides)}
comparisons; of the ${large.length} at 64 KiB and more that change sides ${large.filter((p) => p.apart <= 1.5).length} are within 1.5×. Of the times themselves ${share(timePairs)} agree, and ${share(even)} once the machine's own speed is
divided out (all variants of a size, ours and theirs, were faster by the median given): what a figure in GB/s says holds for its hour, what a ratio says holds.

${bySize(timePairs, ratioPairs, sides)}

${flips.length} target verdicts differ between the two${flips.length ? ":" : "."}

${flips.length ? table(["case", "size", "measure", "newer", "earlier", "target"], flips.map(flipLine)) : ""}`;
  const sidesTable = crossed
    .sort((x, y) => y.apart - x.apart)
    .map(({ now, past }) => [now.id, now.size, now.what, number(now.figure), number(past.figure)]);
  const list = apart.map(({ now, past }) => [now.id, now.size, now.what, ...stated(now), ...stated(past)]);
  return {
    summary,
    apart: list.length
      ? table(["case", "size", "figure", "newer", "its spread", "earlier", "its spread"], list)
      : "All figures agree.",
    crossed: table(["case", "size", "× the speed of", "newer", "earlier"], sidesTable),
    counts: { agree: timePairs.filter((p) => p.agrees).length, of: timePairs.length, flips: flips.length },
  };
}

function flipLine({ now, past }) {
  const text = now.what === "ns" ? duration : number;
  return [now.id, now.size, now.what, text(now.figure), text(past.figure), `${now.upTo ? "≤" : "≥"} ${now.target}`];
}
