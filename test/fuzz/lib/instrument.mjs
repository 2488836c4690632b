/** A program that counts which of its branches ran, in `globalThis.edges` (a byte per branch), by a Babel plugin. */
import { transformSync } from "@babel/core";

/** @returns {{ code: string, edges: number }} the same program, and how many branches it has */
export function instrument(source) {
  let edges = 0;
  const plugin = ({ types: t }) => {
    const hit = () =>
      t.updateExpression("++", t.memberExpression(t.identifier("edges"), t.numericLiteral(edges++), true), false);
    /** The same part with a hit before it; nodes are changed in place, so that Babel does not visit them again. */
    const counted = (part) => {
      if (t.isExpression(part)) return t.sequenceExpression([hit(), part]);
      if (t.isBlockStatement(part)) part.body.unshift(t.expressionStatement(hit()));
      else return t.blockStatement([t.expressionStatement(hit()), part]);
      return part;
    };
    const parts = (...keys) => ({
      exit({ node }) {
        for (const key of keys) if (node[key]) node[key] = counted(node[key]);
      },
    });
    return {
      visitor: {
        Function: parts("body"),
        IfStatement: parts("consequent", "alternate"),
        Loop: parts("body"),
        CatchClause: parts("body"),
        ConditionalExpression: parts("consequent", "alternate"),
        LogicalExpression: parts("right"),
        SwitchCase: { exit: ({ node }) => void node.consequent.unshift(t.expressionStatement(hit())) },
      },
    };
  };
  const { code } = transformSync(source, {
    plugins: [plugin],
    configFile: false,
    babelrc: false,
    compact: true,
    comments: false,
  });
  return { code: `const edges = globalThis.edges;\n${code}`, edges };
}
