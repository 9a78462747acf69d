// How a CronJob's schedule is read: robfig/cron v3, parser.go (ParseStandard), which Kubernetes' validation calls.

interface Bounds {
  readonly min: number;
  readonly max: number;
  /** Names in the order of their numbers, from min. */
  readonly names: readonly string[];
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const fields: readonly Bounds[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: months },
  { min: 0, max: 6, names: days },
];
const descriptors = new Set(["yearly", "annually", "monthly", "weekly", "daily", "midnight", "hourly"]);
const duration = /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;

/** Returns why the server refuses a schedule, in its words; undefined where it takes it. */
export function scheduleProblem(schedule: string): string | undefined {
  if (schedule === "") return "Required value";
  if (schedule.includes("TZ")) return "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
  if (schedule.startsWith("@every ")) {
    return duration.test(schedule.slice("@every ".length))
      ? undefined
      : `failed to parse duration ${schedule}`;
  }
  if (schedule.startsWith("@")) {
    return descriptors.has(schedule.slice(1)) ? undefined : `unrecognized descriptor: ${schedule}`;
  }
  const parts = schedule.split(/\s+/).filter(Boolean);
  if (parts.length !== fields.length) return `expected exactly 5 fields, found ${parts.length}`;
  for (const [index, bounds] of fields.entries()) {
    for (const range of (parts[index] ?? "").split(",").filter(Boolean)) {
      const problem = rangeProblem(range, bounds);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

function rangeProblem(range: string, { min, max, names }: Bounds): string | undefined {
  const numberOf = (text: string): number => {
    const named = names.indexOf(text.toLowerCase());
    if (named >= 0) return named + min;
    return /^[+-]?\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  };
  const [span = "", step, ...slashes] = range.split("/");
  const [low = "", high, ...hyphens] = span.split("-");
  if (slashes.length > 0) return `too many slashes: ${range}`;
  if (hyphens.length > 0) return `too many hyphens: ${range}`;
  const isAny = low === "*" || low === "?";
  const start = isAny ? min : numberOf(low);
  // A single number with a step goes on to the end: 5/10 is 5-59/10.
  const end =
    isAny || (high === undefined && step !== undefined) ? max : high === undefined ? start : numberOf(high);
  const every = step === undefined ? 1 : numberOf(step);
  const broken = [low, high ?? low, step ?? "1"].find(
    (text) => !/^[*?]$/.test(text) && Number.isNaN(numberOf(text)),
  );
  if (broken !== undefined) return `failed to parse int from ${broken}`;
  if (start < min) return `beginning of range (${start}) below minimum (${min}): ${range}`;
  if (end > max) return `end of range (${end}) above maximum (${max}): ${range}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${range}`;
  return every <= 0 ? `step of range should be a positive number: ${range}` : undefined;
}

/** Whether the server's zone database knows the name; this machine's is asked, which is a little more generous. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name }).format();
    return /^[A-Z]/i.test(name); // not +03:00, which Go does not know
  } catch {
    return false;
  }
}
