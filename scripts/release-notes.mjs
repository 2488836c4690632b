/** Prints the part of CHANGELOG.md that is about the version in package.json, for a release; fails when there is none. */
import { readFileSync } from "node:fs";

const read = (name) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
const { version } = JSON.parse(read("package.json"));
const sections = read("CHANGELOG.md").split(/^## /m);
const notes = sections.find((section) => section.startsWith(version));
if (notes === undefined) throw new Error(`CHANGELOG.md has no section ${version}`);
process.stdout.write(notes.slice(notes.indexOf("\n") + 1).trimStart());
