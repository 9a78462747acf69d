import { createHash } from "node:crypto";
import { verbs, type NetworkChange, type ObjectText, type Plan } from "../model.ts";
import { checkedLine, sectionsOf } from "../sections.ts";
import { clip } from "../text.ts";
import {
  environmentRows,
  marks,
  objectTitle,
  totalsLine,
  verdictWords,
  type Item,
  type Section,
} from "../words.ts";
import { compareLines } from "./difference.ts";
import { networkPicture } from "./picture.ts";
import { filterStyle, style } from "./style.ts";
import { html } from "./text.ts";

/**
 * Returns the plan as one HTML file: no script, no request, nothing that the policy in its head would allow beside its
 * own style. All text of the tree is escaped, and ties to the filters are numbers.
 */
export function toHtml(plan: Plan): string {
  const names = plan.environments.map(({ name }) => name);
  const css = style + filterStyle(names.length, verbs.length);
  const hash = createHash("sha256").update(css).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const tie = tieOf(names);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Plan: ${html(verdictWords[plan.verdict])}</title>
<style>${css}</style>
</head>
<body>
<h1>Plan <code>${html(plan.base)}</code> … <code>${html(plan.head)}</code>: <strong class="${plan.verdict}">${html(verdictWords[plan.verdict])}</strong></h1>
<p>${html(totalsLine(plan))}</p>
${table(plan)}
${filters(names)}
${sectionsOf(plan)
  .map((section) => sectionHtml(section, tie))
  .join("\n")}
${pictures(plan, tie)}
${objects(plan, tie)}
<p>${html(checkedLine(plan))}</p>
</body>
</html>
`;
}

type Tie = (environments: readonly string[], verb?: string) => string;

/** Attributes that tie an item to the boxes of its environments and its verb. */
function tieOf(names: readonly string[]): Tie {
  const numbers = new Map(names.map((name, index) => [name, index]));
  return (environments, verb) => {
    const found = environments.flatMap((name) => numbers.get(name) ?? []);
    const own = verbs.findIndex((known) => known === verb);
    return (found.length > 0 ? ` data-e="${found.join(" ")}"` : "") + (own < 0 ? "" : ` data-v="${own}"`);
  };
}

function table(plan: Plan): string {
  const rows = environmentRows(plan).map(({ names, verdict, totals, kubernetes }) => {
    const numbers = verbs.map((verb) => `<td>${totals[verb] === 0 ? "–" : totals[verb]}</td>`).join("");
    return `<tr><td>${html(names)}</td><td class="${verdict}">${html(verdictWords[verdict])}</td>${numbers}<td>${html(kubernetes)}</td></tr>`;
  });
  const head = ["environment", "verdict", ...verbs, "Kubernetes"].map((name) => `<th>${name}</th>`).join("");
  return rows.length === 0 ? "" : `<table><tr>${head}</tr>${rows.join("")}</table>`;
}

const box = (id: string, label: string): string =>
  `<label><input type="checkbox" id="${id}" checked> ${html(label)}</label>`;

function filters(names: readonly string[]): string {
  if (names.length === 0) return "";
  return [
    `<form><fieldset><legend>Environments</legend>${names.map((name, index) => box(`e${index}`, name)).join("")}</fieldset>`,
    ` <fieldset><legend>What happens</legend>${verbs.map((verb, index) => box(`v${index}`, `${marks[verb]} ${verb}`)).join("")}</fieldset></form>`,
  ].join("");
}

function sectionHtml({ title, items, closing }: Section, tie: Tie): string {
  const end = closing === undefined ? "" : `<p>${html(closing)}</p>`;
  return `<section><h2>${html(title)}</h2>${items.map((item) => itemHtml(item, tie)).join("\n")}${end}</section>`;
}

function itemHtml({ title, text, environments, verb, details, link }: Item, tie: Tie): string {
  const where =
    environments.length > 0 ? ` <span class="where">(${html(environments.join(", "))})</span>` : "";
  const mark = verb === undefined ? "" : `${marks[verb]} `;
  const list = details.map((detail) => `<li>${html(detail)}</li>`).join("");
  const place = link ? ` <code class="place">${html(`${link.path}:${link.line}`)}</code>` : "";
  return `<article${tie(environments, verb)}>${mark}<strong>${html(title)}</strong>${where}: ${html(text)}${place}${list === "" ? "" : `<ul>${list}</ul>`}</article>`;
}

function pictures({ network }: Plan, tie: Tie): string {
  if (network.length === 0) return "";
  const groups = Map.groupBy(network, ({ environments }: NetworkChange) => environments.join(", "));
  const drawn = [...groups].map(
    ([names, lines]) =>
      `<div${tie(lines[0]?.environments ?? [])}><h3>${html(clip(names, 200))}</h3>${networkPicture(lines)}</div>`,
  );
  return `<section><h2>Network, before and after</h2><p>Dashed: closed. Thick: opened. Thin: as it was.</p>${drawn.join("\n")}</section>`;
}

const keyOf = ({ object }: Pick<ObjectText, "object">): string => JSON.stringify(object);

function objects({ objects: all, effects }: Plan, tie: Tie): string {
  if (all.length === 0) return "";
  const verbOf = new Map(effects.map((effect) => [keyOf(effect), effect.verb]));
  const each = all.map((one) => {
    const { environments, object, before, after } = one;
    const lines = compareLines(before, after).map(({ kind, text }) => {
      const sign = { same: " ", added: "+", removed: "-", skipped: "…" }[kind];
      return `<span class="${kind}">${sign} ${html(text)}</span>`;
    });
    const name = `${objectTitle(object)}${object.namespace === "" ? "" : ` in ${object.namespace}`}`;
    return `<article${tie(environments, verbOf.get(keyOf(one)))}><details><summary><strong>${html(name)}</strong> <span class="where">(${html(environments.join(", "))})</span></summary><pre>${lines.join("")}</pre></details></article>`;
  });
  return `<section><h2>Objects, as YAML</h2>${each.join("\n")}</section>`;
}
