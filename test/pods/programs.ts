import { dirname } from "node:path";
import { provideProgram } from "../cluster/tools/build.ts";
import type { Program } from "../cluster/tools/catalogue.ts";

const main = [
  "backend/crypt",
  "backend/local",
  "backend/s3",
  "cmd/cat",
  "cmd/copy",
  "cmd/copyto",
  "cmd/lsf",
  "cmd/obscure",
];

/**
 * rclone of the release that the product's image has (images.rclone), of those parts that the scripts use: all of its
 * stores together take four times as long to build.
 */
const rclone: Program = {
  name: "rclone",
  module: "github.com/rclone/rclone",
  version: "1.75.1",
  package: ".",
  main: [
    "package main",
    'import "github.com/rclone/rclone/cmd"',
    ...main.map((part) => `import _ "github.com/rclone/rclone/${part}"`),
    "func main() { cmd.Main() }",
    "",
  ].join("\n"),
  tags: [],
  variables: { "github.com/rclone/rclone/fs.Version": "v1.75.1" },
};

/** An object store that speaks S3 and keeps objects as files of a folder. */
const versitygw: Program = {
  name: "versitygw",
  module: "github.com/versity/versitygw",
  version: "1.8.0",
  package: "github.com/versity/versitygw/cmd/versitygw",
  tags: [],
  variables: {},
};

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Returns the path of an object store that speaks S3; built once per user (a minute and a half of CPU). */
export function objectStore(): Promise<string> {
  return provideProgram(versitygw, say);
}

/** Returns the folder that holds rclone; built once per user (a minute of CPU). */
export async function rcloneFolder(): Promise<string> {
  return dirname(await provideProgram(rclone, say));
}
