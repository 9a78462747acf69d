import process from "node:process";
import { parseArgs } from "node:util";
import { drawPairs, drawPool, drawSwitches, generator, type Pair } from "./draw.ts";
import { mergePairs } from "./pairs.ts";

// npm run test:concurrent: draws pairs of changes over all keys of the values and of the releases, merges each with
// git, and shows what becomes of them and that the check stops every merge which is not what its values ask for.

const { values } = parseArgs({
  options: {
    pairs: { type: "string", default: "500" },
    switches: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
  },
});
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const random = generator(Number(values.seed));
const { changes, without } = drawPool(random, 1);
print(`seed ${values.seed}: ${changes.length} keys; without another permitted value: ${without.join(", ")}`);
await show("drawn over all keys", drawPairs(random, changes, Number(values.pairs)));
await show("of a switch and anything it meets", drawSwitches(random, changes, Number(values.switches)));

async function show(what: string, drawn: readonly Pair[]): Promise<void> {
  const { pairs, inOne, keys, counts, checked, resolved, missed } = await mergePairs(drawn, random);
  print(`${pairs} pairs ${what}, ${inOne} of them in one environment, ${keys} keys`);
  for (const [name, count] of counts) print(`  ${name}: ${count} (${((100 * count) / pairs).toFixed(1)} %)`);
  print(`  npm run check judged ${checked} merges, npm run render resolved ${resolved} conflicts`);
  print(`  otherwise than they should: ${[String(missed.length), ...missed].join("\n    ")}`);
  if (missed.length > 0) process.exitCode = 1;
}
