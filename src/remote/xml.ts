/** What the flat answers of S3 are read with: elements by their names, text without marks. */

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

const entity = (whole: string, name: string): string => {
  if (!name.startsWith("#")) return ENTITIES[name] ?? whole;
  const code = name[1] === "x" ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
};

/** What elements of a name hold, as it is written. */
export function elementsOf(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>(.*?)</${name}>`, "gs"))].map(([, inner]) => inner!);
}

/** The text of the first element of a name; undefined when there is none, or nothing in it. */
export function textOf(xml: string, name: string): string | undefined {
  const text = elementsOf(xml, name)[0]?.replace(/&(#?\w+);/g, entity);
  return text === "" ? undefined : text;
}
