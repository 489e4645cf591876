/** What a night tries out: the resilience section of an environment. */
import { DRILLS } from '../model/resilience.ts';
import { choice, duration, flag, listOf, name, section, text } from './fields.ts';
import { timeOfDay, timeZone, weekdays } from './schedule.ts';

const NAME_OR_FILE = {
  pattern: /^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[A-Za-z0-9._/-]+$/,
  rule: "a name, or the path of a file below the platform file's folder",
} as const;

const value = (description: string, example: string) => text(description, { example }).optional();

const drillSchema = section(
  'Recovery drill',
  'A procedure of `surefoot recover` that restores beside what is there, verifies it, and removes it again.',
  {
    procedure: choice('Which procedure.', DRILLS, { example: 's3-restore' }),
    bucket: value('terraform-state, s3-restore: the bucket.', 'artguard-documents-{environment}'),
    key: value("terraform-state: the state's object.", 'env/{environment}/terraform.tfstate'),
    lockTable: value("terraform-state: the backend's lock table, where it has one.", 'terraform-locks'),
    prefix: value('s3-restore: objects whose keys begin with it; every object when left out.', 'knowledge/'),
    table: value('dynamodb-restore: the table.', 'analyses-{environment}'),
    item: value("dynamodb-restore: the key of an item that must be there, in DynamoDB's JSON.", '{"id":{"S":"42"}}'),
    instance: value('database-restore: the DB instance.', 'artguard-{environment}'),
    ago: duration('Restore what was there so long before the drill; of a table or database the latest when left out.', {
      minimum: '5m',
      maximum: '35d',
      example: '24h',
    }).optional(),
  },
  '{ procedure: s3-restore, bucket: artguard-documents-{environment}, ago: 24h }',
);
export type DrillDocument = ReturnType<typeof drillSchema.parse>;

const windowSchema = section(
  'Window',
  'A stretch of the day in which something may begin; past midnight where `to` is earlier than `from`.',
  {
    days: weekdays('Days on which it begins; every day when left out.').optional(),
    from: timeOfDay('When it opens.', '"01:00"'),
    to: timeOfDay('When it closes: what has begun goes on to its end, nothing more begins.', '"04:00"'),
    timezone: timeZone('Time zone of both, by its IANA name; daylight saving is followed.'),
  },
  '{ days: [tue, wed, thu], from: "01:00", to: "04:00", timezone: America/Toronto }',
);

/** `resilience` of an environment. */
export const resilienceSchema = section(
  'Resilience',
  'What `surefoot nightly` tries out here, one after the other: one load profile, experiments, one recovery drill.',
  {
    windows: listOf('When anything may begin; outside nothing does.', windowSchema, {
      example: '[{ from: "01:00", to: "04:00", timezone: America/Toronto }]',
      atMost: 14,
    }),
    service: name('The service that is loaded; may be left out where there is only one.', 'backend').optional(),
    load: text('The load profile: a name that surefoot ships, or a file.', {
      ...NAME_OR_FILE,
      example: 'average-load',
    }).optional(),
    experiments: listOf(
      'Experiments in their order: names that surefoot ships, or files.',
      text('An experiment.', { ...NAME_OR_FILE, example: 'ecs-task-kill' }),
      { example: '[ecs-task-kill, chaos/zone-loss.yml]', atMost: 20 },
    ).optional(),
    allowIrreversible: flag(
      'Agrees to experiments whose actions neither their end nor a stop puts back, such as stopped tasks.',
      false,
    ).optional(),
    drill: drillSchema.optional(),
    allowProtected: flag(
      'Agrees to the load and the drill in a protected environment; experiments are never run there.',
      false,
    ).optional(),
  },
  '{ windows: [{ from: "01:00", to: "04:00", timezone: America/Toronto }], experiments: [ecs-task-kill] }',
);
export type ResilienceDocument = ReturnType<typeof resilienceSchema.parse>;
