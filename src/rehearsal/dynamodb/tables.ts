/** Tables in memory, each with every write that was made to it, so that it can be restored to any moment since. */
import { randomUUID } from 'node:crypto';
import type {
  AttributeDefinition,
  AttributeValue,
  KeySchemaElement,
  RestoreSummary,
  StreamSpecification,
  TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { RehearsalClock } from '../world/clock.ts';
import { invalid, noTable } from './errors.ts';

export type Item = Readonly<Record<string, AttributeValue>>;

interface Write {
  readonly at: Date;
  readonly key: string;
  /** Undefined: the item was deleted. */
  readonly item: Item | undefined;
}

export interface TableShape {
  readonly keys: readonly KeySchemaElement[];
  readonly attributes: readonly AttributeDefinition[];
}

export interface Table extends TableShape {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly createdAt: Date;
  readonly restored: RestoreSummary | undefined;
  readonly tags: Map<string, string>;
  readonly writes: Write[];
  status: 'CREATING' | 'ACTIVE' | 'DELETING';
  stream: StreamSpecification | undefined;
  protected: boolean;
  timeToLive: string | undefined;
  /** Undefined: point-in-time recovery is off. */
  recovery: { readonly since: Date; readonly days: number } | undefined;
}

/** AWS gives no numbers; at speed 1. */
const MADE_AFTER_MS = 10_000;
/** "LatestRestorableDateTime is typically 5 minutes before the current time" (AWS: PointInTimeRecoveryDescription). */
const BEHIND_MS = 5 * 60_000;
const DAY_MS = 24 * 3600 * 1000;

export interface TablesOptions {
  readonly accountId: string;
  readonly region: string;
  readonly clock: RehearsalClock;
}

export class Tables {
  readonly #options: TablesOptions;
  readonly #byName = new Map<string, Table>();

  constructor(options: TablesOptions) {
    this.#options = options;
  }

  get clock(): RehearsalClock {
    return this.#options.clock;
  }

  /** In order of their names. */
  all(): Table[] {
    return [...this.#byName.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** By name or ARN; undefined when there is none. */
  look(nameOrArn: string): Table | undefined {
    return this.#byName.get(nameOrArn.split(':table/').at(-1) ?? nameOrArn);
  }

  /** @throws AwsError ResourceNotFoundException */
  find(nameOrArn: string): Table {
    const found = this.look(nameOrArn);
    if (found === undefined) {
      throw noTable(nameOrArn);
    }
    return found;
  }

  /** As `find`, for reading and writing: one that is being made is not there yet. */
  findActive(name: string): Table {
    const table = this.find(name);
    if (table.status !== 'ACTIVE') {
      throw noTable(name);
    }
    return table;
  }

  /** CREATING for a while, `afterMs` at speed 1. */
  add(
    name: string,
    shape: TableShape,
    more: { readonly restored?: RestoreSummary; readonly writes?: readonly Write[]; readonly afterMs?: number } = {},
  ): Table {
    const { accountId, region, clock } = this.#options;
    const table: Table = {
      ...shape,
      name,
      arn: `arn:aws:dynamodb:${region}:${accountId}:table/${name}`,
      id: randomUUID(),
      createdAt: clock.now(),
      restored: more.restored,
      tags: new Map(),
      writes: [...(more.writes ?? [])],
      status: 'CREATING',
      stream: undefined,
      protected: false,
      timeToLive: undefined,
      recovery: undefined,
    };
    this.#byName.set(name, table);
    void clock.sleepScaled(more.afterMs ?? MADE_AFTER_MS).then(() => {
      table.status = 'ACTIVE';
    });
    return table;
  }

  /** DELETING for a while, then gone. */
  remove(table: Table): void {
    table.status = 'DELETING';
    void this.#options.clock.sleepScaled(MADE_AFTER_MS).then(() => this.#byName.delete(table.name));
  }

  write(table: Table, key: Item, item: Item | undefined): void {
    table.writes.push({ at: this.#options.clock.now(), key: keyOf(table, key), item });
  }

  /** The moments to which it can be restored; undefined while recovery is off. */
  window({ recovery }: Table): { readonly earliest: Date; readonly latest: Date } | undefined {
    const { clock } = this.#options;
    if (recovery === undefined) {
      return undefined;
    }
    const now = clock.now().getTime();
    const earliest = Math.max(recovery.since.getTime(), now - recovery.days * DAY_MS);
    return { earliest: new Date(earliest), latest: new Date(Math.max(earliest, now - clock.scaled(BEHIND_MS))) };
  }
}

/** The items by their keys, as of now or of a moment. */
export function itemsOf(table: Table, until?: Date): Map<string, Item> {
  const items = new Map<string, Item>();
  for (const { at, key, item } of table.writes) {
    if (until !== undefined && at > until) {
      break;
    }
    if (item === undefined) {
      items.delete(key);
    } else {
      items.set(key, item);
    }
  }
  return items;
}

/** @throws AwsError ValidationException when an attribute of the key is missing or of another type */
export function keyOf({ keys, attributes }: TableShape, item: Item): string {
  const values = keys.map(({ AttributeName: name = '' }) => {
    const type = attributes.find(({ AttributeName }) => AttributeName === name)?.AttributeType ?? '';
    const value = (item[name] as Readonly<Record<string, unknown>> | undefined)?.[type];
    if (value === undefined) {
      throw invalid(`One or more parameter values were invalid: Missing the key ${name} in the item, of type ${type}`);
    }
    return value;
  });
  return JSON.stringify(values);
}

/** The table in the form of DescribeTable. */
export function render(table: Table): TableDescription {
  const { name, arn, id, createdAt, keys, attributes, status, stream, restored } = table;
  const items = status === 'CREATING' ? 0 : itemsOf(table).size;
  return {
    TableName: name,
    TableArn: arn,
    TableId: id,
    TableStatus: status,
    CreationDateTime: createdAt,
    KeySchema: [...keys],
    AttributeDefinitions: [...attributes],
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
    TableSizeBytes: 0,
    ItemCount: items,
    DeletionProtectionEnabled: table.protected,
    ...(stream === undefined ? {} : { StreamSpecification: stream }),
    ...(restored === undefined ? {} : { RestoreSummary: restored }),
  };
}
