/** The page's only style. Colour never stands alone: words, signs and kinds of line say the same. */
export const style = `
:root { color-scheme: light dark; --edge: #8888; --good: #1a7f37; --bad: #cf222e; --warn: #9a6700; }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 78rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; border-bottom: 1px solid var(--edge); padding-bottom: .2rem; }
table { border-collapse: collapse; } td, th { border: 1px solid var(--edge); padding: .2rem .6rem; text-align: right; }
td:first-child, th:first-child, td:nth-child(2) { text-align: left; }
code, pre, text { font-family: ui-monospace, monospace; font-size: .85rem; }
article { margin: .5rem 0; overflow-wrap: anywhere; } article ul { margin: .2rem 0 .2rem 1rem; }
.where, .place { opacity: .75; }
fieldset { display: inline-block; vertical-align: top; border: 1px solid var(--edge); max-height: 14rem; overflow: auto; }
fieldset label { display: block; }
.refused, .data-loss { color: var(--bad); } .restarts { color: var(--warn); } .safe, .nothing { color: var(--good); }
pre { border: 1px solid var(--edge); overflow-x: auto; padding: .4rem; margin: .3rem 0; }
pre span { display: block; min-height: 1.2em; }
pre .added { background: #2ea04333; } pre .removed { background: #f8514933; } pre .skipped { opacity: .6; }
.pictures { display: flex; flex-wrap: wrap; gap: 1rem; } figure { flex: 1 1 32rem; margin: 0; }
svg { width: 100%; border: 1px solid var(--edge); } svg text { fill: currentColor; font-size: 11px; }
svg .title { font-size: 14px; font-weight: bold; }
line { stroke: currentColor; stroke-opacity: .35; } line.opened { stroke: var(--good); stroke-width: 3; stroke-opacity: 1; }
line.closed { stroke: var(--bad); stroke-width: 2; stroke-dasharray: 6 4; stroke-opacity: 1; }
`;

/**
 * Returns the rules by which the check boxes hide what is not wanted: without any script, and where a browser does not
 * know `:has` everything stays visible. Boxes and items are tied by numbers, never by text of the tree.
 */
export function filterStyle(environments: number, verbs: number): string {
  const shown = Array.from(
    { length: environments },
    (_, index) => `body:has(#e${index}:checked) [data-e~="${index}"] { display: revert; }`,
  );
  const hidden = Array.from(
    { length: verbs },
    (_, index) => `body:has(#v${index}:not(:checked)) [data-v="${index}"] { display: none !important; }`,
  );
  return `@supports selector(:has(*)) {\n[data-e] { display: none; }\n${[...shown, ...hidden].join("\n")}\n}\n`;
}
