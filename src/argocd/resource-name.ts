/**
 * Returns the name of a kind in the API's addresses and in RBAC rules (`NetworkPolicy` → `networkpolicies`), by the
 * rule of apimachinery's meta.UnsafeGuessKindToResource, which holds for every kind that is used here.
 */
export function resourceName(kind: string): string {
  const singular = kind.toLowerCase();
  if (singular.endsWith("endpoints")) return singular;
  if (singular.endsWith("s")) return `${singular}es`;
  if (singular.endsWith("y")) return `${singular.slice(0, -1)}ies`;
  return `${singular}s`;
}
