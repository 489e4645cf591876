// load-tests/standalone.ts
import { Counter, Rate } from "k6/metrics";

// load-tests/arrivals.ts
import exec from "k6/execution";
import { Gauge } from "k6/metrics";

// load-tests/parameters.ts
var inlined = typeof SUREFOOT_PLAN === "undefined" ? void 0 : SUREFOOT_PLAN;
var load = inlined === void 0 ? JSON.parse(__ENV["SUREFOOT_LOAD"] ?? "{}") : { ...inlined, run: `${inlined.run}-${Date.now().toString(36)}`, headers: filled(inlined.headers) };
function filled(headers2) {
  return Object.fromEntries(
    Object.entries(headers2).map(([name, value]) => [
      name,
      value.replace(/\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, variable) => __ENV[variable] ?? "")
    ])
  );
}
function optionsFor(systemTags2) {
  return {
    scenarios: {
      load: {
        ...load.scenario,
        preAllocatedVUs: load.virtualUsers,
        gracefulStop: `${load.gracefulStopMs}ms`
      }
    },
    systemTags: systemTags2,
    // k6 would keep the first answer of the name server for five minutes and never see a failover.
    dns: { ttl: "0", select: "random", policy: "preferIPv4" },
    userAgent: "surefoot (k6)",
    ...load.startAtMs === null ? {} : { setupTimeout: `${Math.max(0, load.startAtMs - Date.now()) + 6e4}ms` }
  };
}

// load-tests/arrivals.ts
var origin = new Gauge("sf_origin");
var start = new Gauge("sf_start");
var end = new Gauge("sf_end");
var scenario;
function begin() {
  scenario ??= exec.scenario;
  const iteration = scenario.iterationInTest;
  if (iteration >= load.arrivals) {
    return void 0;
  }
  if (scenario.iterationInInstance === 0) {
    origin.add(scenario.startTime, load.plan === void 0 ? {} : { plan: load.plan });
  }
  start.add(iteration);
  return iteration;
}
function finish(iteration, tags) {
  end.add(iteration, tags);
}

// load-tests/request.ts
import http from "k6/http";
var headers = { ...load.headers, ...load.newConnections ? { Connection: "close" } : {} };
var parameters = {
  headers,
  timeout: load.timeoutMs,
  // An arrival is one request: an answer that redirects is an answer.
  redirects: 0,
  ...load.shownAs === void 0 ? {} : { tags: { name: load.shownAs } }
};
function send(iteration) {
  headers["X-Request-Id"] = `${load.run}-${iteration}`;
  if (load.numbered !== null) {
    headers[load.numbered.header] = `${load.numbered.prefix}${iteration}`;
  }
  const response = http.request(load.method, load.url, load.body, parameters);
  const code = response.error_code ?? 0;
  const tags = { status: `${response.status}`, code: `${code}` };
  if (code === 1e3 || code === 1200) {
    tags["cause"] = causeOf(response.error);
  }
  const revision = response.headers?.["X-Surefoot-Revision"];
  if (revision !== void 0) {
    tags["revision"] = revision;
  }
  finish(iteration, tags);
  return response;
}
function causeOf(message) {
  if (/EOF|server closed/.test(message)) {
    return "eof";
  }
  return /malformed/.test(message) ? "malformed" : "other";
}

// load-tests/standalone.ts
if (inlined === void 0) {
  throw new Error("there is no plan above this script: `surefoot load --export` writes it whole");
}
var { objectives, variables, thresholds, systemTags, cloud } = inlined;
var ended = new Counter("requests_ended");
var answeredWell = new Rate("answered_well");
var rates = objectives.map(({ metric, withinMs }) => ({ rate: new Rate(metric), withinMs }));
var options = {
  ...optionsFor(systemTags),
  discardResponseBodies: true,
  thresholds,
  ...cloud === null ? {} : { cloud }
};
function setup() {
  const missing = variables.filter((name) => (__ENV[name] ?? "") === "");
  if (missing.length > 0) {
    throw new Error(`no request was sent: the headers need ${missing.join(", ")} in the environment`);
  }
  ended.add(0);
}
function standalone_default() {
  const iteration = begin();
  if (iteration === void 0) {
    return;
  }
  const from = Date.now();
  const { status, error_code: code = 0 } = send(iteration);
  const took = Date.now() - from;
  const answered = status > 0 && (code === 0 || code >= 1400 && code < 1600);
  const well = answered && status >= 200 && status < 400;
  ended.add(1);
  answeredWell.add(well);
  for (const { rate, withinMs } of rates) {
    if (withinMs === null) {
      rate.add(well);
    } else if (well || !answered) {
      rate.add(well && took <= withinMs);
    }
  }
}
export {
  standalone_default as default,
  options,
  setup
};
