/** Files to take apart in tests. */

/** About the least that is a platform. */
export const MINIMAL = `apiVersion: surefoot/v1
kind: Platform
name: shop
environments:
  dev:
    region: eu-west-1
    cluster: shop-{environment}
services:
  web:
    ecsService: shop-web-{environment}
    port: 8080
`;

/** Everything that can be written, once. */
export const FULL = `apiVersion: surefoot/v1
kind: Platform
name: shop
environments:
  dev:
    region: eu-west-1
    cluster: shop-{environment}
    zones: [eu-west-1a, eu-west-1b]
    pausable: true
    schedule: { pause: "22:00", resume: "08:30", timezone: Europe/Dublin, days: [fri, mon] }
    tasks: { minimum: 1, maximum: 2 }
    load: { allow: ["https://shop.example.com"], maximum: 300 }
  prod:
    region: eu-west-1
    cluster: shop-{environment}
    protected: true
    rehearsal:
      databases:
        shop-prod:
          engine: mysql
          multiAz: true
          zones: [eu-west-1b, eu-west-1a]
          urlVariable: SHOP_DATABASE
          replica: { name: shop-reader, zone: eu-west-1a, lag: 250ms }
services:
  web:
    ecsService: shop-web-{environment}
    container: web
    port: 8080
    healthPath: /healthz
    tasks: { minimum: 1, maximum: 4 }
    cpu: 512
    memory: 1024
    coldStart: 20s
    capacity: { requestsPerSecond: 50, responseTime: 250ms }
    deploy:
      strategy: BLUE_GREEN
      bake: 5m
      hookTimeout: 30m
      smoke: { path: /ready, status: 204, requests: 3, timeout: 2s, url: "http://test.{environment}.example.com" }
      watch: { duration: 2m, objective: availability }
    jobs:
      reindex: { command: [node, reindex.mjs], container: indexer, timeout: 20m, cpu: 1024, memory: 2048 }
      tidy: { command: [node, tidy.mjs] }
    url: https://{environment}.shop.example.com
    load: { path: /buy, timeout: 4s, dailyUsers: 250000, requestsPerUser: 40, busyHours: 10 }
    rehearsal:
      directory: app
      command: [node, web.mjs, --quiet]
      environment: { VERSION: 1.10, QUIET: true }
      startDelay: 2s
      images:
        web:1.0.0: {}
        web:1.1.0: { DELAY_MS: 5 }
      initialImage: web:1.0.0
      tasks: 3
      scenarios: { deploy-good: web:1.1.0 }
      scaling: { cpu: 60, memory: 75 }
      load: { path: /shop, requestsPerSecond: 20, timeout: 3s }
      healthCheck: { interval: 10s, timeout: 3s, healthyThreshold: 3, unhealthyThreshold: 4 }
      deregistrationDelay: 7s
    environments:
      prod:
        tasks: { minimum: 2, maximum: 10 }
        deploy: { bake: 10m, strategy: CANARY, canary: { percent: 2.5, bake: 15m } }
  admin:
    ecsService: shop-admin-{environment}
    port: 9000
    runsIn: [prod]
    deploy: { strategy: LINEAR, linear: { step: 33.3, bake: 3m } }
---
apiVersion: openslo/v1
kind: SLO
metadata: { name: availability }
spec:
  service: web
  indicator:
    spec:
      ratioMetric:
        good: { metricSource: { type: surefoot, spec: { indicator: availability } } }
        total: { metricSource: { type: surefoot, spec: { indicator: requests } } }
  timeWindow: [{ duration: 4w, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.9995 }]
---
apiVersion: surefoot/v1
kind: Target
name: recovery
service: web
environment: prod
indicator: mttr
comparison: lte
value: 29.50
unit: minutes
window: 30d
`;

/** Replaces the only occurrence of `from`; a test that misses its place must fail. */
export function edit(text: string, from: string, to: string): string {
  const parts = text.split(from);
  if (parts.length !== 2) {
    throw new Error(`${JSON.stringify(from)} occurs ${parts.length - 1} times`);
  }
  return parts.join(to);
}
