/** The databases that an environment has in rehearsal. */
import { DEFAULTS } from './common.ts';
import { choice, duration, flag, listOf, mapOf, name, section, text } from './fields.ts';
import { asIdentifier, IDENTIFIER, IDENTIFIER_RULE, identifier } from './identifier.ts';

/** RDS's engines that a rehearsal puts a label of on its database. */
export const ENGINES = ['postgres', 'mysql', 'mariadb'] as const;

const zone = (description: string) =>
  text(description, { example: 'us-east-1c', pattern: /^[a-z0-9-]+$/, rule: 'an availability zone' });

const VARIABLE = {
  pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
  rule: 'the name of an environment variable (letters, digits and _)',
};

const replica = section(
  'Replica',
  'An asynchronous read replica.',
  {
    name: identifier(
      'Its DB instance identifier; that of the database with -replica when left out.',
      'shop-dev-replica',
    ).optional(),
    environment: name('The standby environment that it is in; that of the database when left out.', 'dr').optional(),
    zone: zone('Its zone; the last one of the environment when left out.').optional(),
    lag: duration('How long after its acknowledgement it gets a write, in real time at every speed.', {
      minimum: '0s',
      maximum: '5m',
      example: '500ms',
      default: DEFAULTS.replicaLag,
    }).optional(),
    urlVariable: text('The environment variable that tells tasks its address; they are not told when left out.', {
      example: 'DATABASE_REPLICA_URL',
      ...VARIABLE,
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
      ...VARIABLE,
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
