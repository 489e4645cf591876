/** Where a record stands on the page: its id prefix, unique, and the level of its headings. */
export interface Place {
  readonly id: string;
  readonly level: number;
}
