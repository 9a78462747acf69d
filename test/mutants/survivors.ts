/** Why a change of such a leaf is caught by no rule: the first pattern that fits `Kind path` decides. */
export const explanations: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/sync-wave/, "another wave that still comes after all that is needed, and before all that needs it"],
  [
    /metadata\.(?:labels|annotations)|podTargetLabels|\.matchLabelKeys|\.labels\./,
    "a label or annotation for people, or one that no selector asks for",
  ],
  [
    /^PrometheusRule|^ServiceMonitor|data\.[\w-]+\.json$/,
    "what an alert, a monitor or a dashboard computes and says is proven by promtool over the rendered rules (test/prometheus)",
  ],
  [
    /^AppProject/,
    "roles, freezes and texts of the project are proven against Argo CD and the policy files (test/argocd, test/promotion)",
  ],
  [
    /^ConfigMap data\.[\w-]+\.(?:sh|conf|ini|sql|acl)$/,
    "a line of a script or a configuration: pods run them against PostgreSQL, Redis and PgBouncer (test/pods)",
  ],
  [/^ConfigMap data\./, "a setting of the application, for which more than one value is right"],
  [
    /containers\.\[\]\.(?:env|args|command|name$)|volumeMounts|Probe\.exec|items\.\[\]\.path|fieldRef|\.mode$|defaultMode|readOnly|downwardAPI|serviceAccountToken/,
    "what the program in the image expects: pods run with the rendered commands, variables and mounts (test/pods)",
  ],
  [/securityContext\.(?:runAs|fsGroup|supplemental)/, "another user or group that is not root"],
  [
    /resources\.(?:requests|limits)|sizeLimit|spec\.hard|limits\.\[\]|storage$|averageUtilization|\.behavior\./,
    "another amount, within what the quota, the LimitRange and the other rules bound",
  ],
  [
    /Seconds$|Threshold$|Limit$|successThreshold|interval|duration|renewBefore|refreshInterval|forwardingTimeouts|schedule$|timeZone|maxSkew|replicas$|Replicas$|maxSurge|maxUnavailable|amount|average$|burst|period$|depth|ipv6Subnet|maxRequestBodyBytes|minAvailable/,
    "another number or time, within what the rules bound",
  ],
  [
    /metadata\.name$|\.name$|serviceName|claimName/,
    "a name that nothing else in the tree names, or that still resolves",
  ],
  [/remoteRef|provider\./, "a name in the secret store or the cloud, which no tree shows"],
  [
    /nodeSelector|tolerations|allowedTopologies|parameters\./,
    "a property of the cluster's nodes or disks, which no tree shows",
  ],
  [
    /headers|cipherSuites|redirectScheme|usages|privateKey|isCA|commonName|dnsNames|\.acme\.|issuerRef|subject/,
    "a choice of the edge or of a certificate, for which more than one value is right, or which its controller judges",
  ],
  [
    /apiVersion$|kind$|Group$|group$|namespace$|type$|medium$|scheme$|protocol$|Policy$|policyTypes|clusterIP|volumeMode|emptyDir/,
    "a name of the API that a default stands for, or that the API server refuses: the cluster's tests ask it (test:cluster)",
  ],
  [
    /spec\.ports|paths\.\[\]|host$|hosts|rules\.\[\]/,
    "a route or a port's name, for which more than one value is right",
  ],
  [
    /enableServiceLinks|publishNotReadyAddresses|automountServiceAccountToken|honorLabels|immutable|allowRepeat|noUpper|spec\./,
    "a switch whose other side is allowed, and is weighed in review",
  ],
  [/template\.data|target\./, "a template that still asks for a value that is fetched"],
];

/** Returns why a change of a leaf is not caught; undefined where nobody has said it. */
export function explanationOf(kind: string): string | undefined {
  return explanations.find(([pattern]) => pattern.test(kind))?.[1];
}
