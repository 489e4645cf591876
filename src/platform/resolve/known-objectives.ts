/** What the rest of a file may say of its objectives. */

/** An objective that a watch may name. `sound` is false when its document has mistakes: then nothing more is said of it. */
export interface KnownObjective {
  readonly service: string;
  readonly indicator: 'availability' | 'latency' | undefined;
  readonly unjudged: string | undefined;
  readonly sound: boolean;
}

export interface KnownObjectives {
  /** False when a document could not be read, so that a name that is missing may have been in it. */
  readonly complete: boolean;
  readonly byName: ReadonlyMap<string, KnownObjective>;
}
