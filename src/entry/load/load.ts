/** `load`, from options to outcome. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { InputError } from '../../errors.ts';
import { variablesNamedIn } from '../../measure/generator/own-script.ts';
import { startLoad } from '../../measure/start-load.ts';
import type { LoadPorts } from '../../operations/load/load.ts';
import { startOnTasks } from '../../operations/load/parts/on-tasks.ts';
import { type LoadRequest, type PlannedLoad, planRun } from '../../operations/load/plan.ts';
import { renderLoadPlan } from '../../operations/load/render-plan.ts';
import { scrubber } from '../../operations/load/secrets.ts';
import { findK6 } from '../../tools/k6.ts';
import { type Connection, withConnection } from '../connect.ts';
import { report } from '../deploy.ts';
import { writableFolder } from '../folders.ts';
import type { Outcome } from '../outcome.ts';
import type { ReportOptions, SelectionOptions, Session } from '../session.ts';
import { type CompareOptions, jobOf, jobText, runJob } from './compare.ts';
import { type ExportOptions, exportLoad, exportWanted } from './export.ts';
import { findProfile } from './find-profile.ts';
import { generatorsOf, type TaskOptions, tasksWanted } from './generators.ts';
import { openJournal } from './journal-file.ts';
import { loadOfParts, type PartOptions, partOf, segmentWanted } from './parts.ts';

export interface LoadOptions
  extends SelectionOptions,
    ReportOptions,
    CompareOptions,
    TaskOptions,
    PartOptions,
    ExportOptions {
  /** A name, or the path of a file. */
  readonly profile: string;
  readonly script?: string;
  readonly url?: string;
  readonly compress?: number;
  /** Where to write who answered, by the second. */
  readonly journal?: string;
  readonly dryRun?: boolean;
}

/** Runs a profile against a service, or with `--dry-run` shows what it would do and could prove. */
export async function loadAction(options: LoadOptions, session: Session): Promise<Outcome> {
  const exporting = exportWanted(options);
  const profile = await findProfile(options.profile);
  return withConnection(options, session, async (connection) => {
    if (exporting !== undefined) {
      return exportLoad(exporting, requestOf(options, connection, profile), session);
    }
    const scriptReads = options.script === undefined ? [] : await variablesNamedIn(path.resolve(options.script));
    const planned = planRun({ ...requestOf(options, connection, profile), scriptReads });
    const job = jobOf(planned, options);
    const wanted = tasksWanted(options);
    const part = segmentWanted(options, planned, new Date());
    const clean = scrubber(planned.secrets);
    const text = clean(renderLoadPlan(planned) + jobText(job));
    const [refusal] = planned.refusals;
    if (refusal !== undefined) {
      throw new InputError(refusal.code, planned.refusals.map(({ message }) => message).join('\n'));
    }
    if (options.dryRun) {
      return { ...outcomeOfPlan(planned), text };
    }
    if (
      options.parts === undefined &&
      planned.request.environment.protected &&
      !(await session.confirm('Put this load on a protected environment?', text))
    ) {
      throw new InputError('not-confirmed', 'not confirmed: no request was sent');
    }
    const folder = await writableFolder(path.join(options.reportDir, 'work'), '--report-dir');
    const k6 = await findK6({ reporter: session.reporter, signal: session.signal });
    const journal = openJournal(options.journal, planned);
    const generators = wanted && (await generatorsOf(wanted, planned, connection));
    const ports = {
      aws: connection.ports.aws,
      reporter: session.reporter,
      clock: connection.ports.clock,
      signal: session.signal,
      k6Version: k6.version,
      cores: os.availableParallelism(),
      ...(await scriptDigest(planned.request.script)),
      startLoad: async (...[load, name, onProgress]: Parameters<LoadPorts['startLoad']>) => {
        const workDirectory = path.join(folder, name);
        const { signal } = session;
        if (load === planned.load && options.parts !== undefined) {
          return loadOfParts(options.parts, planned);
        }
        if (load === planned.load && generators !== undefined) {
          return startOnTasks(planned.load, profile.headers, generators, connection.ports, onProgress);
        }
        const events = journal.eventsOf(load);
        return journal.whole(
          load,
          await startLoad({ k6: k6.path, load, workDirectory, signal, onProgress, ...events, ...part }),
        );
      },
    };
    const evidence = await runJob(job, options, ports);
    return report('load', part === undefined ? evidence : partOf(evidence, part.segment), options, session);
  });
}

/** By which evidence says which script ran; nothing where it cannot be read, which is refused when it is to run. */
async function scriptDigest(script: string | undefined): Promise<Pick<LoadPorts, 'scriptDigest'>> {
  const content = script === undefined ? undefined : await readFile(script).catch(() => undefined);
  return content === undefined ? {} : { scriptDigest: createHash('sha256').update(content).digest('hex') };
}

function requestOf(options: LoadOptions, connection: Connection, profile: LoadRequest['profile']): LoadRequest {
  const { platform, target, rehearsal } = connection;
  const environment = platform.environments[target.environment];
  if (environment === undefined) {
    throw new Error(`resolved a service in the unknown environment ${target.environment}`);
  }
  const inRehearsal = rehearsal?.services[target.ecsService]?.url;
  return {
    platform: platform.name,
    environment,
    target,
    objectives: platform.objectives.filter(({ service }) => service === target.service),
    // Where nothing is sent no secret is needed.
    profile: options.parts === undefined ? profile : { ...profile, headers: {} },
    url: options.url,
    rehearsalOrigins: inRehearsal === undefined ? [] : [new URL(inRehearsal).origin],
    script: options.script === undefined ? undefined : path.resolve(options.script),
    compress: options.compress ?? 1,
    rehearsalSpeed: rehearsal?.speed,
    variables: process.env,
  };
}

function outcomeOfPlan({ plan, probe }: PlannedLoad): Omit<Outcome, 'text'> {
  const message = `${plan.arrivals} requests in ${plan.seconds} s planned, none was sent`;
  return {
    operation: 'load',
    verdict: 'pass',
    reasons: [{ code: 'planned', message }],
    details: {
      plan: {
        requests: plan.arrivals,
        seconds: plan.seconds,
        peak: plan.rate,
        virtualUsers: plan.virtualUsers,
        probe: probe === undefined ? null : { rate: probe.shape.startRate },
      },
    },
  };
}
