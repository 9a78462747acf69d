/** Orders versions by the rules of Semantic Versioning 2.0.0, section 11: negative where the first is older. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [split(a), split(b)];
  for (const part of [0, 1, 2]) {
    const difference = (left.numbers[part] ?? 0) - (right.numbers[part] ?? 0);
    if (difference !== 0) return difference;
  }
  // A version comes after its own pre-releases.
  if (left.pre.length === 0 || right.pre.length === 0) return right.pre.length - left.pre.length;
  for (let part = 0; part < Math.max(left.pre.length, right.pre.length); part += 1) {
    const difference = comparePart(left.pre[part], right.pre[part]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function split(version: string): { readonly numbers: readonly number[]; readonly pre: readonly string[] } {
  const [core = "", ...pre] = version.split("-");
  return { numbers: core.split(".").map(Number), pre: pre.length > 0 ? pre.join("-").split(".") : [] };
}

function comparePart(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  const [isNumber, isOther] = [a, b].map((part) => /^\d+$/.test(part));
  if (isNumber === true && isOther === true) return Number(a) - Number(b);
  if (isNumber !== isOther) return isNumber === true ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
