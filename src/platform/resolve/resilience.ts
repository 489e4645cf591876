/** What a night tries out in an environment: checked against the rest of the file. */
import { parseDuration } from '../duration.ts';
import type { Findings } from '../findings.ts';
import type { DrillSettings, ResilienceSettings } from '../model/resilience.ts';
import { DAYS, type Window } from '../model/schedule.ts';
import type { DrillDocument, ResilienceDocument } from '../schema/resilience.ts';
import type { Path } from '../source/spots.ts';
import { didYouMean } from '../suggest.ts';
import { checkZone, timeOfDay } from './schedule.ts';

interface Surroundings {
  readonly isProtected: boolean;
  /** Of surefoot.yml. */
  readonly services: readonly string[];
  /** Of the environment. */
  readonly environment: Path;
}

/** `at` is where the section stands. */
export function resolveResilience(
  findings: Findings,
  document: ResilienceDocument,
  { isProtected, services, environment }: Surroundings,
): ResilienceSettings {
  const at: Path = [...environment, 'resilience'];
  const { service, load, experiments = [], drill, windows } = document;
  if (load === undefined && experiments.length === 0 && drill === undefined) {
    findings.report({
      path: at,
      part: 'key',
      what: 'names nothing to try out',
      write: 'a load, experiments or a drill below it',
    });
  }
  if (isProtected) {
    checkProtected(findings, document, environment);
  }
  if (service !== undefined && !services.includes(service)) {
    findings.report({
      path: [...at, 'service'],
      what: `is ${JSON.stringify(service)}, which is no service of this file`,
      write: didYouMean(service, services) ?? services[0] ?? 'backend',
      keysOf: [['services']],
    });
  }
  const twice = experiments.findIndex((one, index) => experiments.indexOf(one) < index);
  if (twice >= 0) {
    findings.report({
      path: [...at, 'experiments', twice],
      part: 'key',
      what: `names ${experiments[twice]} a second time`,
      write: 'each experiment once',
    });
  }
  return {
    windows: windows.map((window, index) => resolveWindow(findings, window, [...at, 'windows', index])),
    service,
    load,
    experiments,
    allowIrreversible: document.allowIrreversible ?? false,
    drill: drill && resolveDrill(findings, drill, [...at, 'drill']),
  };
}

/** A protected environment is never disturbed by a fault; anything else needs a word of its own. */
function checkProtected(findings: Findings, document: ResilienceDocument, environment: Path): void {
  const at: Path = [...environment, 'resilience'];
  const needs = [[...environment, 'protected']];
  if ((document.experiments ?? []).length > 0) {
    findings.report({
      path: [...at, 'experiments'],
      part: 'key',
      what: 'would inject faults into a protected environment, which is never done',
      write: 'no experiments here; run them in an environment that is not protected',
      needs,
    });
  }
  if (document.allowProtected !== true) {
    findings.report({
      path: [...at, 'allowProtected'],
      part: 'key',
      what: 'is not set, and the environment is protected: nothing is tried out there at night without it',
      write: 'allowProtected: true',
      needs: [...needs, at],
    });
  }
}

function resolveWindow(findings: Findings, window: ResilienceDocument['windows'][number], at: Path): Window {
  checkZone(findings, window.timezone, [...at, 'timezone']);
  if (window.from === window.to) {
    findings.report({
      path: [...at, 'to'],
      what: `is the same time as from (${window.from})`,
      write: 'a time at which it closes',
      needs: [[...at, 'from']],
    });
  }
  const days = window.days ?? [];
  return {
    days: days.length === 0 ? DAYS : DAYS.filter((day) => days.includes(day)),
    from: timeOfDay(window.from),
    to: timeOfDay(window.to),
    timeZone: window.timezone,
  };
}

type Key = keyof DrillSettings['values'] | 'ago';

const KEYS: Readonly<
  Record<DrillSettings['procedure'], { readonly needed: readonly Key[]; readonly allowed: readonly Key[] }>
> = {
  'terraform-state': { needed: ['bucket', 'key'], allowed: ['lockTable'] },
  's3-restore': { needed: ['bucket', 'ago'], allowed: ['prefix'] },
  'dynamodb-restore': { needed: ['table'], allowed: ['item', 'ago'] },
  'database-restore': { needed: ['instance'], allowed: ['ago'] },
};

function resolveDrill(findings: Findings, drill: DrillDocument, at: Path): DrillSettings {
  const { procedure, ago, ...values } = drill;
  const { needed, allowed } = KEYS[procedure];
  const needs = [[...at, 'procedure']];
  for (const key of needed.filter((one) => drill[one] === undefined)) {
    findings.report({
      path: [...at, key],
      part: 'key',
      what: `is missing: ${procedure} needs it`,
      write: EXAMPLES[key],
      needs,
    });
  }
  for (const key of Object.keys(EXAMPLES) as Key[]) {
    if (drill[key] !== undefined && !needed.includes(key) && !allowed.includes(key)) {
      const known = [...needed, ...allowed].join(', ');
      findings.report({
        path: [...at, key],
        part: 'key',
        what: `is no value of ${procedure}`,
        write: `one of ${known}, or leave it out`,
        needs,
      });
    }
  }
  return { procedure, agoSeconds: ago === undefined ? undefined : parseDuration(ago), values: definedOf(values) };
}

const EXAMPLES: Readonly<Record<Key, string>> = {
  bucket: 'bucket: artguard-documents-{environment}',
  key: 'key: env/{environment}/terraform.tfstate',
  lockTable: 'lockTable: terraform-locks',
  prefix: 'prefix: knowledge/',
  table: 'table: analyses-{environment}',
  item: `item: '{"id":{"S":"42"}}'`,
  instance: 'instance: artguard-{environment}',
  ago: 'ago: 24h',
};

function definedOf(values: Readonly<Record<string, string | undefined>>): DrillSettings['values'] {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
