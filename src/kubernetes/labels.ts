// Source: Kubernetes, Labels and Selectors, Syntax and character set; apimachinery/pkg/util/validation (IsQualifiedName,
// IsValidLabelValue).

const part = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const subdomain = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const prefixLength = 253;

/** Whether the text is a DNS subdomain as RFC 1123 has it, which most names are; its length is not looked at. */
export function isSubdomain(text: string): boolean {
  return subdomain.test(text);
}

/** Whether the server takes the text as the key of a label or a taint: a name, after a DNS subdomain and `/` or alone. */
export function isLabelKey(text: string): boolean {
  const [name = "", prefix, ...more] = text.split("/").toReversed();
  const isPrefix = prefix === undefined || (prefix.length <= prefixLength && isSubdomain(prefix));
  return more.length === 0 && isPrefix && part.test(name);
}

/** Whether the server takes the text as the value of a label or a taint; the empty text is one. */
export function isLabelValue(text: string): boolean {
  return text === "" || part.test(text);
}
