import type { Release } from "../values/release.ts";
import type { Values } from "../values/schema.ts";

/** Returns the reference of an image of the values, from the mirror where there is one. */
export function imageReference(values: Values, name: keyof Values["images"]): string {
  const { repository, tag, digest } = values.images[name];
  return `${fromRegistry(values, repository)}:${tag}@${digest}`;
}

/** Returns the reference of the application's image: the release's version, for people, and its digest. */
export function applicationImage(values: Values, { version, digest }: Release): string {
  return `${fromRegistry(values, `docker.io/${values.app.image.repository}`)}:${version}@${digest}`;
}

/** Returns where an environment pulls an image: a mirror holds each under its name without the public registry's. */
export function fromRegistry({ global }: Values, repository: string): string {
  if (global.imageRegistry === "docker.io") return repository;
  return `${global.imageRegistry}/${repository.slice(repository.indexOf("/") + 1)}`;
}
