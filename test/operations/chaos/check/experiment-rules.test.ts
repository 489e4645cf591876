/** Rules on what stands around the template in an experiment. */
import { describe, expect, it } from 'vitest';
import { checkChaosFile } from '../../../../src/operations/chaos/check/check.ts';
import type { CheckedProblem } from '../../../../src/operations/chaos/check/finding.ts';
import { parsePlatform } from '../../../../src/platform/parse.ts';
import { goodExperiment, type LineChange, said } from '../good.ts';

describe('the rules for experiments', () => {
  const found = (...changes: LineChange[]) =>
    said(checkChaosFile(goodExperiment(...changes), 'chaos/kill.yml').problems);

  it('have nothing against a good one', () => {
    expect(found()).toEqual([]);
  });

  it.each<readonly [string, LineChange[], readonly string[]]>([
    [
      'something irreversible that nobody allowed',
      [[/^irreversible: true\n/m, '']],
      ['error irreversible template.actions.kill.actionId'],
    ],
    [
      'a switch for nothing',
      [
        [/aws:ecs:stop-task/, 'aws:ecs:task-cpu-stress'],
        [/Tasks: tasks }/, 'Tasks: tasks }\n      parameters: { duration: PT5M }'],
      ],
      ['warning idle-switch irreversible'],
    ],
    ['a fault after the load', [[/after: 5m/, 'duration: 1m']], ['error fault-after-load load.duration']],
    [
      'a load that ends before anything can have recovered',
      [
        [/after: 5m/, 'after: 30s'],
        [/within: 3m/, 'within: 20s'],
      ],
      ['warning load-ends-early load.after'],
    ],
    [
      'an alarm that nobody waits for',
      [[/within: 3m/, 'within: 6m']],
      ['warning alarm-after-load expect.alarms[0].within'],
    ],
    [
      'more than the guard allows',
      [
        [
          /Tasks: tasks }/,
          'Tasks: tasks }\n      startAfter: [wait]\n    wait: { actionId: aws:fis:wait, parameters: { duration: PT16M } }',
        ],
      ],
      ['error longer-than-guard guards.maximumDuration'],
    ],
    [
      'more than the guard pays',
      [[/maximumCost: 2/, 'maximumCost: 0.05']],
      ['error dearer-than-guard guards.maximumCost'],
    ],
    [
      'nothing in minutes that AWS rounds down',
      [
        [/maximumCost: 2/, 'maximumCost: 0.2'],
        [/Tasks: tasks }/, 'Tasks: tasks }\n    wait: { actionId: aws:fis:wait, parameters: { duration: PT89S } }'],
      ],
      [],
    ],
    [
      'a guard shorter than what a plan assumes of a fault without a length',
      [[/maximumDuration: 15m/, 'maximumDuration: 30s']],
      ['error longer-than-guard guards.maximumDuration'],
    ],
    [
      'an objective without load',
      [[/^load:.*\n/m, '']],
      ['error nothing-measured expect.availability', 'error nothing-measured expect.rto'],
    ],
    ['an experiment that cannot fail', [[/^expect:\n(?: .*\n)*/m, '']], ['warning nothing-expected expect']],
    [
      'evidence that cannot be had',
      [[/ {2}rto: 60s/, '  evidence: { targets: 3 }\n  rto: 60s']],
      ['error evidence expect.evidence.targets'],
    ],
    [
      'skip, without saying how many targets are enough',
      [[/ {2}roleArn/, '  experimentOptions: { emptyTargetResolutionMode: skip }\n  roleArn']],
      ['warning skips-empty-targets template.experimentOptions.emptyTargetResolutionMode'],
    ],
    [
      'skip made up for',
      [
        [/ {2}roleArn/, '  experimentOptions: { emptyTargetResolutionMode: skip }\n  roleArn'],
        [/ {2}rto: 60s/, '  evidence: { targets: 1 }\n  rto: 60s'],
      ],
      [],
    ],
    [
      'nothing that would show the fault',
      [
        [/^load:.*\n/m, ''],
        [/^expect:\n(?: .*\n)*/m, 'expect: { rpo: 0s }\n'],
      ],
      ['error nothing-measured expect.rpo', 'warning no-load load'],
    ],
    ['another kind', [[/kind: Experiment/, 'kind: Experimnt']], ['error form kind']],
  ])('find %s', (_, changes, expected) => {
    expect(found(...changes).sort()).toEqual([...expected].sort());
  });

  it('name what they refer to outside', () => {
    const { platform } = parsePlatform(
      `apiVersion: surefoot/v1
kind: Platform
name: artguard
environments:
  dev: { region: ca-central-1, cluster: a }
  prod: { region: ca-central-1, cluster: b, protected: true }
services:
  backend: { ecsService: backend, port: 8000 }
`,
      'surefoot.yml',
    );
    expect(platform).toBeDefined();
    const text = goodExperiment(
      [/environments: \[dev\]/, 'environments: [prod, devv]'],
      [/service: backend/, 'service: bakend'],
      [/average-load/, 'avarage-load'],
    );
    const { problems } = checkChaosFile(text, 'x.yml', { known: { platform, profiles: ['average-load', 'smoke'] } });
    const told = [
      'reference steadyState[0].objective is "backend-availability" → objective: (there is none yet)',
      'reference load.profile is "avarage-load" → profile: average-load',
      'reference load.service is "bakend" → service: backend',
      'protected guards.environments[0] is prod → - another environment',
      'reference guards.environments[1] is "devv" → - dev',
    ];
    const summary = ({ rule, message, hint }: CheckedProblem) => `${rule} ${message.split(',', 1)[0]} → ${hint}`;
    expect(problems.map(summary)).toEqual(told);
    // The same beside a mistake in the form, and nothing of the field that is not read.
    const worse = text
      .replace('rto: 60s', 'rto: soon')
      .replace('environments: [prod, devv]', 'environments: [3, devv]');
    const found = checkChaosFile(worse, 'x.yml', { known: { platform, profiles: ['average-load', 'smoke'] } }).problems;
    expect(found.map(summary)).toEqual([
      ...told.slice(0, 3),
      expect.stringMatching(/^form expect\.rto must be a duration/),
      expect.stringMatching(/^form guards\.environments\[0\] must be/),
      told[4],
    ]);
  });
});
