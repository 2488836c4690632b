/**
 * What verified plans leave beside them, `PLAN.verified`: which files were put in place, and how they are known again. Workers that are
 * started once more then find nothing to do.
 */

import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import type { FileLine, PlanHead } from "./lines.js";

interface Receipt {
  readonly plan: string;
  /** By the number of the file. */
  readonly files: readonly { readonly byteLength: number; readonly mtimeNs: string }[];
}

const receiptOf = (planPath: string): string => `${planPath}.verified`;

function identityOf(path: string): Receipt["files"][number] | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat && { byteLength: Number(stat.size), mtimeNs: String(stat.mtimeNs) };
}

/** Written once all files are in place. */
export function writeReceipt(planPath: string, { id }: PlanHead, files: readonly FileLine[]): void {
  const receipt: Receipt = { plan: id, files: files.map(({ dst }) => identityOf(dst)!) };
  const temporary = `${receiptOf(planPath)}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(receipt)}\n`);
  renameSync(temporary, receiptOf(planPath));
}

/** Tells of a file whether this plan put it in place, and nothing has changed it since; null when the plan has not been verified. */
export function readReceipt(planPath: string, { id }: PlanHead): ((file: FileLine) => boolean) | null {
  let receipt: Receipt;
  try {
    receipt = JSON.parse(readFileSync(receiptOf(planPath), "utf8")) as Receipt;
  } catch {
    return null;
  }
  if (receipt.plan !== id) return null;
  return ({ file, dst }) => {
    const there = identityOf(dst);
    const recorded = receipt.files[file];
    return there !== undefined && there.byteLength === recorded?.byteLength && there.mtimeNs === recorded.mtimeNs;
  };
}
