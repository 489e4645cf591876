/** An experiment file: what it becomes, what holds where it says nothing, and what is wrong with it all at once. */
import { describe, expect, it } from 'vitest';
import { schemas } from '../../../../scripts/schema.mjs';
import type { Experiment } from '../../../../src/operations/chaos/experiment/experiment.ts';
import { looksLikeExperiment, parseExperiment } from '../../../../src/operations/chaos/experiment/parse.ts';
import { fillPlaceholders } from '../../../../src/operations/chaos/experiment/placeholders.ts';
import { goodExperiment, type LineChange } from '../good.ts';

function parsed(...changes: LineChange[]): Experiment {
  const { experiment, problems } = parseExperiment(goodExperiment(...changes), 'chaos/kill.yml');
  expect(problems).toEqual([]);
  if (experiment === undefined) {
    throw new Error('there is no experiment');
  }
  return experiment;
}

const problemsOf = (text: string) =>
  parseExperiment(text, 'x.yml').problems.map(
    ({ line, column, message, hint }) => `${line}:${column} ${message} → ${hint}`,
  );

describe('an experiment file', () => {
  it('becomes an experiment, in seconds and exact numbers', () => {
    const { template, ...around } = parsed();
    expect(around).toEqual({
      name: 'ecs-task-kill',
      description: 'One task is killed and nobody notices',
      file: 'chaos/kill.yml',
      variables: {},
      steadyState: [{ kind: 'objective', objective: 'backend-availability' }],
      load: {
        profile: 'average-load',
        service: 'backend',
        rate: undefined,
        beforeSeconds: 120,
        durationSeconds: undefined,
        afterSeconds: 300,
      },
      expect: {
        rtoSeconds: 60,
        rpoSeconds: undefined,
        availability: { percent: '99.50', exactly: { numerator: 199n, denominator: 2n } },
        maximumLostRequests: undefined,
        alarms: [{ name: 'backend-tasks-low', withinSeconds: 180 }],
        felt: 'required',
        evidence: { targets: 1, requests: 100 },
      },
      guards: {
        windows: [
          {
            days: ['tue', 'wed'],
            from: { hour: 9, minute: 0 },
            to: { hour: 16, minute: 0 },
            timeZone: 'America/Toronto',
          },
        ],
        environments: ['dev'],
        maximumDurationSeconds: 900,
        maximumCost: 2,
      },
      irreversible: true,
    });
    expect(template.actions['kill']).toEqual({ actionId: 'aws:ecs:stop-task', targets: { Tasks: 'tasks' } });
  });

  it('takes numbers and booleans of YAML as the texts that FIS wants, as they were written', () => {
    const { template } = parsed(
      [/aws:ecs:stop-task/, 'aws:ecs:task-cpu-stress'],
      [
        /Tasks: tasks }/,
        'Tasks: tasks }\n      parameters: { duration: PT5M, percent: 080, installDependencies: True }',
      ],
      [/ {2}roleArn/, '  tags: { 7: 1.50, empty: "" }\n  roleArn'],
    );
    expect(template.actions['kill']?.parameters).toEqual({
      duration: 'PT5M',
      percent: '080',
      installDependencies: 'True',
    });
    expect(template.tags).toEqual({ '7': '1.50', empty: '' });
  });

  it('has a steady state with a bound of its own, read exactly', () => {
    const bound = '- { indicator: error-rate, service: backend, comparison: lte, value: 0.10, unit: percent }';
    expect(parsed([/- objective: .*/, bound]).steadyState).toEqual([
      {
        kind: 'bound',
        indicator: 'error-rate',
        service: 'backend',
        comparison: 'lte',
        value: '0.10',
        exactly: { numerator: 1n, denominator: 10n },
        unit: 'percent',
      },
    ]);
  });

  it('says everything that is wrong with its form, each at its place', () => {
    const text = goodExperiment(
      [/name: ecs-task-kill/, 'name: ECS task kill'],
      [/selectionMode: COUNT\(1\)/, 'selectionmode: COUNT(1)'],
      [/\$\{cluster\}/, `\${clstr}`],
      [/- objective: .*/, '- { objective: a, indicator: b }\n  - { indicator: latency }'],
      [/rto: 60s/, 'rto: 60'],
      [/availability: 99.50/, 'availability: 100.5'],
      [/to: "16:00"/, 'to: "09:00"'],
      [/America\/Toronto/, 'America/Toront'],
      [/irreversible: true/, 'irreversible: yes\nvariables: { region: us-east-2 }'],
    );
    expect(problemsOf(text)).toEqual([
      '4:9 metadata.name must be a name in lower-case letters, digits and hyphens that starts with a letter, not "ECS task kill" → name: ecs-task-kill',
      '11:7 template.targets.tasks.selectionmode is not a key that is known here → selectionMode instead of selectionmode',
      `13:18 template.targets.tasks.parameters.cluster has \${clstr} in it, which stands for nothing → cluster: \${cluster}`,
      '28:21 steadyState[0].indicator stands beside objective, whose SLO says all of it → no indicator',
      '29:5 steadyState[1].comparison is missing → comparison: gte',
      '29:5 steadyState[1].unit is missing → unit: percent',
      '29:5 steadyState[1].value is missing → value: 99.9',
      '32:8 expect.rto must be a duration with its unit (ms, s, m, h or d), not 60 → rto: 60s (seconds) or 60m (minutes)',
      '33:17 expect.availability is 100.5, but must be a percentage from 0 to 100 → availability: 99.5',
      '37:52 guards.windows[0].to is the same time as from (09:00) → to: a later time',
      '37:71 guards.windows[0].timezone is "America/Toront", which is no time zone → timezone: America/Toronto',
      '40:15 irreversible must be true or false, not "yes" → irreversible: false',
      `41:14 variables.region is what surefoot fills in itself (\${region}) → another name than region`,
    ]);
  });

  it('is recognised by its kind, and holds one experiment', () => {
    expect(looksLikeExperiment('apiVersion: surefoot/v1\nkind: Experiment\n')).toBe(true);
    expect(looksLikeExperiment('kind: ExperimentTemplate\n')).toBe(false);
    expect(looksLikeExperiment('  kind: Experiment\n')).toBe(false);
    expect(problemsOf('')).toEqual([
      '1:1 the file holds no experiment → apiVersion: surefoot/v1, kind: Experiment, metadata and template',
    ]);
    expect(problemsOf(`${goodExperiment()}---\n${goodExperiment()}`)).toEqual([
      '41:1 a second document begins → one experiment in each file, without ---',
    ]);
  });
});

describe('placeholders', () => {
  const values = {
    platform: 'artguard',
    environment: 'dev',
    region: 'ca-central-1',
    account: '123456789012',
    partition: 'aws',
    cluster: 'artguard-cluster-dev',
    zone: 'ca-central-1a',
    service: 'artguard-backend-dev',
  };

  it('are filled in from the platform, the file and the run', () => {
    const before = parsed(
      [
        /description: One task of the service is killed/,
        `description: '\${service} in \${zone} against \${other} and \${more}'`,
      ],
      [/name: backend-tasks-low/, `name: '\${environment}-tasks-low'`],
      [/^steadyState/m, 'variables: { other: a, more: b }\nsteadyState'],
    );
    const { experiment, missing } = fillPlaceholders(before, values, { more: 'c' });
    expect(missing).toEqual([]);
    expect(experiment.template.description).toBe('artguard-backend-dev in ca-central-1a against a and c');
    expect(experiment.template.roleArn).toBe('arn:aws:iam::123456789012:role/fis-dev');
    expect(experiment.expect.alarms).toEqual([{ name: 'dev-tasks-low', withinSeconds: 180 }]);
    expect(JSON.stringify(experiment.template)).not.toContain('${');
    expect(before.template.roleArn).toContain('${');
  });

  it('without a value are named and left as they stand', () => {
    const { experiment, missing } = fillPlaceholders(parsed(), { ...values, account: undefined });
    expect(missing).toEqual(['account']);
    expect(experiment.template.roleArn).toBe(`arn:aws:iam::\${account}:role/fis-dev`);
  });
});

describe('the JSON Schema', () => {
  it('describes each field with a sentence and an example', async () => {
    const text = (await schemas())['experiment.schema.json'] ?? '{}';
    const seen: string[] = [];
    const walk = (node: unknown, at: string): void => {
      if (typeof node !== 'object' || node === null) {
        return;
      }
      for (const [key, field] of Object.entries(Reflect.get(node, 'properties') ?? {})) {
        seen.push(`${at}.${key}`);
        expect(Reflect.get(Object(field), 'description'), `${at}.${key}`).toMatch(/\S/);
        walk(field, `${at}.${key}`);
      }
      walk(Reflect.get(node, 'items'), `${at}[]`);
      walk(Reflect.get(node, 'additionalProperties'), `${at}.*`);
    };
    walk(JSON.parse(text), '');
    expect(seen).toEqual(
      expect.arrayContaining(['.template.actions', '.template.actions.*.actionId', '.expect.alarms[].within']),
    );
  });
});
