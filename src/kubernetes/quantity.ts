const multipliers: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

const pattern = /^(?<number>\d+(?:\.\d+)?)(?<suffix>m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$/;

/** Whether the text is a quantity that `parseQuantity` reads. */
export function isQuantity(text: string): boolean {
  return pattern.test(text);
}

/**
 * Returns thousandths of the unit (millicores for cpu, thousandths of a byte for memory and storage), so that sums
 * are exact. Throws an Error for text that is no quantity (Kubernetes API reference, Quantity; exponents are not
 * accepted, nobody writes them here).
 */
export function parseQuantity(text: string): number {
  const { number, suffix = "" } = pattern.exec(text)?.groups ?? {};
  if (number === undefined) throw new Error(`"${text}" is no quantity such as 500m or 2Gi`);
  return Math.round(Number(number) * (suffix === "m" ? 1 : 1000 * (multipliers[suffix] ?? Number.NaN)));
}

/** Returns a cpu quantity for millicores: whole cores without a suffix, else millicores (`2`, `1500m`). */
export function formatCpu(millicores: number): string {
  return millicores % 1000 === 0 ? String(millicores / 1000) : `${millicores}m`;
}

/** Returns a memory or storage quantity for bytes in the largest binary unit that divides it (`2Gi`, `1536Mi`). */
export function formatBytes(bytes: number): string {
  for (const suffix of ["Ti", "Gi", "Mi", "Ki"]) {
    const unit = multipliers[suffix] ?? 1;
    if (bytes !== 0 && bytes % unit === 0) return `${bytes / unit}${suffix}`;
  }
  return String(bytes);
}
