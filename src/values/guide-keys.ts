import type { ValuePath } from "./path.ts";

export function explainGuideKey(_path: ValuePath): string | undefined {
  return undefined;
}
