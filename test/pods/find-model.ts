/**
 * Returns the object of a class and name among a component's objects. Throws an Error when there is none.
 */
export function findModel<
  M extends { readonly metadata?: { readonly name?: string | undefined } | undefined },
>(models: readonly unknown[], type: new (data?: never) => M, name: string): M {
  for (const model of models) if (model instanceof type && model.metadata?.name === name) return model;
  throw new Error(`no ${type.name} ${name}`);
}
