/**
 * Addresses of files on servers: `http:`, `https:`, and `s3://bucket/key`, which the environment of AWS's tools turns into the URL of an
 * object (https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html).
 */

import { stridebufError } from "../errors.js";

/** Whether a path is the address of a file on a server. */
export const isRemote = (path: string): boolean => /^(https?|s3):\/\//i.test(path);

/** Whether an address is that of an object in a bucket. */
export const isS3 = (path: string): boolean => /^s3:\/\//i.test(path);

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a bucket is, and who asks. */
export interface S3Access {
  /** Of a store other than Amazon's: its buckets are folders of it. */
  readonly endpoint: string | undefined;
  readonly region: string;
  /** Undefined asks as anybody may. */
  readonly credentials:
    | { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }
    | undefined;
}

/** @throws TypeError when a part of the credentials is missing */
export function s3Access(environment: Environment): S3Access {
  const named = (...names: readonly string[]): string | undefined =>
    names.map((name) => environment[name]).find(Boolean);
  const [accessKeyId, secretAccessKey, sessionToken] = [
    named("AWS_ACCESS_KEY_ID"),
    named("AWS_SECRET_ACCESS_KEY"),
    named("AWS_SESSION_TOKEN"),
  ];
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    throw new TypeError("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY go together: only one is set");
  }
  const token = sessionToken === undefined ? {} : { sessionToken };
  return {
    endpoint: named("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")?.replace(/\/+$/, ""),
    region: named("AWS_REGION", "AWS_DEFAULT_REGION") ?? "us-east-1",
    credentials: accessKeyId === undefined ? undefined : { accessKeyId, secretAccessKey: secretAccessKey!, ...token },
  };
}

/** An object, by its bucket and key. */
export interface S3Address {
  readonly bucket: string;
  readonly key: string;
}

const noAddress = (address: string, why: string): Error =>
  stridebufError("FileFormatError", `${address}: ${why}`, { container: "s3" });

/** @throws FileFormatError for what is no `s3://bucket/key` */
export function parseS3(address: string): S3Address {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/is.exec(address) ?? [];
  if (bucket === undefined || key === undefined || key.endsWith("/")) {
    throw noAddress(address, "an object is named as in s3://bucket/key");
  }
  // URLs lose such steps on their way.
  if (key.split("/").some((part) => part === "." || part === "..")) {
    throw noAddress(address, 'keys with "." or ".." as a part cannot be asked for');
  }
  return { bucket, key };
}

/** As the signature wants it: all but letters, digits and `-._~`. */
export const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** The URL of a bucket, with a slash at its end. */
export function bucketUrl({ endpoint, region }: S3Access, bucket: string): string {
  if (endpoint !== undefined) return `${endpoint}/${encoded(bucket)}/`;
  // A dot in its name would not match the certificate.
  if (bucket.includes(".")) return `https://s3.${region}.amazonaws.com/${encoded(bucket)}/`;
  return `https://${encoded(bucket)}.s3.${region}.amazonaws.com/`;
}

export const objectUrl = (access: S3Access, { bucket, key }: S3Address): string =>
  bucketUrl(access, bucket) + key.split("/").map(encoded).join("/");
