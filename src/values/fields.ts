import { isIP } from "node:net";
import { z } from "zod";
import { canonicalCidr, isCidr, isStrictSubset } from "../kubernetes/cidr.ts";
import { isLabelKey, isLabelValue } from "../kubernetes/labels.ts";
import type { Json } from "../kubernetes/manifest.ts";
import { isQuantity, parseQuantity } from "../kubernetes/quantity.ts";
import { scheduleProblem } from "../kubernetes/schedule.ts";
import { readPem } from "../pem.ts";

/** Gives a field its sentence in docs/values.md and, where the guide has the key, the guide's value. */
export function described<Field extends z.ZodType>(field: Field, description: string, guide?: Json): Field {
  return field.meta(guide === undefined ? { description } : { description, guide });
}

/** A Kubernetes quantity such as `500m` or `2Gi`; rules that compare quantities never see text that is none. */
export const quantity = z
  .string()
  .refine(isQuantity, { error: "expected a quantity such as 500m or 2Gi", abort: true });

/** CPU in cores or thousandths of one: of finer parts the server makes thousandths. */
export const cpu = quantity.refine(
  (text) => /^(?:\d+m|\d+(?:\.\d{1,3})?)$/.test(text) && parseQuantity(text) > 0,
  "expected cores such as 2 or 500m, more than none",
);

/** A number of bytes: of parts of one the server warns. */
export const bytes = quantity.refine(
  (text) => parseQuantity(text) > 0 && parseQuantity(text) % 1000 === 0,
  "expected whole bytes such as 2Gi, more than none",
);

/** The key of a label or a taint. */
export const labelKey = z
  .string()
  .refine(isLabelKey, "expected a key such as node-type or example.com/node-type");

/** The value of a label or a taint. */
export const labelValue = z
  .string()
  .refine(isLabelValue, 'expected at most 63 letters, digits, "-", "_" and "."');

/** Labels that nodes or pods have. */
export const labels = z.record(labelKey, labelValue);

/** A DNS label (RFC 1123): the form of most names in Kubernetes. */
export const label = z
  .string()
  .max(63)
  .regex(
    /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/,
    "expected lower-case letters, digits and hyphens, such as apg-fast",
  );

/** A host name with at least one dot. */
export const hostName = z
  .string()
  .max(253)
  .regex(
    /^(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z](?:[-a-z0-9]{0,61}[a-z0-9])$/,
    "expected a host name such as apg.example.com",
  );

/** A host name or an address, as a client writes it. */
export const server = z
  .string()
  .refine(
    (text) => hostName.safeParse(text).success || isIP(text) !== 0,
    "expected a host name or an IP address",
  );

/** A TCP port. */
export const port = z.int().min(1).max(65_535);

/** Whole seconds, at least one. */
export const seconds = z.int().min(1).max(86_400);

/** A share of a whole, between 0 and 1, both excluded. */
export const share = z.number().gt(0).lt(1);

/** A range of addresses that does not mean everywhere. */
export const addressRange = z
  .string()
  .refine((text) => isCidr(text) && !/\/0+$/.test(text), {
    error: "expected a range of addresses such as 10.0.0.0/8, never everywhere",
    abort: true,
  })
  .refine((text) => canonicalCidr(text) === text, {
    abort: true,
    error: ({ input }) =>
      `expected the range in its canonical form, ${canonicalCidr(String(input))}: Kubernetes refuses others from 1.36 on, or warns of them`,
  });

/** A range of addresses and the parts of it that are left out. */
export const addressBlock = z
  .strictObject({
    cidr: described(addressRange, "Range of addresses, such as 10.20.0.0/16."),
    except: described(z.array(addressRange).min(1).exactOptional(), "Parts of the range that are left out."),
  })
  .superRefine(({ cidr, except = [] }, context) => {
    for (const [index, hole] of except.entries())
      if (!isStrictSubset(hole, cidr))
        context.addIssue({
          code: "custom",
          path: ["except", index],
          message: `expected a smaller range within ${cidr}`,
        });
  });

/** Certificates of authorities as PEM (RFC 7468), and nothing else: a private key beside them would end in git. */
export const authorities = z
  .string()
  .refine(
    areAuthorities,
    "expected certificates of authorities as PEM and nothing else, each from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----",
  );

/** Five fields of a cron expression, as CronJobs and the application read it. */
export const cronExpression = z
  .string()
  .regex(/^(?:[\d*][\d*,/-]* ){4}[\d*][\d*,/-]*$/, {
    error: "expected a cron expression of five fields such as 0 2 * * 0",
    abort: true,
  })
  .refine((text) => scheduleProblem(text) === undefined, {
    error: ({ input }) => `expected times that there are: ${scheduleProblem(String(input))}`,
  });

/** A size in PostgreSQL's units (PostgreSQL manual, 20.1.1). */
export const postgresqlSize = z
  .string()
  .regex(/^(?:0|[1-9]\d*(?:kB|MB|GB|TB))$/, { error: "expected a size such as 256MB", abort: true });

/** A size in Redis' units. */
export const redisSize = z
  .string()
  .regex(/^[1-9]\d*(?:kb|mb|gb)$/, { error: "expected a size such as 768mb", abort: true });

/** A duration in Prometheus' and Go's units. */
export const duration = z.string().regex(/^[1-9]\d*(?:s|m|h)$/, "expected a duration such as 30s");

// github.com/distribution/reference, reference.go: path-component, domain and tag.
const component = "[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*";
const imagePath = `${component}(?:/${component})*`;
const domain = "[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?";

/** Repository of an image without its registry. */
export const repositoryPath = z
  .string()
  .regex(
    new RegExp(`^${imagePath}$`),
    "expected a repository such as datacraft/apg-cash-management, without registry, tag and digest",
  );

/** Repository of an image with its registry. */
export const repository = z
  .string()
  .regex(
    new RegExp(`^${domain}\\.[a-z]+/${imagePath}$`),
    "expected a repository with its registry, such as docker.io/library/postgres",
  );

/** Registry of images, and the path below which it holds them. */
export const registry = z
  .string()
  .regex(
    new RegExp(`^${domain}(?::\\d{1,5})?(?:/${imagePath})?$`),
    "expected a registry such as registry.example.com",
  );

/** Tag of an image. */
export const tag = z.string().regex(/^\w[\w.-]{0,127}$/, "expected a tag such as 15.14-bookworm");

/** An image's content address. */
export const digest = z
  .string()
  .regex(
    /^sha256:[0-9a-f]{64}$/,
    "expected a digest: sha256: and 64 hexadecimal digits; a tag can change, a digest cannot",
  );

const amounts = (kind: "request" | "limit") =>
  z.strictObject({
    cpu: described(cpu, `CPU ${kind}.`),
    memory: described(bytes, `Memory ${kind}.`),
    "ephemeral-storage": described(bytes.exactOptional(), `Temporary storage ${kind}.`),
  });

/** Requests and limits of one container; no request exceeds its limit. */
export const resources = z
  .strictObject({ requests: amounts("request"), limits: amounts("limit") })
  .check((context) => {
    const { requests, limits } = context.value;
    for (const name of ["cpu", "memory"] as const) {
      if (parseQuantity(requests[name]) > parseQuantity(limits[name])) {
        context.issues.push({
          code: "custom",
          input: requests[name],
          path: ["requests", name],
          message: `must not exceed the limit of ${limits[name]}`,
        });
      }
    }
  });

/** A claim of a StatefulSet. */
export const persistence = z.strictObject({
  storageClass: described(
    label.exactOptional(),
    "StorageClass; global.storageClass where absent.",
    "apg-ssd-fast",
  ),
  size: described(bytes, "Size of the volume of each pod. It cannot be changed here once it is in use."),
});

function areAuthorities(text: string): boolean {
  const { certificates, rest } = readPem(text);
  return certificates.length > 0 && rest.trim() === "" && certificates.every(({ ca }) => ca);
}

/** Why somebody decided something, in words that another can judge. */
export const reason = z.string().min(10);

/** Who answers for a decision: a person or a team. */
export const owner = z
  .string()
  .regex(/^@?[A-Za-z0-9][\w./+@-]*$/, "expected a name without spaces such as @datacraft/on-call");

/** Last day of something that is accepted for a time, as year-month-day in UTC. */
export const endDay = z.iso.date();
