/** The scorecard's inputs as the runner hands them over, and what the step leaves for later ones. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { exitCodeOf } from '../../src/entry/outcome.ts';
import { readCall } from '../../src/github/dispatch.ts';
import { variableOf } from '../../src/github/inputs/read.ts';
import { outputValues } from '../../src/github/outputs.ts';

const PLATFORM = `apiVersion: surefoot/v1
kind: Platform
name: shop
environments: { prod: { region: eu-west-1, cluster: shop } }
services: { web: { ecsService: shop-web, port: 80 } }
---
{ apiVersion: surefoot/v1, kind: Target, name: clean, indicator: secret-findings, comparison: lte, value: 0, unit: count }
`;

it.each([
  ['nothing', 0],
  ['missed', 0],
  ['unknown', 3],
])('fail-on %s ends with %d where all is unknown', async (failOn, code) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-scorecard-step-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const at = (name: string) => path.join(folder, name);
  await writeFile(at('surefoot.yml'), PLATFORM);
  const inputs = { config: at('surefoot.yml'), 'report-dir': at('reports'), badge: at('badge.svg'), 'fail-on': failOn };
  const call = readCall(
    'scorecard',
    Object.fromEntries(Object.entries(inputs).map(([name, value]) => [variableOf(name), value])),
  );
  const silent = () => undefined;
  const outcome = await call.run({
    reporter: { stage: silent, info: silent, warn: silent, progress: silent },
    signal: new AbortController().signal,
    look: { columns: 80, colour: false },
    confirm: async () => true,
  });
  expect(exitCodeOf(outcome)).toBe(code);
  const outputs = outputValues('scorecard', outcome);
  expect(outputs).toMatchObject({
    verdict: 'inconclusive',
    met: '0',
    missed: '0',
    unknown: '1',
    badge: at('badge.svg'),
  });
  expect(JSON.parse(outputs['scorecard'] ?? '')).toMatchObject([{ id: 'clean', production: { state: 'unknown' } }]);
});
