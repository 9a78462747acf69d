import { Job } from "kubernetes-models/batch/v1/Job";
import type { Model } from "../kubernetes/manifest.ts";
import { workloadLabels } from "../kubernetes/metadata.ts";
import { type Resources, restrictedContainer, restrictedPod } from "../kubernetes/pods.ts";
import { type PodOptions, podOptions } from "./pod-options.ts";

/** The question whether the application answers, asked at the end of each sync. */
export interface SmokeTest extends PodOptions {
  /** An image with curl in it. */
  readonly image: string;
  readonly resources: Resources;
  /** Address that has to answer with a success, such as `http://apg-cash-management-service:8000/health`. */
  readonly url: string;
}

const name = "apg-cash-management-smoke-test";
// The user curl_user of the official image curlimages/curl.
const user = 100;
const group = 101;

/**
 * Returns the guide's health check as a hook that Argo CD runs after each sync that went well; the sync fails with
 * it. Argo CD deletes the last one before it makes the next, so its log stays until then.
 */
export function smokeTest({ image, resources, url, ...options }: SmokeTest): Model[] {
  return [
    new Job({
      metadata: {
        name,
        labels: workloadLabels({ app: name }),
        annotations: {
          "argocd.argoproj.io/hook": "PostSync",
          "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation",
        },
      },
      spec: {
        backoffLimit: 2,
        activeDeadlineSeconds: 300,
        template: {
          metadata: { labels: workloadLabels({ app: name }) },
          spec: {
            serviceAccountName: name,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            ...podOptions(options),
            restartPolicy: "Never",
            securityContext: restrictedPod({ user, group }),
            containers: [
              {
                name: "curl",
                image,
                command: ["curl", ...curlOptions, url],
                resources,
                securityContext: restrictedContainer,
              },
            ],
          },
        },
      },
    }),
  ];
}

// --fail: a status of 400 and above is a failure; the retries wait for the network policies to reach the new pod.
const curlOptions = [
  "--fail",
  "--silent",
  "--show-error",
  "--max-time",
  "10",
  "--retry",
  "6",
  "--retry-delay",
  "5",
  "--retry-all-errors",
];
