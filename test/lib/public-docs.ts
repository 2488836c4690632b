/**
 * The public surface as the built declarations state it, with its doc comments: every export of every export path, and the members of
 * every interface and class that an export reaches. Read by TypeScript 5.9 as a library, since TypeScript 7 has no interface for that.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { getLibFiles, libFolderInMemoryPath, ts } from "@ts-morph/common";

export { ts };
export const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = join(root, "dist");

const manifest: { exports: Record<string, string | { types: string; default: string }> } = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
);

/** Export paths that have declarations. `stridebuf/js` has those of `stridebuf`. */
export const entries = Object.entries(manifest.exports).flatMap(([path, entry]) =>
  typeof entry === "string"
    ? []
    : [
        {
          path,
          specifier: path.replace(".", "stridebuf"),
          types: join(root, entry.types),
          source: join(root, entry.default.replace("./dist/modules/", "src/").replace(/js$/, "ts")),
        },
      ],
);

export const compilerOptions: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.esnext.d.ts", "lib.dom.d.ts"],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: ["node"],
  baseUrl: root,
  paths: Object.fromEntries(entries.map(({ specifier, types }) => [specifier, [types]])),
};

const libraries = new Map(getLibFiles().map(({ fileName, text }) => [`${libFolderInMemoryPath}/${fileName}`, text]));

/** The text of one of the compiler's own libraries; undefined for other files. */
export const libraryText = (name: string): string | undefined => libraries.get(name);

/** A program over files on disk and those given; the compiler's own libraries are part of its package. */
export function programOf(files: ReadonlyMap<string, string> | readonly string[]): ts.Program {
  const given = files instanceof Map ? files : new Map<string, string>();
  const host = ts.createCompilerHost(compilerOptions);
  const { getSourceFile, fileExists } = host;
  host.getDefaultLibLocation = () => libFolderInMemoryPath;
  host.getSourceFile = (name, language, ...rest) => {
    const text = given.get(name) ?? libraries.get(name);
    return text === undefined ? getSourceFile(name, language, ...rest) : ts.createSourceFile(name, text, language);
  };
  host.fileExists = (name) => given.has(name) || libraries.has(name) || fileExists(name);
  return ts.createProgram(files instanceof Map ? [...files.keys()] : [...(files as string[])], compilerOptions, host);
}

/** One thing that has a name in the public surface. */
export interface Documented {
  /** `stridebuf/npy: readNpy`, `stridebuf: StridedView.reshape`. */
  readonly name: string;
  readonly entry: (typeof entries)[number];
  /** What the editor shows; empty where nothing is said. */
  readonly text: string;
  readonly examples: readonly string[];
  /** A method is one of a class: what interfaces ask of others is a field. */
  readonly kind: "function" | "class" | "value" | "type" | "method" | "field";
}

const isOurs = (declaration: ts.Node): boolean => declaration.getSourceFile().fileName.startsWith(`${dist}/`);
const isExported = (declaration: ts.Node): boolean =>
  (ts.getCombinedModifierFlags(declaration as ts.Declaration) & ts.ModifierFlags.Export) !== 0;

/** Everything public, each thing once, under the first export path that has it. */
export function publicSurface(): Documented[] {
  const program = programOf(entries.map(({ types }) => types));
  const checker = program.getTypeChecker();
  const found: Documented[] = [];
  const seen = new Set<ts.Symbol>();

  const add = (entry: Documented["entry"], symbol: ts.Symbol, name: string, kind: Documented["kind"]): void => {
    const tags = symbol.getJsDocTags(checker).filter(({ name }) => name === "example");
    found.push({
      name: `${entry.specifier}: ${name}`,
      entry,
      text: ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim(),
      examples: tags.map(({ text }) => ts.displayPartsToString(text)),
      kind,
    });
  };

  const resolved = (symbol: ts.Symbol): ts.Symbol =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

  /** Members of what is declared here, and on into the types that they name. */
  const visit = (entry: Documented["entry"], symbol: ts.Symbol, name: string): void => {
    if (seen.has(symbol)) return;
    seen.add(symbol);
    const declarations = (symbol.declarations ?? []).filter(isOurs);
    for (const declaration of declarations) {
      if (ts.isInterfaceDeclaration(declaration) || ts.isClassDeclaration(declaration)) {
        for (const member of declaration.members) {
          const of = member.name === undefined ? undefined : checker.getSymbolAtLocation(member.name);
          if (of === undefined || seen.has(of) || isHidden(member)) continue;
          seen.add(of);
          add(entry, of, `${name}.${member.name!.getText()}`, kindOfMember(member));
        }
      }
      visitTypes(entry, declaration);
    }
    if (symbol.flags & ts.SymbolFlags.Value && declarations.some((d) => ts.isVariableDeclaration(d)))
      for (const signature of checker.getTypeOfSymbol(symbol).getCallSignatures())
        if (signature.declaration) visitTypes(entry, signature.declaration);
  };

  const visitTypes = (entry: Documented["entry"], node: ts.Node): void => {
    if (ts.isConditionalTypeNode(node)) return;
    if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) {
      const name = ts.isTypeReferenceNode(node) ? node.typeName : node.expression;
      const symbol = checker.getSymbolAtLocation(name);
      const target = symbol && resolved(symbol);
      if (target?.declarations?.some((d) => isOurs(d) && isExported(d)) && !ts.isIndexedAccessTypeNode(node.parent))
        visit(entry, target, target.name);
    }
    if (ts.isTypeLiteralNode(node) && !ts.isTypeAliasDeclaration(node.parent)) {
      node.forEachChild((child) => visitTypes(entry, child));
      return;
    }
    node.forEachChild((child) => visitTypes(entry, child));
  };

  for (const entry of entries) {
    const file = program.getSourceFile(entry.types)!;
    for (const exported of checker.getExportsOfModule(checker.getSymbolAtLocation(file)!)) {
      const symbol = resolved(exported);
      if (!seen.has(symbol) || !found.some(({ name }) => name.endsWith(`: ${exported.name}`)))
        add(entry, symbol, exported.name, kindOf(symbol, checker));
      visit(entry, symbol, exported.name);
    }
  }
  return found;
}

const isHidden = (member: ts.ClassElement | ts.TypeElement): boolean =>
  (member.name !== undefined && ts.isPrivateIdentifier(member.name)) ||
  (ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0;

const kindOfMember = (member: ts.Node): Documented["kind"] => (ts.isMethodDeclaration(member) ? "method" : "field");

function kindOf(symbol: ts.Symbol, checker: ts.TypeChecker): Documented["kind"] {
  if (symbol.flags & ts.SymbolFlags.Class) return "class";
  if (!(symbol.flags & ts.SymbolFlags.Value)) return "type";
  return checker.getTypeOfSymbol(symbol).getCallSignatures().length > 0 ? "function" : "value";
}
