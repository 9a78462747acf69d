/** Orders text by code unit, the same on every machine: localeCompare follows the locale and would not be. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
