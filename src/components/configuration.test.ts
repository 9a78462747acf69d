import { expect, test } from "vitest";
import { only } from "../../test/application-specs.ts";
import { guideFixture } from "../../test/guide.ts";
import { asObject, type JsonObject } from "../kubernetes/manifest.ts";
import { configuration, configurationData, voidVariables } from "./configuration.ts";

const variables = {
  APG_DEBUG: false,
  RISK_VAR_CONFIDENCE_LEVEL: 0.95,
  ML_TRAINING_SCHEDULE: "0 2 * * 0",
  UVICORN_MAX_REQUESTS: 10_000,
  UVICORN_KEEPALIVE: 300,
  UVICORN_TIMEOUT_KEEP_ALIVE: 75,
};

test("every variable is text, since a ConfigMap refuses anything else", () => {
  const data = asObject(only(configuration({ variables, gracefulShutdownSeconds: 65 }), "ConfigMap")["data"]);
  expect(data).toEqual({
    APG_DEBUG: "false",
    RISK_VAR_CONFIDENCE_LEVEL: "0.95",
    ML_TRAINING_SCHEDULE: "0 2 * * 0",
    UVICORN_MAX_REQUESTS: "10000",
    UVICORN_KEEPALIVE: "300",
    UVICORN_TIMEOUT_KEEP_ALIVE: "75",
    UVICORN_LIMIT_MAX_REQUESTS: "10000",
    UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN: "65",
    PROMETHEUS_MULTIPROC_DIR: "/run/prometheus",
  });
});

test("beside a variable that Uvicorn does not read stands the one that it reads; in the guide it does not (K23)", () => {
  const models = configuration({ variables, gracefulShutdownSeconds: 65 });
  expect(withoutEffect(only(models, "ConfigMap"))).toEqual([]);
  expect(withoutEffect(guideFixture("K23-void-variables"))).toEqual([
    "UVICORN_MAX_REQUESTS",
    "UVICORN_KEEPALIVE",
  ]);
});

test("a variable that is stated wins over the one that would follow from another", () => {
  const stated = { ...variables, UVICORN_LIMIT_MAX_REQUESTS: 500 };
  const data = configurationData({ variables: stated, gracefulShutdownSeconds: 65 });
  expect(data["UVICORN_LIMIT_MAX_REQUESTS"]).toBe("500");
});

test("nothing follows from a limit of requests that is not stated", () => {
  const data = configurationData({ variables: {}, gracefulShutdownSeconds: 65 });
  expect(data).not.toHaveProperty("UVICORN_LIMIT_MAX_REQUESTS");
});

function withoutEffect(body: JsonObject): string[] {
  const data = asObject(body["data"]);
  return Object.entries(voidVariables)
    .filter(([name, effective]) => name in data && !(effective in data))
    .map(([name]) => name);
}
