import { isIP } from "node:net";

/** Addresses from the first to the last, both included. IPv4 as IPv4-mapped IPv6, so that one order holds for both. */
export interface AddressRange {
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * Whether the text is a range of addresses such as 10.0.0.0/8 or fd00::/8. Go takes the dotted end of an IPv6 address as
 * well; nobody writes it, and nothing here computes with it.
 */
export function isCidr(text: string): boolean {
  const [address = "", length = "", ...more] = text.split("/");
  const version = isIP(address);
  if (version === 0 || more.length > 0 || (version === 6 && address.includes("."))) return false;
  return /^\d{1,3}$/.test(length) && Number(length) <= bitsOf(address);
}

/**
 * Returns a range in the form that no server refuses or warns of: its first address, without needless zeros, IPv6 as in
 * RFC 5952. Since Kubernetes 1.36 bits beyond the prefix are refused (KEP-4858, IsValidCIDRForLegacyField).
 * Throws an Error for text that is no CIDR.
 */
export function canonicalCidr(cidr: string): string {
  const [address = "", length = ""] = cidr.split("/");
  const { first } = rangeOf(cidr);
  return `${isFour(address) ? format4(first) : format6(first)}/${Number(length)}`;
}

/** Whether a range names another address than its first one. Throws an Error for text that is no CIDR. */
export function hasBitsBeyondPrefix(cidr: string): boolean {
  const [address = ""] = cidr.split("/");
  return rangeOf(cidr).first !== rangeOf(`${address}/${bitsOf(address)}`).first;
}

/**
 * Whether a range lies within another one and is not all of it, as the `except` of an ipBlock has to
 * (ValidateIPBlock in pkg/apis/networking/validation). Throws an Error for text that is no CIDR.
 */
export function isStrictSubset(cidr: string, around: string): boolean {
  const [inner, outer] = [rangeOf(cidr), rangeOf(around)];
  const isWithin = outer.first <= inner.first && inner.last <= outer.last;
  return isWithin && (outer.first < inner.first || inner.last < outer.last);
}

const known = new Map<string, AddressRange>();

/** Returns the addresses of a range. Throws an Error for text that is no CIDR. */
export function rangeOf(cidr: string): AddressRange {
  const before = known.get(cidr);
  if (before) return before;
  if (!isCidr(cidr)) throw new Error(`${cidr} is no range of addresses`);
  const [address = "", length = ""] = cidr.split("/");
  const bits = BigInt(bitsOf(address) - Number(length));
  const start = isFour(address) ? mapped + parse4(address) : parse6(address);
  const first = (start >> bits) << bits;
  const range = { first, last: first + (1n << bits) - 1n };
  known.set(cidr, range);
  return range;
}

// RFC 4291, 2.5.5.2: ::ffff:0:0/96.
const mapped = 0xffffn << 32n;

function isFour(address: string): boolean {
  return !address.includes(":");
}

function bitsOf(address: string): number {
  return isFour(address) ? 32 : 128;
}

function parse4(address: string): bigint {
  return address.split(".").reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

function parse6(address: string): bigint {
  const [head = [], tail = []] = address.split("::").map((half) => (half === "" ? [] : half.split(":")));
  const zeros = Array<string>(8 - head.length - tail.length).fill("0");
  return [...head, ...zeros, ...tail].reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function format4(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 0xffn).join(".");
}

function format6(address: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => (address >> BigInt(16 * (7 - index))) & 0xffffn);
  // The URL standard writes addresses as RFC 5952 does (https://url.spec.whatwg.org/#concept-ipv6-serializer).
  const { hostname } = new URL(`http://[${groups.map((group) => group.toString(16)).join(":")}]`);
  return hostname.slice(1, -1);
}
