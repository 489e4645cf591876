/** The databases that an environment has in rehearsal. */
import { DEFAULTS } from './common.ts';
import { choice, duration, flag, listOf, mapOf, section, text } from './fields.ts';

/** RDS's engines that a rehearsal puts a label of on its database. */
export const ENGINES = ['postgres', 'mysql', 'mariadb'] as const;

/** RDS's rule (CreateDBInstance): 1 to 63 letters, digits and hyphens, no two hyphens in a row, a letter first, no hyphen last. */
const IDENTIFIER = /^(?=.{1,63}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const IDENTIFIER_RULE = 'a DB instance identifier (lower-case letters, digits and single hyphens, a letter first)';

const asIdentifier = (key: string) =>
  key
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+|-+$/g, '')
    .slice(0, 63) || 'main';

const zone = (description: string) =>
  text(description, { example: 'us-east-1c', pattern: /^[a-z0-9-]+$/, rule: 'an availability zone' });

const replica = section(
  'Replica',
  'An asynchronous read replica.',
  {
    name: text('Its DB instance identifier; that of the database with -replica when left out.', {
      example: 'shop-dev-replica',
      pattern: IDENTIFIER,
      rule: IDENTIFIER_RULE,
      advice: (input) => asIdentifier(String(input)),
    }).optional(),
    zone: zone('Its zone; the last one of the environment when left out.').optional(),
    lag: duration('How long after its acknowledgement it gets a write, in real time at every speed.', {
      minimum: '0s',
      maximum: '5m',
      example: '500ms',
      default: DEFAULTS.replicaLag,
    }).optional(),
  },
  '{ lag: 500ms }',
);

const database = section(
  'Database',
  'A database that RDS would run, for the services of this environment: keys and ledgers over HTTP, no SQL.',
  {
    engine: choice("RDS's name of the engine. Only a label, which also gives the port.", ENGINES, {
      example: 'postgres',
      default: DEFAULTS.databaseEngine,
    }).optional(),
    multiAz: flag('Has a synchronous standby in a second zone, and fails over to it.', true).optional(),
    zones: listOf(
      'The zone of the primary and, with multiAz, that of the standby; the first ones of the environment when left out.',
      zone('Availability zone.'),
      { example: '[us-east-1a, us-east-1b]', atMost: 2 },
    ).optional(),
    replica: replica.optional(),
    urlVariable: text('The environment variable that tells tasks its address, as http://<host>:<port>.', {
      example: 'DATABASE_URL',
      default: DEFAULTS.databaseUrlVariable,
      pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
      rule: 'the name of an environment variable (letters, digits and _)',
    }).optional(),
  },
  '{ engine: postgres, multiAz: true }',
);

export const environmentRehearsalSchema = section(
  'Rehearsal',
  'What an environment has in rehearsal besides its services.',
  {
    databases: mapOf('Databases', 'The databases by DB instance identifier; none when left out.', database, {
      key: IDENTIFIER,
      keyRule: IDENTIFIER_RULE,
      keyAdvice: asIdentifier,
      example: '{ shop-dev: { engine: postgres, multiAz: true } }',
    }).optional(),
  },
  '{ databases: { shop-dev: { multiAz: true } } }',
);
