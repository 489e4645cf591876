/** `npm run verify:aws`: the contract tests' questions, asked of a real account. Off unless SUREFOOT_VERIFY_AWS=1; see docs/guides/verify-aws.md. */
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createClients } from '../src/aws/clients.ts';
import { createGateways } from '../src/aws/gateways.ts';
import { requirePlatform } from '../src/platform/load.ts';
import { resolveService } from '../src/platform/select.ts';
import type { Exchange } from '../test/contract/exchange.ts';
import { KNOWN_VIOLATIONS } from '../test/contract/known-deviations.ts';
import { CASES, type Case, type Scene } from './verify-aws/cases.ts';
import { type Listenable, listen } from './verify-aws/listen.ts';
import { type Settings, settingsFrom } from './verify-aws/settings.ts';

const EXIT = { fine: 0, differs: 1, refused: 2 } as const;

interface Result {
  readonly name: string;
  /** What was seen; undefined after an error. */
  readonly seen: string | undefined;
  readonly error: string | undefined;
  /** Operations called, and what in AWS's answers its own models forbid. */
  readonly calls: readonly string[];
  readonly violations: readonly string[];
}

const say = (text: string) => void process.stdout.write(`${text}\n`);

/** @returns the exit code: 0 all as expected or nothing was asked, 1 AWS differs, 2 refused and nothing was done */
async function main(): Promise<number> {
  const told = settingsFrom(process.env, process.argv.slice(2));
  if ('nothing' in told) {
    say(told.nothing);
    return EXIT.fine;
  }
  if ('problems' in told) {
    return refuse(told.problems);
  }
  const { settings } = told;
  const { target, region } = await subject(settings);
  const names = CASES.map(({ name }) => name);
  const unknown = settings.only?.filter((name) => !names.includes(name)) ?? [];
  if (unknown.length > 0) {
    return refuse([`no case is called ${unknown.join(', ')}; there are ${names.join(', ')}`]);
  }
  const heard: Exchange[] = [];
  const clients = createClients({ region, version: 'verify' });
  try {
    const makers = [clients.ecs, clients.elbv2, clients.cloudwatch, clients.ecr, clients.autoScaling] as const;
    const others = [clients.fis, clients.sts, clients.dynamodb, clients.secretsManager, clients.rds] as const;
    for (const make of [...makers, ...others]) {
      listen((await make()) as unknown as Listenable, (exchange) => heard.push(exchange));
    }
    const aws = createGateways(clients);
    const account = await aws.account();
    if (!settings.accounts.includes(account)) {
      const allowed = settings.accounts.join(', ');
      return refuse([
        `the credentials are of account ${account}, which SUREFOOT_VERIFY_ACCOUNTS (${allowed}) does not name`,
      ]);
    }
    say(`account ${account}, ${region}: ${target.ecsService} in ${target.cluster}`);
    const scene: Scene = { aws, target, id: randomUUID().slice(0, 8) };
    const chosen = CASES.filter(
      ({ name, writes }) => (settings.only?.includes(name) ?? true) && (settings.write || !writes),
    );
    const results: Result[] = [];
    for (const one of chosen) {
      heard.length = 0;
      results.push(await carryOut(one, scene, heard));
    }
    await report(settings, { account, region, results });
    return results.every(({ error, violations }) => error === undefined && violations.length === 0)
      ? EXIT.fine
      : EXIT.differs;
  } finally {
    clients.destroy();
  }
}

function refuse(problems: readonly string[]): number {
  for (const problem of problems) {
    process.stderr.write(`verify:aws: ${problem}\n`);
  }
  process.stderr.write('verify:aws: nothing was done\n');
  return EXIT.refused;
}

async function subject({ config, environment, service }: Settings) {
  const platform = await requirePlatform(config);
  const target = resolveService(platform, { environment, service });
  const place = platform.environments[target.environment];
  if (place === undefined || place.protected) {
    throw new Error(`${target.environment} is protected: name another environment with SUREFOOT_VERIFY_ENVIRONMENT`);
  }
  return { target, region: place.region };
}

async function carryOut({ name, run }: Case, scene: Scene, heard: readonly Exchange[]): Promise<Result> {
  const outcome = await run(scene).then(
    (seen) => ({ seen, error: undefined }),
    (error: unknown) => ({ seen: undefined, error: error instanceof Error ? error.message : String(error) }),
  );
  const result = {
    name,
    ...outcome,
    calls: [...new Set(heard.map(({ service, operation }) => `${service}.${operation}`))],
    violations: [...new Set(heard.flatMap(({ violations }) => violations))].filter(
      (violation) => !KNOWN_VIOLATIONS.includes(violation.replaceAll(/\[\d+\]/g, '[]')),
    ),
  };
  const well = result.error === undefined && result.violations.length === 0;
  say(`${well ? '✓' : '✗'} ${name}: ${result.error ?? result.seen}`);
  for (const violation of result.violations) {
    say(`    ${violation}`);
  }
  return result;
}

async function report(
  { report: file }: Settings,
  found: { account: string; region: string; results: readonly Result[] },
) {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ at: new Date().toISOString(), ...found }, undefined, 2)}\n`);
  const differs = found.results.filter(({ error, violations }) => error !== undefined || violations.length > 0);
  say(`${found.results.length - differs.length} of ${found.results.length} as expected; ${file}`);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`verify:aws: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = EXIT.refused;
  },
);
