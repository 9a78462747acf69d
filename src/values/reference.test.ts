import { expect, test } from "vitest";
import { z } from "zod";
import { referenceRows, valuesReference } from "./reference.ts";

const schema = z.strictObject({
  app: z
    .strictObject({
      level: z.enum(["debug", "info"]).meta({ description: "How much is logged: `a|b`.", guide: "INFO" }),
      replicas: z.int().min(1).max(50).meta({ description: "Pods.", guide: 3 }),
      share: z.number().min(0).lt(1).meta({ description: "Share of\nrequests." }).optional(),
      grouped: z.strictObject({ on: z.boolean().meta({ description: "A switch.", guide: true }) }),
    })
    .meta({ description: "The application." }),
  hosts: z
    .array(z.strictObject({ host: z.string().meta({ description: "A host name." }) }))
    .min(1)
    .meta({ description: "Names of the edge." }),
  labels: z.record(z.string(), z.string()).meta({ description: "Labels.", guide: {} }),
  egress: z.record(
    z.string(),
    z.strictObject({ port: z.union([z.int(), z.literal("any")]).meta({ description: "Port." }) }),
  ),
  pull: z.array(z.string()).meta({ description: "Names.", guide: [] }),
});

const release = z.strictObject({ version: z.string().meta({ description: "What runs.", guide: "1.0.0" }) });
const defaults = { app: { level: "info", grouped: { on: false } }, labels: {}, hosts: [] };
const rows = referenceRows(schema, defaults);

const rowOf = (path: string): unknown => rows.find((row) => row.path === path);

test("every value has one row, in the order of the schema", () => {
  expect(rows.map(({ path, type }) => `${path}: ${type}`)).toMatchInlineSnapshot(`
    [
      "app: map",
      "app.level: one of debug, info",
      "app.replicas: whole number, 1 to 50",
      "app.share: number, at least 0 and below 1",
      "app.grouped.on: true or false",
      "hosts: non-empty list of maps",
      "hosts[].host: text",
      "labels: map of names to text",
      "egress: map of names to maps",
      "egress.<name>.port: any or whole number",
      "pull: list of text",
    ]
  `);
});

test("a default comes from the base; a value without one is either needed or left out", () => {
  expect(rowOf("app.level")).toMatchObject({ default: "info", required: true, guide: "INFO" });
  expect(rowOf("app.replicas")).toMatchObject({ default: undefined, required: true, guide: 3 });
  expect(rowOf("app.share")).toMatchObject({ default: undefined, required: false, guide: undefined });
});

test("the tables are Markdown that nothing inside a cell can break", () => {
  expect(valuesReference({ values: schema, release, defaults })).toMatchInlineSnapshot(`
    "# Values

    <!-- Generated from the schema; a test compares it. Change the schema or base/values.yaml, not this page. -->

    What an environment may set in \`environments/<environment>/values.yaml\`. It is laid over \`base/values.yaml\`: maps
    merge, lists and scalars replace. Where the guide's Helm \`values.yaml\` has a key, it has the same name here, and the
    last column shows what the guide sets. Unknown keys are refused.

    ## app

    The application.

    | Key | Type | Default | What it does | In the guide |
    | --- | --- | --- | --- | --- |
    | \`app.level\` | one of debug, info | \`info\` | How much is logged: \`a\\|b\`. | \`INFO\` |
    | \`app.replicas\` | whole number, 1 to 50 | none: each environment sets it | Pods. | \`3\` |
    | \`app.share\` | number, at least 0 and below 1 |  | Share of requests. |  |
    | \`app.grouped.on\` | true or false | \`false\` | A switch. | \`true\` |

    ## hosts

    | Key | Type | Default | What it does | In the guide |
    | --- | --- | --- | --- | --- |
    | \`hosts\` | non-empty list of maps | \`[]\` | Names of the edge. |  |
    | \`hosts[].host\` | text | none: required | A host name. |  |

    ## labels

    | Key | Type | Default | What it does | In the guide |
    | --- | --- | --- | --- | --- |
    | \`labels\` | map of names to text | \`{}\` | Labels. | \`{}\` |

    ## egress

    | Key | Type | Default | What it does | In the guide |
    | --- | --- | --- | --- | --- |
    | \`egress\` | map of names to maps | none: each environment sets it |  |  |
    | \`egress.<name>.port\` | any or whole number | none: required | Port. |  |

    ## pull

    | Key | Type | Default | What it does | In the guide |
    | --- | --- | --- | --- | --- |
    | \`pull\` | list of text | none: each environment sets it | Names. | \`[]\` |

    # Release

    What \`environments/<environment>/release.yaml\` holds, the one file that a promotion changes. It has no defaults.

    | Key | Type | Default | What it does | In the guide |
    | --- | --- | --- | --- | --- |
    | \`version\` | text | none: each environment sets it | What runs. | \`1.0.0\` |
    "
  `);
});
