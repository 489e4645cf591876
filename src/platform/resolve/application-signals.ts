/** SLOs that AWS keeps itself: which one an OpenSLO document means. */
import type { SloDocument } from '../schema/openslo.ts';

type RatioMetric = NonNullable<NonNullable<SloDocument['spec']['indicator']>['spec']['ratioMetric']>;
type Metric = NonNullable<RatioMetric['good']>;

/** The type of the metric source, in lower case. */
const APPLICATION_SIGNALS = 'applicationsignals';
/** A name, or an ARN (AWS: ServiceLevelObjectiveName and ServiceLevelObjectiveArn of the Application Signals API). */
const SLO = /^(arn:aws[a-z-]*:application-signals:[^:]*:[^:]*:slo\/)?[0-9A-Za-z][-._0-9A-Za-z ]{0,126}[0-9A-Za-z]$/;

/**
 * The SLO that all of these sources name; undefined where none of them is of Application Signals. Where they name none, or several, the
 * reason says what to write.
 */
export function readBySignals(
  metrics: readonly Metric[],
): { readonly reason: string; readonly applicationSignals?: { readonly slo: string } } | undefined {
  const ours = metrics.filter(({ metricSource }) => metricSource.type?.toLowerCase() === APPLICATION_SIGNALS);
  if (ours.length === 0) {
    return undefined;
  }
  const reason = 'Application Signals keeps it';
  const [slo, ...others] = new Set(ours.map(({ metricSource }) => metricSource.spec?.['slo']));
  if (ours.length < metrics.length || others.length > 0) {
    return { reason: `${reason}, and its metric sources name different SLOs: name the same one in all of them` };
  }
  if (typeof slo !== 'string' || !SLO.test(slo)) {
    return {
      reason: `${reason}, and its metric source does not name it: write spec: { slo: … }, with its name there or its ARN`,
    };
  }
  return { reason, applicationSignals: { slo } };
}
