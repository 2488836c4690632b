/**
 * ES modules of esbuild as CommonJS. Imports become variables of the importing file, which calls reach faster than members of another
 * module and minifiers rename; exports are plain values once all of a file has run. Both need that files do not import each other in
 * a circle, which chunks of an acyclic graph never do.
 *
 * What is imported for its effects only is left out, since nothing has any: a file loads no chunk that it takes no name from.
 */
const IMPORT_NAMES = /^import \{([^}]*)\} from ("[^"\n]+");$/gm;
const IMPORT_ALL = /^import \* as (\S+) from ("[^"\n]+");$/gm;
const IMPORT_EFFECTS = /^import "[^"\n]+";$/gm;
const EXPORT_NAMES = /^export \{([^}]*)\};$/gm;
/** Lines of programs in other languages, within strings, may begin with the same words. */
const UNKNOWN = /^(?:import [{*"]|export [\w{*]).*/m;

/** @returns {{ code: string, names: string[] }} the text, whose exports are `exported`, and their names */
export function commonJs(text) {
  const names = [];
  const code = text
    .replace(IMPORT_NAMES, (_, list, from) => `var {${list.replaceAll(" as ", ": ")}} = require(${from});`)
    .replace(IMPORT_ALL, "var $1 = require($2);")
    .replace(IMPORT_EFFECTS, "")
    .replace(EXPORT_NAMES, (_, list) => {
      const pairs = list.trim().split(/,\s*/);
      const members = pairs.map((pair) => pair.split(" as ").reverse());
      names.push(...members.map(([name]) => name));
      return `module.exports = {${members.map((member) => member.join(": ")).join(", ")}};`;
    });
  const unknown = UNKNOWN.exec(code)?.[0];
  if (unknown !== undefined) throw new Error(`not understood as an ES module of esbuild: ${unknown}`);
  return { code: `"use strict";\n${code}`, names };
}

/**
 * What an export path has besides, once it is minified: the mark by which compilers tell that it was an ES module, and the names of its
 * exports where Node looks for them before it runs the file (it would take a mark by defineProperty for one of them).
 */
export const entryMark = (names) =>
  `Object.defineProperties(module.exports,{__esModule:{value:!0}});0&&(module.exports={${names}});\n`;
