/** `load --export`: writes the load for what makes it elsewhere, the k6 operator or Grafana Cloud k6, and sends nothing. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../errors.ts';
import { forCloud } from '../../operations/load/export/k6-cloud.ts';
import { forOperator } from '../../operations/load/export/k6-operator.ts';
import { EXPORTS, type Exported, type ExportKind } from '../../operations/load/export/kind.ts';
import { type LoadRequest, planRun } from '../../operations/load/plan.ts';
import { renderLoadPlan } from '../../operations/load/render-plan.ts';
import { K6_VERSION } from '../../tools/k6-releases.ts';
import { shippedFile } from '../../tools/package-root.ts';
import { writableFolder } from '../folders.ts';
import type { Outcome } from '../outcome.ts';
import type { Session } from '../session.ts';

export interface ExportOptions {
  readonly export?: ExportKind;
  /** The folder to write to. */
  readonly to?: string;
  /** How many runners the k6 operator starts. */
  readonly parallelism?: number;
  /** A PersistentVolumeClaim for what they count. */
  readonly evidenceClaim?: string;
}

export interface WantedExport {
  readonly kind: ExportKind;
  readonly folder: string;
  readonly parallelism: number | undefined;
  readonly evidenceClaim: string | undefined;
  /** As the user named it. */
  readonly profile: string;
}

/** What asks for a load that is made here and now. */
const OTHERS = {
  tasks: '--tasks',
  segment: '--segment',
  parts: '--parts',
  against: '--against',
  baseline: '--baseline',
  journal: '--journal',
  price: '--price',
  dryRun: '--dry-run',
} as const;

/** The script with no plan above it: beside the bundle; run from its source, that of the last build. */
const BUNDLE = ['k6-standalone.js', 'dist/k6-standalone.js'] as const;

/** Undefined without `--export`. @throws InputError for options that do not go together */
export function exportWanted(
  options: ExportOptions & Readonly<Partial<Record<keyof typeof OTHERS, unknown>>> & { readonly profile: string },
): WantedExport | undefined {
  const { export: kind, to, parallelism, evidenceClaim } = options;
  if (kind === undefined) {
    const given = Object.entries({ '--to': to, '--parallelism': parallelism, '--evidence-claim': evidenceClaim });
    const [first] = given.filter(([, value]) => value !== undefined);
    if (first !== undefined) {
      throw new InputError('no-export', `${first[0]} is about an exported load: add --export ${EXPORTS.join(' or ')}`);
    }
    return undefined;
  }
  const others = Object.entries(OTHERS).flatMap(([key, name]) =>
    options[key as keyof typeof OTHERS] === undefined ? [] : [name],
  );
  if (others.length > 0) {
    const message = `--export writes the load down and sends nothing, so that it does not go with ${others.join(' and ')}`;
    throw new InputError('not-exportable', message);
  }
  if (to === undefined) {
    throw new InputError('no-folder', '--export needs --to, the folder to write to, such as --to load/k8s');
  }
  if (kind === 'k6-operator' ? parallelism === undefined : (parallelism ?? evidenceClaim) !== undefined) {
    const message =
      kind === 'k6-operator'
        ? '--export k6-operator needs --parallelism, how many runners make the load, such as --parallelism 4'
        : '--parallelism and --evidence-claim are for --export k6-operator: Grafana Cloud decides how many generators a load needs';
    throw new InputError('bad-parallelism', message);
  }
  return { kind, folder: to, parallelism, evidenceClaim, profile: options.profile };
}

/**
 * Plans the load as `surefoot load` would, within the same limits, and writes it. A protected environment is agreed to here: what is
 * written may be run by anybody who has it.
 * @throws InputError for what is refused
 */
export async function exportLoad(wanted: WantedExport, request: LoadRequest, session: Session): Promise<Outcome> {
  // A value of the environment has no business in what is written: not even to be looked up.
  const { headers, ...unsent } = request.profile;
  const planned = planRun({ ...request, profile: { ...unsent, headers: {} } });
  const [refusal] = planned.refusals;
  if (refusal !== undefined) {
    throw new InputError(refusal.code, planned.refusals.map(({ message }) => message).join('\n'));
  }
  const whole = { ...planned, request: { ...request, profile: { ...unsent, headers } } };
  const bundle = await readFile(shippedFile(...BUNDLE), 'utf8');
  const { kind, parallelism = 1, evidenceClaim, profile } = wanted;
  const exported =
    kind === 'k6-operator'
      ? forOperator(whole, bundle, { parallelism, evidenceClaim, k6Version: K6_VERSION, profile })
      : forCloud(whole, bundle);
  const plan = renderLoadPlan(planned);
  if (
    request.environment.protected &&
    !(await session.confirm('Write down this load on a protected environment?', plan))
  ) {
    throw new InputError('not-confirmed', 'not confirmed: nothing was written');
  }
  const files = await write(wanted.folder, exported);
  return {
    operation: 'load',
    verdict: 'pass',
    reasons: [{ code: 'exported', message: `${planned.plan.arrivals} requests written for ${kind}, none was sent` }],
    text: textOf(plan, files, exported),
    details: { export: { kind, files, commands: exported.commands, notes: exported.notes } },
  };
}

async function write(to: string, { files }: Exported): Promise<string[]> {
  const folder = await writableFolder(to, '--to');
  await Promise.all(files.map(({ name, text }) => writeFile(path.join(folder, name), text)));
  return files.map(({ name }) => path.join(to, name));
}

function textOf(plan: string, files: readonly string[], { commands, notes }: Exported): string {
  return [
    plan,
    '',
    ...files.map((file) => `written      ${file}`),
    '',
    'then, in that folder:',
    ...commands.map((command) => `  ${command}`),
    '',
    ...notes.map((note) => `note         ${note}`),
  ].join('\n');
}
