/** The log of one task that makes a part of a load, read as it grows. */
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { Segment } from '../../../measure/segments/segment.ts';
import type { LoadRecord } from '../../../report/evidence.ts';
import { logStreamOf } from '../../common/log-tail.ts';
import type { Ports } from '../../ports.ts';
import { type PartProgress, PartReader } from './lines.ts';

const TAIL_LINES = 3;

export class PartLog {
  readonly segment: Segment;
  readonly task: string;
  readonly #container: ContainerDefinition;
  readonly #ports: Pick<Ports, 'awsForUndo' | 'reporter'>;
  readonly #reader = new PartReader();
  readonly #tail: string[] = [];
  #token: string | undefined;
  #record: LoadRecord | undefined;
  #refusal: string | undefined;

  constructor(
    segment: Segment,
    task: string,
    container: ContainerDefinition,
    ports: Pick<Ports, 'awsForUndo' | 'reporter'>,
  ) {
    this.segment = segment;
    this.task = task;
    this.#container = container;
    this.#ports = ports;
  }

  get progress(): PartProgress | undefined {
    return this.#reader.progress;
  }

  /** What it counted, once all of it was read. */
  get record(): LoadRecord | undefined {
    return this.#record;
  }

  /** Nothing more is to be expected of it. */
  get isOver(): boolean {
    return this.#record !== undefined || this.#refusal !== undefined;
  }

  /** The last that it said, for people. */
  get tail(): readonly string[] {
    return this.#refusal === undefined ? this.#tail : [this.#refusal];
  }

  /** Reads on from where the last reading ended. A log that is not there yet is no error. */
  async read(): Promise<void> {
    const stream = logStreamOf([this.#container], this.#container.name ?? '', { taskArn: this.task });
    if (stream === undefined || this.isOver) {
      return;
    }
    for (;;) {
      const page = await this.#ports.awsForUndo.logs.after(stream.group, stream.stream, this.#token);
      for (const line of page.lines) {
        this.#take(line);
      }
      const isEnd = page.next === this.#token || page.lines.length === 0;
      this.#token = page.next;
      if (isEnd) {
        break;
      }
    }
    try {
      this.#record = this.#reader.result();
    } catch (error) {
      this.#refusal = error instanceof Error ? error.message : String(error);
    }
  }

  #take(line: string): void {
    this.#reader.take(line);
    if (!line.startsWith('surefoot-')) {
      this.#tail.push(line);
      this.#tail.splice(0, this.#tail.length - TAIL_LINES);
    }
  }
}
