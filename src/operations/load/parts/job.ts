/** What a task is told of its part of a load, through its environment; it needs no file, and no permission in AWS. */
import * as z from 'zod';
import { InputError } from '../../../errors.ts';
import { MOST_SEGMENTS } from '../../../measure/segments/segment.ts';

/** The variable that holds it, as JSON. */
export const PART_VARIABLE = 'SUREFOOT_PART';

/** "The total size of the overrides structure is limited to 8192 characters" (AWS: RunTask); names and quotes take some of it. */
const LONGEST = 7000;

const rate = z.int().nonnegative();

const schema = z
  .strictObject({
    segment: z.strictObject({ index: z.int().nonnegative(), of: z.int().min(1).max(MOST_SEGMENTS) }),
    startAt: z.iso.datetime(),
    load: z.strictObject({
      name: z.string(),
      url: z.url({ protocol: /^https?$/ }),
      /** As the profile has them: a task fills `{env:NAME}` in from its own environment, which its definition gets from Secrets Manager. */
      headers: z.record(z.string(), z.string()),
      timeoutSeconds: z.number().positive(),
      shape: z.strictObject({
        startRate: rate,
        stages: z.array(z.strictObject({ seconds: z.int().nonnegative(), rate })),
      }),
      virtualUsers: z.int().positive().optional(),
    }),
  })
  .refine(({ segment }) => segment.index < segment.of, { error: 'segment.index is not below segment.of' });

export type PartJob = z.infer<typeof schema>;

/** @throws InputError `part-too-long` for a profile that does not fit into the environment of a task */
export function formatJob(job: PartJob): string {
  const text = JSON.stringify(schema.parse(job));
  if (text.length > LONGEST) {
    const message = `the profile takes ${text.length} characters, and a task can be told ${LONGEST}: take fewer stages, or run its parts by --segment`;
    throw new InputError('part-too-long', message);
  }
  return text;
}

/** @throws InputError `no-part` and `bad-part` */
export function parseJob(text: string | undefined): PartJob {
  if (text === undefined || text === '') {
    const message = `load-part is started by \`surefoot load --tasks\`, as the command of a task: ${PART_VARIABLE} is not set`;
    throw new InputError('no-part', message);
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : 'it is no JSON';
    throw new InputError(
      'bad-part',
      `${PART_VARIABLE} cannot be read: ${why}. Is the image of the same version as surefoot?`,
    );
  }
}
