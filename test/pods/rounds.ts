/** How often each fault is made. */
export const rounds = 20;

/** Does a fault `rounds` times, one after the other, and prints what each round counted. Returns the counts. */
export async function repeat<Count>(
  name: string,
  fault: (round: number) => Promise<Count>,
): Promise<readonly Count[]> {
  const counts: Count[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const begun = Date.now();
    const count = await fault(round);
    counts.push(count);
    const seconds = ((Date.now() - begun) / 1000).toFixed(1);
    process.stdout.write(`${name} ${round}/${rounds}: ${JSON.stringify(count)} in ${seconds} s\n`);
  }
  return counts;
}

/** Returns a random number of milliseconds below a bound. */
export function moment(bound: number): number {
  return Math.floor(Math.random() * bound);
}
