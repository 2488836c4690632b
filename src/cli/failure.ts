/** How a run ends: 0 done, 1 the input or the request is wrong (one line says what and where), 2 usage. */

import { isStridebufError } from "../errors.js";
import { STATUS } from "../scale/status.js";
import { printable } from "./terminal.js";

/** A fault of the input or the request that no library error describes. */
export class InputFailure extends Error {}

/** A wrong option or argument. */
export class UsageFailure extends Error {}

/** What another machine, or this one later, can do. */
export class ElsewhereFailure extends Error {
  constructor(override readonly cause: unknown) {
    super();
  }
}

const SYSTEM_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  EISDIR: "is a folder",
  ENOTDIR: "a part of the path is not a folder",
  ENOSPC: "no space left on the device",
  EDQUOT: "disk quota exceeded",
  EFBIG: "file too large",
  EROFS: "read-only file system",
  EIO: "input/output error",
  EMFILE: "too many open files",
  ELOOP: "too many symbolic links",
  ENAMETOOLONG: "file name too long",
};

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).code === "string" && "syscall" in error;

/** One line that a terminal takes as text; never a stack. */
const oneLine = (text: string): string => printable(text.split("\n", 1)[0]!);

/** What to print after `stridebuf: `. */
export function failureText(error: unknown): string {
  if (error instanceof ElsewhereFailure) return failureText(error.cause);
  if (isSystemError(error)) {
    const what = SYSTEM_FAULTS[error.code!] ?? `${error.code} from ${error.syscall}`;
    return oneLine(error.path === undefined ? what : `${error.path}: ${what}`);
  }
  // The library shows a format under its message with a caret; here it goes on the same line.
  if (isStridebufError(error, "FormatSyntaxError", "UnsupportedFormatError")) {
    return `${oneLine(error.message)}: ${oneLine(JSON.stringify(error.format))}`;
  }
  const message = error instanceof Error ? error.message : String(error);
  return oneLine(message.replaceAll(/\bmaxHeaderBytes\b/g, "--max-header"));
}

/** The exit status for an error; undefined for a defect of the program itself. */
export function failureStatus(error: unknown): 1 | 2 | 75 | undefined {
  if (error instanceof ElsewhereFailure) return STATUS.elsewhere;
  if (error instanceof UsageFailure) return 2;
  const known =
    error instanceof InputFailure ||
    isStridebufError(error) ||
    isSystemError(error) ||
    error instanceof RangeError ||
    error instanceof TypeError;
  return known ? 1 : undefined;
}
