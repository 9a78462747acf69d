import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { parseQuantity } from "../../src/kubernetes/quantity.ts";
import { type Machine, workFolder } from "./machine.ts";

/** Claims of a machine: each an ext4 file system in a file of the claim's size, mounted by one pod at a time. */
export interface Claims {
  /**
   * Mounts a claim for a pod, makes it first when it is new, and returns its folder inside the machine. A claim that
   * another pod has is shared only with a pod that must run on the same node.
   */
  attach(name: string, size: string, pod: string, onNodeOf?: (holder: string) => boolean): Promise<string>;
  /** Path, from outside, of an attached claim. */
  path(name: string): string;
  /** Unmounts every claim of a pod. */
  detach(pod: string): Promise<void>;
  /**
   * Takes the power from the claims of a pod: what was not synced is gone, as the kernel's own shutdown of a file
   * system leaves it. The pod must have no process left when `detach` follows.
   */
  cutPower(pod: string): Promise<void>;
  /** Throws a claim away; the next pod that mounts it finds an empty file system. */
  lose(name: string): Promise<void>;
  /** Fills an attached claim up to the last megabyte. */
  fill(name: string): Promise<void>;
  /** Grows a claim that no pod has, as a volume that is resized between two pods. */
  grow(name: string, size: string): Promise<void>;
}

// EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH (fs/ext4/ioctl.c; xfstests calls it "godown").
const shutDown = `perl -e 'open(F, "<", $ARGV[0]) or die; my $f = pack("L", 2); ioctl(F, 0x8004587d, $f) or die "$!"'`;

const claimFolder = (name: string) => `${workFolder}/claims/${name}`;

/** Returns the claims of a machine. */
export function makeClaims(machine: Machine): Claims {
  const holders = new Map<string, Set<string>>();
  const held = (pod: string) => [...holders].filter(([, pods]) => pods.has(pod)).map(([name]) => name);
  return {
    path: (name) => machine.path(claimFolder(name)),
    async attach(name, size, pod, onNodeOf = () => false) {
      const pods = holders.get(name) ?? new Set();
      const other = [...pods].find((holder) => !onNodeOf(holder));
      if (other !== undefined) {
        throw new Error(`claim ${name} is ReadWriteOnce and ${other} has it: ${pod} cannot attach it`);
      }
      holders.set(name, pods.add(pod));
      if (pods.size > 1) return claimFolder(name);
      const file = `${claimFolder(name)}.img`;
      if (!existsSync(machine.path(file))) {
        const bytes = parseQuantity(size) / 1000;
        await machine.shell(
          `truncate -s ${bytes} ${file} && mkfs.ext4 -q -m0 -E lazy_itable_init=1 ${file} && mkdir -p ${claimFolder(name)}`,
        );
      }
      await machine.shell(`mount -o loop ${file} ${claimFolder(name)}`);
      return claimFolder(name);
    },
    async detach(pod) {
      for (const name of held(pod)) {
        holders.get(name)?.delete(pod);
        if (holders.get(name)?.size !== 0) continue;
        // The last processes of a killed container may still be leaving.
        await machine.shell(
          `for i in $(seq 100); do umount ${claimFolder(name)} && exit 0; sleep 0.05; done 2> /dev/null; umount ${claimFolder(name)}`,
        );
        holders.delete(name);
      }
    },
    async cutPower(pod) {
      for (const name of held(pod)) await machine.shell(`${shutDown} ${claimFolder(name)}`);
    },
    async lose(name) {
      if (holders.has(name)) throw new Error(`claim ${name} is still attached`);
      await machine.shell(`rm -f ${claimFolder(name)}.img`);
    },
    async fill(name) {
      await machine.shell(
        `fallocate -l $(( $(df --output=avail -B1 ${claimFolder(name)} | tail -1) - 1048576 )) ${claimFolder(name)}/filler`,
      );
    },
    async grow(name, size) {
      if (holders.has(name)) throw new Error(`claim ${name} is still attached`);
      const file = `${claimFolder(name)}.img`;
      await machine.shell(
        `truncate -s ${parseQuantity(size) / 1000} ${file}; e2fsck -fp ${file} || true; resize2fs ${file}`,
      );
    },
  };
}

/** Contents of a ConfigMap or Secret as a volume shows them: bytes by file name, with kubelet's mode. */
export interface Projection {
  readonly files: ReadonlyMap<string, string>;
  readonly mode: number;
}

/**
 * Writes a ConfigMap or Secret volume as kubelet does: into a new folder that the link `..data` then names, so that
 * a container sees all of the old files or all of the new ones.
 */
export function project(folder: string, { files, mode }: Projection, group: number | undefined): void {
  const version = `..${Date.now()}_${Math.random().toString(36).slice(2)}`;
  mkdirSync(join(folder, version), { recursive: true });
  for (const [name, text] of files) {
    writeFileSync(join(folder, version, name), text);
    chmodSync(join(folder, version, name), mode);
    if (!existsSync(join(folder, name))) symlinkSync(join("..data", name), join(folder, name));
  }
  if (group !== undefined) giveToGroup(join(folder, version), group, { writable: false });
  symlinkSync(version, join(folder, "..data.new"));
  renameSync(join(folder, "..data.new"), join(folder, "..data"));
  for (const entry of readdirSync(folder)) {
    if (entry.startsWith("..2") || entry.startsWith("..1")) {
      if (entry !== version) rmSync(join(folder, entry), { recursive: true });
    }
  }
}

/**
 * Applies fsGroup to a volume as kubelet does at every mount (pkg/volume/volume_linux.go): the group owns everything,
 * may read and, in a writable volume, write it; folders hand the group on. With OnRootMismatch a volume whose root
 * already fits is left alone.
 */
export function applyFsGroup(folder: string, group: number, policy: "Always" | "OnRootMismatch"): void {
  const { gid, mode } = lstatSync(folder);
  const fits = gid === group && (mode & 0o2770) === 0o2770;
  if (policy === "Always" || !fits) giveToGroup(folder, group, { writable: true });
}

function giveToGroup(path: string, group: number, { writable }: { readonly writable: boolean }): void {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return;
  chownSync(path, stat.uid, group);
  const mask = writable ? 0o660 : 0o440;
  chmodSync(path, (stat.mode & 0o7777) | mask | (stat.isDirectory() ? 0o2110 : 0));
  if (stat.isDirectory())
    for (const entry of readdirSync(path)) giveToGroup(join(path, entry), group, { writable });
}
