/** Tables that scroll or, on a narrow screen, become a list of labelled values. */
import { type Markup, type MarkupValue, markup } from './markup.ts';

export interface Column {
  readonly label: string;
  /** Numbers are aligned to the right, code is set in a fixed width. */
  readonly kind?: 'number' | 'code';
  /** Left out on a narrow screen: what can also be told from other columns. */
  readonly wideOnly?: boolean;
}

export interface TableOptions {
  readonly caption: string;
  /** Not shown, but read aloud: where a heading above says the same. */
  readonly hideCaption?: boolean;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly MarkupValue[])[];
  /** On a narrow screen: `fit` wraps within cells, `stack` shows each row as a block, `scroll` lets the table move sideways. */
  readonly narrow: 'fit' | 'stack' | 'scroll';
  /** A last row that sums up. */
  readonly total?: readonly MarkupValue[];
}

/** The first cell of each row is the row's heading. The roles repeat what the elements mean, since CSS that stacks them takes it away. */
export function table(options: TableOptions): Markup {
  const heads = options.columns.map(
    (column) => markup`<th scope="col" role="columnheader" class="${classOf(column)}">${column.label}</th>`,
  );
  const rows = options.rows.map((row) => tableRow(row, options.columns, ''));
  const total = options.total === undefined ? undefined : tableRow(options.total, options.columns, 'total');
  const scrolls = options.narrow === 'scroll';
  // A caption inside a table that scrolls would scroll away; what is seen then stands above it.
  const unseen = options.hideCaption || scrolls;
  const caption = markup`<caption${unseen ? markup` class="unseen"` : ''}>${options.caption}</caption>`;
  const body = markup`<table class="${options.narrow}" role="table">${caption}<thead role="rowgroup"><tr role="row">${heads}</tr></thead><tbody role="rowgroup">${rows}${total}</tbody></table>`;
  return scrolls
    ? markup`${!options.hideCaption && markup`<p class="caption" aria-hidden="true">${options.caption}</p>`}<div class="scroller" role="region" tabindex="0" aria-label="${options.caption}">${body}</div>`
    : body;
}

function classOf(column: Column | undefined): string {
  return `${column?.kind ?? 'text'}${column?.wideOnly ? ' wide-only' : ''}`;
}

function tableRow(cells: readonly MarkupValue[], columns: readonly Column[], className: string): Markup {
  const filled = cells.map((cell, index) => {
    const column = columns[index];
    const className = classOf(column);
    return index === 0
      ? markup`<th scope="row" role="rowheader" class="${className}">${cell}</th>`
      : markup`<td role="cell" class="${className}" data-label="${column?.label}">${cell}</td>`;
  });
  return markup`<tr role="row" class="${className}">${filled}</tr>`;
}

/** Text that may break after the separators that names are made of, so that a long name wraps where people would. */
export function breakable(text: string): Markup {
  const pieces = text.split(/(?<=[_/.:])/);
  return markup`${pieces.map((piece, index) => (index === 0 ? piece : markup`<wbr>${piece}`))}`;
}
