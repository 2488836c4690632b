/** The table of the adapters. */

const time = (ns) => {
  const [unit, size] = [
    ["ms", 1e6],
    ["µs", 1e3],
    ["ns", 1],
  ].find(([, size]) => ns >= size) ?? ["ns", 1];
  return `${Number((ns / size).toPrecision(3))} ${unit}`;
};
const times = (x) => (x < 10 ? x.toFixed(x < 1 ? 2 : 1) : x.toFixed(0));

/** @param {{ library: string, job: string, way: string, theirs: number, ours: number, ratio?: number }} row times in nanoseconds */
export function rowOf({ library, job, way, theirs, ours, ratio = theirs / ours }) {
  const faster = ratio < 0.95 ? `**${times(ratio)}**` : times(ratio);
  return [library, job, `${time(theirs)}: ${way}`, time(ours), faster];
}

const table = (head, lines) =>
  [head, head.map((_, i) => (i < 3 ? ":--" : "--:")), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

export function markdown({ cpu, cores, node, commit, date, load, launches }, rows) {
  const lost = rows.filter(({ ratio }) => ratio < 0.95).length;
  return `${table(["library", "job", "its own way", "with stridebuf", "ratio"], rows.map(rowOf))}

${cpu}, ${cores} cores; Node ${node}; commit ${commit}, ${date} UTC, load ${load} at the start. Medians over ${launches} processes for each
job, in each of which the two sides took turns and their results were compared first; \`npm run bench:interop\` writes this table. With
stridebuf the result goes where it went before (\`out\`), which the libraries' own ways do not offer unless a row says so. ${
    lost === 0 ? "No row is lost." : `Bold: lost (${lost} of ${rows.length}).`
  }
`;
}
