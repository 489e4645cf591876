/** The task definitions of the emulated ECS: revisions by family, and which of them are forgotten. */
import type { TaskDefinitionRecord } from './records/cluster.ts';

/** Revisions of every family. Numbers count up even when all earlier revisions of a family are forgotten. */
export class TaskDefinitions {
  readonly #families = new Map<string, TaskDefinitionRecord[]>();
  readonly #lastRevisions = new Map<string, number>();
  /** In the order in which they were deregistered. */
  readonly #inactive = new Set<TaskDefinitionRecord>();
  #active = 0;

  /** How many are ACTIVE. */
  get active(): number {
    return this.#active;
  }

  /** Names of families that have a revision. */
  families(): string[] {
    return [...this.#families.keys()];
  }

  /** Revisions of a family, in order. */
  of(family: string): readonly TaskDefinitionRecord[] {
    return this.#families.get(family) ?? [];
  }

  /** The number of a family's next revision. */
  nextRevision(family: string): number {
    return (this.#lastRevisions.get(family) ?? 0) + 1;
  }

  add(record: TaskDefinitionRecord): void {
    this.#families.set(record.family, [...this.of(record.family), record]);
    this.#lastRevisions.set(record.family, record.revision);
    this.#active += 1;
  }

  /** Makes an ACTIVE revision INACTIVE. */
  deregister(record: TaskDefinitionRecord, at: Date): void {
    record.definition = { ...record.definition, status: 'INACTIVE', deregisteredAt: at };
    this.#inactive.add(record);
    this.#active -= 1;
  }

  /** Forgets INACTIVE revisions that are not `used`, except for the `kept` that were deregistered last. */
  forget(kept: number, used: () => ReadonlySet<TaskDefinitionRecord>): void {
    if (this.#inactive.size <= kept) {
      return;
    }
    const inUse = used();
    const unused = [...this.#inactive].filter((record) => !inUse.has(record));
    for (const record of unused.slice(0, Math.max(0, unused.length - kept))) {
      this.#inactive.delete(record);
      const others = this.of(record.family).filter((other) => other !== record);
      if (others.length > 0) {
        this.#families.set(record.family, others);
      } else {
        this.#families.delete(record.family);
      }
    }
  }
}
