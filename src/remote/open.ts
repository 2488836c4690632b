/** Files on servers as sources: only the ranges that are read are fetched. Objects in buckets are asked for with a signature. */

import type { AwsClient } from "aws4fetch";
import { type FetchLike, type HttpFile, openHttp } from "../io/http-source.js";
import { isS3, objectUrl, parseS3, type S3Access, s3Access } from "./address.js";

async function clientOf({ credentials, region }: S3Access): Promise<AwsClient> {
  let library: typeof import("aws4fetch");
  try {
    library = await import("aws4fetch");
  } catch (error) {
    throw new TypeError("signed requests need the package aws4fetch: npm install aws4fetch", { cause: error });
  }
  return new library.AwsClient({ ...credentials!, service: "s3", region, retries: 0 });
}

/** `fetch`, signed where there are credentials. It tries once: who calls knows what may be tried again. */
export function signedFetch(access: S3Access): typeof fetch {
  if (access.credentials === undefined) return fetch;
  let client: Promise<AwsClient> | undefined;
  return async (url, init) => {
    client ??= clientOf(access);
    return (await client).fetch(url as string, init);
  };
}

/**
 * Opens a file on a server; `s3://` with what the environment says.
 *
 * @throws FileFormatError naming the address: the server refuses, or the file has changed
 */
export async function openRemote(path: string): Promise<HttpFile> {
  if (!isS3(path)) return openHttp(path);
  const access = s3Access(process.env);
  const url = objectUrl(access, parseS3(path));
  return openHttp(url, { fetch: signedFetch(access) as unknown as FetchLike });
}
