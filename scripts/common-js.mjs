/**
 * ES modules of Rolldown as CommonJS. Imports become variables of the importing file, which calls reach faster than members of another
 * module and minifiers rename; exports are plain values once all of a file has run. Both need that files do not load each other in
 * a circle, which chunks of an acyclic graph never do.
 *
 * A function of a file that is loaded late is at first one that loads the file and puts the function in its own place; who has it from
 * before, such as another module that imported it from here, keeps one that passes on what it is given.
 *
 * What is imported for its effects only is left out, since nothing has any: a file loads no chunk that it takes no name from.
 */
import { posix } from "node:path";

const IMPORT_NAMES = /^import \{([^}]*)\} from ("[^"\n]+");$/gm;
const IMPORT_ALL = /^import \* as (\S+) from ("[^"\n]+");$/gm;
const IMPORT_EFFECTS = /^import "[^"\n]+";$/gm;
const EXPORT_FROM = /^export (\{[^}]*\}) from ("[^"\n]+");$/gm;
const EXPORT_NAMES = /^export \{([^}]*)\};$/gm;
/** Lines of programs in other languages, within strings, may begin with the same words. */
const UNKNOWN = /^(?:import [{*"]|export [\w{*]).*/m;

/** Of a list `local as name`: the pairs, the name there first. */
const pairsOf = (list) =>
  list
    .trim()
    .split(/,\s*/)
    .map((pair) => pair.split(" as "));

/** The names of the functions among what a file exports. */
export function functionsOf(text) {
  const declared = new Set([
    ...[...text.matchAll(/^(?:async )?function\*? ([\w$]+)/gm)].map(([, name]) => name),
    ...[...text.matchAll(/^(?:const|let|var) ([\w$]+) = (?:\([^()]*\)|[\w$]+) =>/gm)].map(([, name]) => name),
  ]);
  const exported = [...text.matchAll(EXPORT_NAMES)].flatMap(([, list]) => pairsOf(list));
  return new Set(exported.filter(([local]) => declared.has(local)).map(([local, name = local]) => name));
}

/**
 * @param {string} path of the file
 * @param {ReadonlyMap<string, ReadonlySet<string>>} late the functions of files that are loaded when one of them is called, by path
 * @returns {{ code: string, names: string[] }} the text, and the names of its exports
 */
export function commonJs(path, text, late) {
  const given = [];
  const code = text
    .replace(EXPORT_FROM, (_, list, from) => {
      const names = pairsOf(list.slice(1, -1)).map(([, name]) => name);
      return `import ${list} from ${from};\nexport { ${names.join(", ")} };`;
    })
    .replace(IMPORT_NAMES, (_, list, from) => {
      const functions = late.get(posix.join(posix.dirname(path), JSON.parse(from)));
      const pairs = pairsOf(list);
      if (functions === undefined)
        return `var {${pairs.map((pair) => pair.join(": ")).join(", ")}} = require(${from});`;
      const other = pairs.find(([name]) => !functions.has(name));
      if (other !== undefined)
        throw new Error(`${path}: ${other.join(" as ")} of ${from}, which is loaded late, is no function`);
      return pairs
        .map(([name, own = name]) => {
          const there = `${own}$there`;
          return `var ${there}, ${own} = (...list) => (${own} = ${there} ??= require(${from}).${name})(...list);`;
        })
        .join("\n");
    })
    .replace(IMPORT_ALL, "var $1 = require($2);")
    .replace(IMPORT_EFFECTS, "")
    .replace(EXPORT_NAMES, (_, list) => {
      given.push(...pairsOf(list).map(([local, name = local]) => [name, local]));
      return "";
    });
  const unknown = UNKNOWN.exec(code)?.[0];
  if (unknown !== undefined) throw new Error(`not understood as an ES module of Rolldown: ${unknown}`);
  const exported = `module.exports = {${given.map((pair) => pair.join(": ")).join(", ")}};`;
  return { code: `"use strict";\n${code}\n${exported}`, names: given.map(([name]) => name) };
}

/**
 * What an export path has besides, once it is minified: the mark by which compilers tell that it was an ES module, and the names of its
 * exports where Node looks for them before it runs the file (it would take a mark by defineProperty for one of them).
 */
export const entryMark = (names) =>
  `Object.defineProperties(module.exports,{__esModule:{value:!0}});0&&(module.exports={${names}});\n`;
