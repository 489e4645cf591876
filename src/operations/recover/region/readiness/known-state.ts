/**
 * What the standby knows of the other region without asking it: a drill writes it on the standby's own service, as tags, while both are
 * well. And what the standby itself was before it was scaled up. Pure.
 */
import type { Service } from '@aws-sdk/client-ecs';
import type { ScalableTarget } from '../../../../aws/application-auto-scaling.ts';

/** AWS: tag values take letters, digits, spaces and `+ - = . _ : / @`. */
export const IMAGE_TAG = 'surefoot:other-region-image';
export const TASKS_TAG = 'surefoot:other-region-tasks';
export const WARM_TAG = 'surefoot:warm-capacity';

/** A service of the other region as it was seen last. */
export interface KnownState {
  readonly tasks: number;
  /** Digest of the image of the service's container; undefined where it was not known. */
  readonly image: string | undefined;
  readonly at: Date;
}

export interface Capacity {
  readonly desired: number;
  readonly bounds: Pick<ScalableTarget, 'minimum' | 'maximum'> | undefined;
}

/** The tags that hold what was seen. */
export function tagsOf({ tasks, image, at }: KnownState): Readonly<Record<string, string>> {
  return { [TASKS_TAG]: `${tasks} @ ${at.toISOString()}`, ...(image === undefined ? {} : { [IMAGE_TAG]: image }) };
}

/** Undefined when nothing was written, or it cannot be read. */
export function knownOn(service: Pick<Service, 'tags'>): KnownState | undefined {
  const [, tasks, time] = /^(\d+) @ (\S+)$/.exec(tagOf(service, TASKS_TAG) ?? '') ?? [];
  const at = new Date(time ?? '');
  return tasks === undefined || Number.isNaN(at.getTime())
    ? undefined
    : { tasks: Number(tasks), image: tagOf(service, IMAGE_TAG), at };
}

export function warmTagOf({ desired, bounds }: Capacity): string {
  return bounds === undefined ? `${desired}` : `${desired} of ${bounds.minimum} - ${bounds.maximum}`;
}

/** The capacity that a service is to go back to; undefined when none is remembered. */
export function warmOn(service: Pick<Service, 'tags'>): Capacity | undefined {
  const text = tagOf(service, WARM_TAG) ?? '';
  const [, desired, minimum, maximum] = /^(\d+)(?: of (\d+) - (\d+))?$/.exec(text) ?? [];
  return desired === undefined
    ? undefined
    : {
        desired: Number(desired),
        bounds: minimum === undefined ? undefined : { minimum: Number(minimum), maximum: Number(maximum) },
      };
}

function tagOf({ tags = [] }: Pick<Service, 'tags'>, wanted: string): string | undefined {
  return tags.find(({ key }) => key === wanted)?.value;
}
