import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Returns the path of a program, or undefined; looks where Debian keeps root's programs, too. */
export function findProgram(program: string, path = process.env["PATH"] ?? ""): string | undefined {
  return [...path.split(delimiter), "/usr/sbin", "/sbin"]
    .map((folder) => join(folder, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
