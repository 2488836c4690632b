/** Files on servers as sources: only the ranges that are read are fetched. Objects in buckets are asked for with a signature. */

import { AwsClient } from "aws4fetch";
import { type FetchLike, type HttpFile, openHttp } from "../io/http-source.js";
import { isS3, objectUrl, parseS3, type S3Access, s3Access } from "./address.js";

/** `fetch`, signed where there are credentials. It tries once: who calls knows what may be tried again. */
export function signedFetch({ credentials, region }: S3Access): typeof fetch {
  if (credentials === undefined) return fetch;
  const client = new AwsClient({ ...credentials, service: "s3", region, retries: 0 });
  return (url, init) => client.fetch(url as string, init);
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
