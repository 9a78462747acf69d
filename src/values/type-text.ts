import { numberRange } from "./range-text.ts";
import { alternatives, choicesOf, freeValuesOf, itemsOf, type SchemaFacts } from "./schema-facts.ts";

/** Returns the type of a value in words: `whole number, 1 to 50`, `list of text`, `one of debug, info`. */
export function typeText(root: SchemaFacts, facts: SchemaFacts): string {
  const forms = alternatives(root, facts);
  const choices = forms.flatMap(choicesOf);
  const others = forms.filter((form) => choicesOf(form).length === 0).map((form) => formText(root, form));
  const [first, ...rest] = choices;
  const chosen = first === undefined ? [] : [rest.length > 0 ? `one of ${choices.join(", ")}` : first];
  return [...new Set([...chosen, ...others])].join(" or ");
}

function formText(root: SchemaFacts, form: SchemaFacts): string {
  const { type, minItems } = form;
  const free = freeValuesOf(form);
  const items = itemsOf(form);
  switch (type) {
    case "string":
      return "text";
    case "boolean":
      return "true or false";
    case "integer":
    case "number":
      return [type === "integer" ? "whole number" : "number", numberRange(form)].filter(Boolean).join(", ");
    case "array":
      return `${minItems ? "non-empty " : ""}list of ${items ? plural(typeText(root, items)) : "values"}`;
    case "object":
      return free ? `map of names to ${plural(typeText(root, free))}` : "map";
    default:
      return "any value";
  }
}

function plural(type: string): string {
  return type === "map" ? "maps" : type;
}
