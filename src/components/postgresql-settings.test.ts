import { expect, test } from "vitest";
import { readSettings, restartData, sizesConf } from "./postgresql-settings.ts";

const shared = {
  maxConnections: 200,
  minWalSize: "256MB",
  maxWalSize: "2GB",
  walKeepSize: "1GB",
  maxSlotWalKeepSize: "20GB",
};

test("reads settings as the server does: comments dropped, quotes taken off, the last line counts", () => {
  const text =
    "# work_mem = 1\nwork_mem = 4MB   # four\nlisten_addresses = '*'\nwork_mem = 8MB\ninclude 'other.conf'\n";
  expect([...readSettings(text)]).toEqual([
    ["work_mem", "8MB"],
    ["listen_addresses", "*"],
  ]);
});

test("names the synchronous standbys as they connect, never all of them: the WAL archive is no standby", () => {
  expect(sizesConf(shared, ["postgres-replica-0", "postgres-replica-1"])).toContain(
    "synchronous_standby_names = 'ANY 1 (postgres_replica_0, postgres_replica_1)'\n",
  );
  expect(sizesConf(shared, [])).toContain("synchronous_standby_names = ''\n");
});

test("only settings that need a restart count towards one", () => {
  expect(restartData(["max_connections = 200\nwork_mem = 8MB\n", "shared_buffers = 1GB\n"])).toEqual({
    max_connections: "200",
    shared_buffers: "1GB",
  });
});
