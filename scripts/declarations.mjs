/**
 * The declarations that tsc wrote, made into what is packed: of each file the statements that the export paths reach, without the
 * comments that speak to readers of the sources, and in a form that compilers before 5.7 read too. Read by TypeScript 5.9 as a
 * library, since TypeScript 7 has no interface for that.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ts } from "@ts-morph/common";

/**
 * @typedef {{ from: string | undefined, name: string }} Origin a name of another file, or of this one or of a library when undefined
 * @typedef {{ source: ts.SourceFile, declared: Map<string, ts.Statement[]>, brought: Map<string, Origin>, given: [as: string, Origin][], reached: Set<string> }} File
 */

/** The file that a specifier in `path` stands for. */
const fileOf = (path, specifier) =>
  specifier.startsWith(".") ? resolve(dirname(path), specifier.replace(/\.js$/, ".d.ts")) : undefined;
const specifierOf = (node) => /** @type {ts.StringLiteral | undefined} */ (node)?.text;

/** @returns {File} a file's statements by the names that they declare, bring in and give on; `*` is all names */
function parse(path) {
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  /** @type {File} */
  const file = { source, declared: new Map(), brought: new Map(), given: [], reached: new Set() };
  const declare = (name, statement) => file.declared.set(name, [...(file.declared.get(name) ?? []), statement]);
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) {
      const from = fileOf(path, specifierOf(statement.moduleSpecifier));
      const named = statement.importClause?.namedBindings;
      if (named === undefined || ts.isNamespaceImport(named)) throw new Error(`${path}: ${statement.getText()}`);
      for (const { name, propertyName = name } of named.elements)
        file.brought.set(name.text, { from, name: propertyName.text });
    } else if (ts.isExportDeclaration(statement)) {
      const specifier = specifierOf(statement.moduleSpecifier);
      const from = specifier && fileOf(path, specifier);
      const named = statement.exportClause;
      if (named === undefined) file.given.push(["*", { from, name: "*" }]);
      else if (ts.isNamespaceExport(named)) throw new Error(`${path}: ${statement.getText()}`);
      else
        for (const { name, propertyName = name } of named.elements)
          file.given.push([name.text, { from: specifier ? from : path, name: propertyName.text }]);
    } else if (ts.isVariableStatement(statement))
      for (const { name } of statement.declarationList.declarations) declare(name.getText(), statement);
    else declare(/** @type {ts.DeclarationStatement} */ (statement).name?.getText(), statement);
  }
  return file;
}

const isExported = (statement) => statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

/** @returns {Map<string, File>} the files that entries reach, and in each the names */
function reach(entries) {
  /** @type {Map<string, File>} */
  const files = new Map();
  const queue = [...entries].map((from) => ({ from, name: "*" }));
  const want = (/** @type {Origin} */ origin) => queue.push(origin);
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { from: path, name } = next;
    if (path === undefined) continue;
    const file = files.get(path) ?? parse(path);
    files.set(path, file);
    if (file.reached.has(name)) continue;
    file.reached.add(name);
    if (name === "*")
      for (const [declared, statements] of file.declared)
        if (statements.some(isExported)) want({ from: path, name: declared });
    for (const [as, origin] of file.given) {
      if (name === "*" || as === name) want(origin);
      else if (as === "*") want({ ...origin, name });
      if (name === "*") file.reached.add(as);
    }
    const brought = file.brought.get(name);
    if (brought) want(brought);
    const statements = file.declared.get(name) ?? [];
    // Whatever has the name of something in the file counts as that, but for names of members.
    const visit = (node) => {
      if (ts.isIdentifier(node) && /** @type {any} */ (node.parent).name !== node)
        want({ from: path, name: node.text });
      if (ts.isImportTypeNode(node)) {
        const { literal } = /** @type {ts.LiteralTypeNode} */ (node.argument);
        want({ from: fileOf(path, specifierOf(literal)), name: node.qualifier?.getText().split(".")[0] ?? "*" });
      }
      ts.forEachChild(node, visit);
    };
    statements.forEach(visit);
  }
  return files;
}

/** A statement without the names in its braces that are not reached; "" when none is. `export {}` says that nothing else is exported. */
function reachedNames(statement, braces, reached) {
  const { elements } = /** @type {ts.NamedImports | ts.NamedExports} */ (braces);
  const wanted = elements.filter(({ name }) => reached.has(name.text));
  if (wanted.length === 0 && elements.length > 0) return "";
  if (wanted.length === elements.length) return statement.getFullText();
  const comments = statement.getFullText().slice(0, statement.getLeadingTriviaWidth());
  const list = wanted.map((one) => one.getText()).join(", ");
  return comments + statement.getText().replace(/\{[^}]*\}/, () => `{ ${list} }`);
}

/** The text of a file without what nobody reaches. */
function reachedText(/** @type {File} */ { source, declared, reached }) {
  const kept = new Set([...reached].flatMap((name) => declared.get(name) ?? []));
  const texts = source.statements.map((statement) => {
    if (ts.isImportDeclaration(statement))
      return reachedNames(statement, statement.importClause?.namedBindings, reached);
    if (ts.isExportDeclaration(statement) && statement.exportClause)
      return reachedNames(statement, statement.exportClause, reached);
    return ts.isExportDeclaration(statement) || kept.has(statement) ? statement.getFullText() : "";
  });
  // Libraries of the compiler that a file refers to stand before its first statement, which may have gone.
  const libraries = source.getFullText().match(/^\/\/\/ <reference .*\n/gm) ?? [];
  const text = texts.join("").replace(/^\/\/\/ <reference .*\n/gm, "");
  return `${libraries.join("")}${text.trim()}\n`;
}

/** Without the comment that opens a source and speaks of the files beside it. */
function withoutHeader(text, source) {
  const header = /^\/\*\*[\s\S]*?\*\/\n/.exec(text)?.[0];
  return header !== undefined && readFileSync(source, "utf8").startsWith(header) ? text.slice(header.length) : text;
}

/**
 * Compilers before 5.7, whose typed arrays have no parameter, read these too: what `Uint8Array.of` gives is a `Uint8Array<ArrayBuffer>`
 * where there is such a thing.
 */
function portable(text) {
  return (
    text
      .replace(/\b(\w+\d(?:Clamped)?Array)<ArrayBuffer>/g, 'ReturnType<$1Constructor["of"]>')
      .replace(/\b(\w+\d(?:Clamped)?Array)<ArrayBufferLike>/g, "$1")
      // Editors show the last comment only, and the compiler heeds the last line only.
      .replace(/ \*\/\n( *)\/\*\* @ts-ignore \*\//g, "\n$1 * @ts-ignore */")
  );
}

/**
 * Rewrites and removes the declarations in `root`/dist.
 *
 * @param {Set<string>} entries - files of the export paths, whose opening comments speak to users
 */
export function finishDeclarations(root, entries) {
  const dist = join(root, "dist");
  const files = reach(entries);
  for (const name of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    const path = join(dist, name);
    if (!name.endsWith(".d.ts")) continue;
    const file = files.get(path);
    if (file === undefined) {
      rmSync(path);
      continue;
    }
    const text = reachedText(file);
    const source = join(root, "src", name.replace(/\.d\.ts$/, ".ts"));
    writeFileSync(path, portable(entries.has(path) ? text : withoutHeader(text, source)));
  }
}
