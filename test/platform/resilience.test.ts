import { describe, expect, it } from 'vitest';
import { parsePlatform } from '../../src/platform/parse.ts';

/** An environment dev with this section, and the rest of a platform around it. */
const file = (section: string, protectedToo = false) => `apiVersion: surefoot/v1
kind: Platform
name: shop
environments:
  dev:
    region: us-west-2
    cluster: shop-{environment}
    protected: ${protectedToo}
    resilience:
${section
  .trim()
  .split('\n')
  .map((line) => `      ${line}`)
  .join('\n')}
services:
  web:
    ecsService: shop-web-{environment}
    port: 8080
`;
const WINDOWS = 'windows: [{ days: [wed, tue], from: "23:30", to: "04:00", timezone: America/Toronto }]';

const settingsOf = (section: string, protectedToo?: boolean) => {
  const { platform, problems } = parsePlatform(file(section, protectedToo), 'surefoot.yml');
  expect(problems).toEqual([]);
  return platform?.environments['dev']?.resilience;
};
const problemsOf = (section: string, protectedToo?: boolean) =>
  parsePlatform(file(section, protectedToo), 'surefoot.yml').problems.map(
    ({ line, message, hint }) => `${line}: ${message} | ${hint}`,
  );

describe('what a night tries out', () => {
  it('is read with everything that can be said', () => {
    const section = `${WINDOWS}
service: web
load: average-load
experiments: [ecs-task-kill, chaos/zone-loss.yml]
allowIrreversible: true
drill: { procedure: s3-restore, bucket: "documents-{environment}", prefix: knowledge/, ago: 24h }`;
    expect(settingsOf(section)).toEqual({
      windows: [
        {
          days: ['tue', 'wed'],
          from: { hour: 23, minute: 30 },
          to: { hour: 4, minute: 0 },
          timeZone: 'America/Toronto',
        },
      ],
      service: 'web',
      load: 'average-load',
      experiments: ['ecs-task-kill', 'chaos/zone-loss.yml'],
      allowIrreversible: true,
      drill: {
        procedure: 's3-restore',
        agoSeconds: 86_400,
        values: { bucket: 'documents-{environment}', prefix: 'knowledge/' },
      },
    });
  });

  it('needs little, and means every day', () => {
    const least = settingsOf('windows: [{ from: "01:00", to: "04:00", timezone: UTC }]\nload: smoke');
    expect(least?.windows[0]?.days).toHaveLength(7);
    expect(least).toMatchObject({ service: undefined, experiments: [], allowIrreversible: false, drill: undefined });
  });

  it('is nothing in a file that does not say it', () => {
    const text = file(`${WINDOWS}\nload: smoke`).replace(/ {4}resilience:[\s\S]*(?=services:)/, '');
    expect(parsePlatform(text, 'surefoot.yml').platform?.environments['dev']?.resilience).toBeUndefined();
  });

  it.each([
    ['without windows', 'load: smoke', /windows is missing/],
    ['with nothing to try', WINDOWS, /names nothing to try out/],
    [
      'with an unknown zone',
      'windows: [{ from: "01:00", to: "04:00", timezone: America/Torronto }]\nload: smoke',
      /America\/Torronto.*\| .*America\/Toronto/,
    ],
    [
      'with a window that never opens',
      'windows: [{ from: "01:00", to: "01:00", timezone: UTC }]\nload: smoke',
      /same time as from/,
    ],
    [
      'with an hour that is none',
      'windows: [{ from: "25:00", to: "01:00", timezone: UTC }]\nload: smoke',
      /time of day/,
    ],
    ['with an unknown service', `${WINDOWS}\nload: smoke\nservice: wep`, /no service of this file.*\| .*web/],
    ['with an experiment twice', `${WINDOWS}\nexperiments: [ecs-task-kill, ecs-task-kill]`, /a second time/],
    ['with a file elsewhere', `${WINDOWS}\nexperiments: [../other.yml]`, /below the platform file's folder/],
    ['with an absolute file', `${WINDOWS}\nload: /etc/profile.yml`, /below the platform file's folder/],
    ['with a drill that is none', `${WINDOWS}\ndrill: { procedure: restart-service }`, /terraform-state, s3-restore/],
    [
      'with half a drill',
      `${WINDOWS}\ndrill: { procedure: s3-restore, bucket: b }`,
      /ago is missing: s3-restore needs it.*\| ago: 24h/,
    ],
    [
      'with the values of another drill',
      `${WINDOWS}\ndrill: { procedure: database-restore, instance: i, table: t }`,
      /table is no value of database-restore/,
    ],
  ])('%s is refused, with what to write', (_, section, message) => {
    expect(problemsOf(section)).toEqual([expect.stringMatching(message)]);
  });

  it('is agreed to in a protected environment by a word of its own, and never with experiments', () => {
    expect(problemsOf(`${WINDOWS}\nload: smoke`, true)).toEqual([expect.stringMatching(/allowProtected: true/)]);
    expect(problemsOf(`${WINDOWS}\nexperiments: [ecs-task-kill]\nallowProtected: true`, true)).toEqual([
      expect.stringMatching(/never done/),
    ]);
    expect(settingsOf(`${WINDOWS}\nload: smoke\nallowProtected: true`, true)?.load).toBe('smoke');
  });
});
