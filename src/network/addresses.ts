import { rangeOf, type AddressRange } from "../kubernetes/cidr.ts";

/** What an ipBlock of a policy says. */
export interface Block {
  readonly cidr: string;
  readonly except: readonly string[];
}

/** Addresses that no policy tells apart. */
export interface AddressGroup {
  /** `203.0.113.0/24 except 203.0.113.7/32`, or `every other address`. */
  readonly name: string;
  /** One of the addresses; it stands for all of them. */
  readonly sample: bigint;
}

const everything: AddressRange = { first: 0n, last: (1n << 128n) - 1n };

/** Whether a block has an address. */
export function contains({ cidr, except }: Block, address: bigint): boolean {
  return inside(rangeOf(cidr), address) && !except.some((hole) => inside(rangeOf(hole), address));
}

/**
 * Returns all addresses in groups that the blocks treat alike: each group lies wholly inside or wholly outside of each
 * block. Throws an Error for text that is no CIDR.
 */
export function addressGroups(all: readonly Block[]): readonly AddressGroup[] {
  // Many policies open the same.
  const blocks = [...new Map(all.map((block) => [blockName(block), block])).values()];
  const ranges = blocks.flatMap(({ cidr, except }) => [cidr, ...except].map(rangeOf));
  const starts = new Set([everything.first, ...ranges.flatMap(({ first, last }) => [first, last + 1n])]);
  const samples = [...starts].filter((start) => start <= everything.last);
  const groups = Map.groupBy(samples, (sample) =>
    blocks.map((block) => (contains(block, sample) ? "1" : "0")).join(""),
  );
  return [...groups.values()].map(([sample = 0n]) => ({ name: groupName(blocks, sample), sample }));
}

/** The smallest blocks around the address, less what lies inside of them and does not have it. */
function groupName(blocks: readonly Block[], sample: bigint): string {
  const around = blocks.filter((block) => contains(block, sample));
  const smallest = around.filter((block) => !around.some((other) => isLarger(block, other)));
  if (smallest.length === 0) return "every other address";
  const holes = blocks.filter(
    (block) => !contains(block, sample) && smallest.every((outer) => cutsInto(block, outer)),
  );
  const names = (list: readonly Block[]): string => [...new Set(list.map(blockName))].join(" and ");
  return holes.length === 0 ? names(smallest) : `${names(smallest)} outside of ${names(holes)}`;
}

function isLarger(block: Block, other: Block): boolean {
  const [own, others] = [rangeOf(block.cidr), rangeOf(other.cidr)];
  return holds(own, others) && !holds(others, own);
}

function cutsInto(block: Block, outer: Block): boolean {
  const [own, around] = [rangeOf(block.cidr), rangeOf(outer.cidr)];
  const apart =
    outer.except.some((hole) => holds(rangeOf(hole), own)) ||
    block.except.some((hole) => holds(rangeOf(hole), around));
  return own.first <= around.last && around.first <= own.last && !apart;
}

function holds(outer: AddressRange, inner: AddressRange): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

function blockName({ cidr, except }: Block): string {
  return except.length > 0 ? `${cidr} except ${except.join(", ")}` : cidr;
}

function inside({ first, last }: AddressRange, address: bigint): boolean {
  return first <= address && address <= last;
}
