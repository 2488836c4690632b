/**
 * Examples of doc comments as modules that check themselves. `expression; // expected` is compared with the value of what stands
 * behind the slashes, `expression; // throws LayoutError` has to throw it. Comments behind other statements are for people. What an
 * export path exports needs no import: that of the example's own path, then that of `stridebuf`, then that of any.
 */
import { ts } from "@ts-morph/common";
import { expect } from "vitest";
import type { Documented } from "./public-docs.js";

export interface ExampleModule {
  readonly name: string;
  /** The export path that it belongs to. */
  readonly specifier: string;
  readonly code: string;
}

/** What the modules call. */
export function same(actual: unknown, expected: unknown): void {
  const view = actual as { equals?: (other: unknown) => boolean; dtype?: unknown } | null;
  if (typeof view?.equals === "function" && view.dtype !== undefined) {
    expect(view.dtype).toBe((expected as typeof view).dtype);
    expect(view.equals(expected)).toBe(true);
  } else expect(actual).toEqual(expected);
}

/** What the modules call. */
export async function throws(name: string, run: () => unknown): Promise<void> {
  await expect((async () => run())()).rejects.toMatchObject({ name });
}

/** A module per example; one with an expression whose comment is none throws. */
export function exampleModules(surface: readonly Documented[]): ExampleModule[] {
  const exported = surface.filter(({ name }) => !name.includes("."));
  return surface.flatMap(({ name, entry, examples }) =>
    examples.map((text, i) => ({
      name: examples.length === 1 ? name : `${name} (${i + 1})`,
      specifier: entry.specifier,
      code: `${importsOf(text, exported, entry.specifier)}${checked(text)}export {};\n`,
    })),
  );
}

const parse = (text: string): ts.SourceFile => ts.createSourceFile("e.ts", text, ts.ScriptTarget.ES2022, true);

const isExpression = (text: string): boolean => {
  const file = parse(`(${text}\n);`) as ts.SourceFile & { parseDiagnostics: readonly unknown[] };
  return file.parseDiagnostics.length === 0 && file.statements.length === 1;
};

/** The statements, those with an expectation replaced by a check. */
function checked(text: string): string {
  const file = parse(text);
  const edits: { from: number; to: number; code: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isExpressionStatement(node)) {
      const comment = ts.getTrailingCommentRanges(text, node.end)?.[0];
      if (comment !== undefined) {
        const expected = text.slice(comment.pos, comment.end).replace(/^\/\/\s*/, "");
        const expression = node.expression.getText();
        const error = /^throws (\w+)$/.exec(expected)?.[1];
        let code = `same(${expression}, (${expected}));`;
        if (error !== undefined) code = `await throws(${JSON.stringify(error)}, () => ${expression});`;
        else if (!isExpression(expected))
          code = `throw new SyntaxError(${JSON.stringify(`no expression stands behind ${expression}: ${expected}`)});`;
        edits.push({ from: node.getStart(), to: comment.end, code });
      }
    }
    node.forEachChild(visit);
  };
  visit(file);
  let out = "";
  let at = 0;
  for (const { from, to, code } of edits) {
    out += text.slice(at, from) + code;
    at = to;
  }
  return `${out}${text.slice(at)}\n`;
}

/** Imports of everything that the example, expectations included, names and does not declare. */
function importsOf(text: string, exported: readonly Documented[], own: string): string {
  const used = new Set<string>();
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const { parent } = node;
      const isDeclaration =
        (ts.isVariableDeclaration(parent) || ts.isBindingElement(parent) || ts.isParameter(parent)) &&
        parent.name === node;
      const isName =
        (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
        (ts.isPropertyAssignment(parent) && parent.name === node);
      if (isDeclaration) declared.add(node.text);
      else if (!isName) used.add(node.text);
    }
    node.forEachChild(visit);
  };
  visit(parse(text));
  for (const [, comment] of text.matchAll(/; \/\/ (.*)$/gm)) if (isExpression(comment!)) visit(parse(`(${comment});`));
  const bySpecifier = new Map<string, string[]>();
  for (const name of used) {
    if (declared.has(name)) continue;
    const candidates = exported.filter(({ name: full }) => full.endsWith(`: ${name}`));
    const rank = ({ entry }: Documented): number =>
      entry.specifier === own ? 0 : entry.specifier === "stridebuf" ? 1 : 2;
    const best = candidates.sort((a, b) => rank(a) - rank(b))[0];
    if (best === undefined) continue;
    const names = bySpecifier.get(best.entry.specifier) ?? [];
    names.push(best.kind === "type" ? `type ${name}` : name);
    bySpecifier.set(best.entry.specifier, names);
  }
  const lines = [...bySpecifier].map(([specifier, names]) => `import { ${names.join(", ")} } from "${specifier}";\n`);
  return `import { same, throws } from "examples";\n${lines.join("")}`;
}
