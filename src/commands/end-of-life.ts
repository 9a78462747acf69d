import { render } from "../render.ts";
import { supportEnds } from "../support/dates.ts";
import { remaining, runningVersions, type Remaining } from "../support/remaining.ts";
import type { Command } from "./command.ts";

/** Days before the end of support at which it becomes a finding: enough for an upgrade with its rehearsals. */
const noticeDays = 180;

/** Says for each version that runs somewhere when its support ends. */
export const endOfLife: Command = {
  usage: `usage: npm run end-of-life

Says when the support ends of each version that the environments run: Kubernetes, PostgreSQL, Redis, charts.
Ends with 1 when one ends within ${noticeDays} days, or when nothing is known of a version (src/support/dates.ts).`,
  options: {},
  async run({ root, output, now }) {
    const { files } = await render(root);
    const all = remaining(runningVersions(files), supportEnds, now());
    const soon = all.filter(isFinding);
    output.print(all.map(line).join("\n"));
    if (soon.length === 0) return 0;
    output.print(`${soon.length} findings: support ends within ${noticeDays} days, or is not known`);
    return 1;
  },
};

function isFinding({ days, end }: Remaining): boolean {
  return end === undefined || (days !== undefined && days <= noticeDays);
}

function line({ product, version, environments, days, end }: Remaining): string {
  const what = `${product} ${version} (${environments.join(", ")})`;
  if (end === undefined) return `${what}: nothing is known of its support`;
  if (days === undefined || end.ends === undefined) return `${what}: no date; ${end.source}`;
  const when = days < 0 ? `ended ${-days} days ago, ${end.ends}` : `ends in ${days} days, ${end.ends}`;
  return `${what}: ${when}; ${end.source}`;
}
