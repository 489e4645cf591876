/** The deployment of a record: from what to what, how long each stage took, what changed. */
import type { DeploymentRecord } from '../evidence.ts';
import { formatSeconds, secondsBetween } from '../format.ts';
import { headline } from '../html/figure.ts';
import { type Markup, markup } from '../html/markup.ts';
import type { Place } from '../html/place.ts';
import { breakable, table } from '../html/table.ts';
import { shortName } from '../text.ts';

/** The section; nothing of it is left out when a stage has not ended: the bar then runs to the last known moment. */
export function deploymentSection(deployment: DeploymentRecord, place: Place): Markup {
  return markup`<section>${headline(place.level, 'Deployment')}
<p><b>${deployment.status}</b> · ${deployment.strategy}${deployment.statusReason && markup` · ${deployment.statusReason}`}</p>
<div class="revisions">${
    deployment.baseline === null
      ? markup`<div class="revision"><p class="role">Baseline</p><p>None: this is the first revision.</p></div>`
      : revisionCard('Baseline', deployment.baseline, deployment.live)
  }<span class="arrow" aria-hidden="true">→</span>${revisionCard('Candidate', deployment.candidate, deployment.live)}</div>
${stageBars(deployment)}${changesTable(deployment)}
<p class="quiet">Service deployment <code>${deployment.arn}</code></p></section>`;
}

function revisionCard(role: string, revision: DeploymentRecord['candidate'], live: string | null): Markup {
  const serves = live !== null && live === revision.revision;
  return markup`<div class="revision${serves ? ' live' : ''}"><p class="role">${role}${serves && markup` <span class="serves">● serves at the end</span>`}</p>
<p class="name">${shortName(revision.revision)}</p><p class="quiet">${shortName(revision.taskDefinition)}</p>
<ul>${revision.images.map((image) => markup`<li>${imageName(image)}</li>`)}</ul></div>`;
}

/** An image with its digest on a line of its own, whole: it is what pins the image. */
function imageName(image: string): Markup {
  const at = image.indexOf('@');
  return at < 0
    ? markup`<code>${image}</code>`
    : markup`<code>${image.slice(0, at)}</code><code class="digest">${image.slice(at + 1)}</code>`;
}

function stageBars({ stages }: DeploymentRecord): Markup | undefined {
  const starts = stages.map((stage) => Date.parse(stage.startedAt));
  const ends = stages.map((stage) => Date.parse(stage.finishedAt ?? stage.startedAt));
  const first = starts.reduce((low, time) => Math.min(low, time), starts[0] ?? 0);
  const last = [...starts, ...ends].reduce((high, time) => Math.max(high, time), first + 1);
  if (stages.length === 0) {
    return undefined;
  }
  const rows = stages.map((stage, index) => {
    const open = stage.finishedAt === undefined;
    // A stage that began last and has not ended would have no width.
    const from = Math.min(open ? 96 : 99, (100 * ((starts[index] ?? first) - first)) / (last - first));
    const to = open ? 100 : (100 * ((ends[index] ?? last) - first)) / (last - first);
    const took = open
      ? 'not ended'
      : formatSeconds(secondsBetween(stage.startedAt, stage.finishedAt ?? stage.startedAt));
    const bar = markup`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="10"/><rect class="${open ? 'open' : 'done'}" x="${from.toFixed(2)}" width="${Math.max(1, to - from).toFixed(2)}" height="10"/></svg>`;
    return [breakable(stage.stage), bar, took];
  });
  return table({
    caption: `Stages over ${formatSeconds((last - first) / 1000)}`,
    narrow: 'fit',
    columns: [{ label: 'Stage', kind: 'code' }, { label: 'When' }, { label: 'Took', kind: 'number' }],
    rows,
  });
}

function changesTable({ changes }: DeploymentRecord): Markup {
  if (changes.length === 0) {
    return markup`<p>The task definition has no changes.</p>`;
  }
  const absent = markup`<span class="quiet">not set</span>`;
  return table({
    caption: 'Changes of the task definition',
    narrow: 'stack',
    columns: [
      { label: 'Path', kind: 'code' },
      { label: 'Before', kind: 'code' },
      { label: 'After', kind: 'code' },
    ],
    rows: changes.map((change) => [
      breakable(change.path),
      change.before === null ? absent : markup`<del>${change.before}</del>`,
      change.after === null ? absent : markup`<ins>${change.after}</ins>`,
    ]),
  });
}
