/**
 * How work of a plan ends, as schedulers read it: 0 done or done before, 1 wrong input (trying again is of no use), 3 something is
 * missing, 75 this machine or this moment cannot do it (`EX_TEMPFAIL` of sysexits.h).
 */

import { isStridebufError } from "../errors.js";

export const STATUS = { done: 0, wrong: 1, incomplete: 3, elsewhere: 75 } as const;

/** Faults of a machine, a disk or a network, not of the input. */
const ELSEWHERE = new Set(
  (
    "ENOSPC EDQUOT EFBIG EIO EROFS EMFILE ENFILE ENOMEM ESTALE EAGAIN EBUSY ENODEV ENXIO " +
    "ETIMEDOUT ECONNRESET ECONNREFUSED ECONNABORTED ENOTCONN EHOSTUNREACH ENETUNREACH EHOSTDOWN EPIPE EAI_AGAIN"
  ).split(" "),
);

/** Whether the same work may well succeed on another machine or later. */
export function isElsewhere(error: unknown): boolean {
  if (isStridebufError(error, "PlanError")) return error.reason === "absent";
  if (isStridebufError(error, "FileFormatError")) return error.reason === "unavailable";
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code !== undefined && ELSEWHERE.has(code);
}
