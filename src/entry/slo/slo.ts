/** `slo`, from options to outcome: the error budgets of an environment's services, or of one of them. */
import { InputError, OutsideError } from '../../errors.ts';
import { readSloStatus, unreadSloStatus } from '../../operations/slo/slo.ts';
import { requirePlatform } from '../../platform/load.ts';
import { resolveServices } from '../../platform/select.ts';
import { systemClock } from '../../runtime/clock.ts';
import { withAws } from '../connect.ts';
import { report } from '../deploy.ts';
import { writableFolder } from '../folders.ts';
import { requireRegion } from '../guards.ts';
import type { Outcome } from '../outcome.ts';
import type { ReportOptions, SelectionOptions, Session } from '../session.ts';
import { prometheusAccess, withPrometheus } from './prometheus.ts';

export interface SloOptions extends SelectionOptions, ReportOptions {
  /** Where Prometheus is; else PROMETHEUS_URL says so. */
  readonly prometheus?: string;
  /** What AWS or Prometheus do not answer leaves all of them unknown, with the reason, instead of ending without a record. */
  readonly tolerant?: boolean;
}

/** Reads and judges. @throws InputError when there is no SLO to read */
export async function sloAction(options: SloOptions, session: Session): Promise<Outcome> {
  const platform = await requirePlatform(options.config);
  const { environment, service } = options;
  const services = service === undefined ? { all: true } : { services: [service] };
  const targets = resolveServices(platform, { environment, ...services });
  const names = new Set(targets.map((target) => target.service));
  const own = <Slo extends { readonly service: string }>(slos: readonly Slo[]) =>
    slos.filter((slo) => names.has(slo.service));
  const [objectives, unjudged] = [own(platform.objectives), own(platform.unjudged)];
  if (objectives.length + unjudged.length === 0) {
    throw new InputError(
      'no-slos',
      `${platform.file} has no SLO of ${[...names].join(', ')}: add a document of kind SLO (apiVersion: openslo/v1), as docs/guides/slo.md shows`,
    );
  }
  const name = targets[0].environment;
  const region = platform.environments[name]?.region ?? '';
  requireRegion(region, name, platform.file, session.guards);
  const access = prometheusAccess(options.prometheus, process.env);
  await writableFolder(options.reportDir, '--report-dir');
  const request = { platform: platform.name, environment: name, targets, objectives, unjudged };
  const evidence = await withAws(region, session, ({ ports, rehearsal }) =>
    withPrometheus(access, session.signal, (prometheus) =>
      readSloStatus({ ...request, rehearsalSpeed: rehearsal?.speed, prometheus }, ports),
    ),
  ).catch((error: unknown) => {
    if (options.tolerant !== true || !(error instanceof OutsideError)) {
      throw error;
    }
    const unread = { ...request, rehearsalSpeed: undefined, prometheus: undefined };
    return unreadSloStatus(unread, { code: error.code, message: error.message }, systemClock);
  });
  return { ...(await report('slo', evidence, options, session)), details: { slos: evidence.slos } };
}
