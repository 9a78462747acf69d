import { startMachine } from "./machine.ts";

// Run as a process of its own by runner.test.ts, which kills it: starts a machine with work in it and waits.
const machine = await startMachine();
await machine.shell(`truncate -s 32M /mnt/held.img && mkfs.ext4 -q /mnt/held.img && mkdir /mnt/held
  mount -o loop /mnt/held.img /mnt/held && ip netns add held && (sleep 1000 > /mnt/held/log 2>&1 &)`);
process.stdout.write(await machine.shell("readlink /proc/self/ns/pid"));
setInterval(() => {}, 1000);
