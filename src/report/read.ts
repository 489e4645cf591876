/** Evidence from disk: ours is read, anything else is refused with its place. */
import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { InputError } from '../errors.ts';
import type { Problem } from '../platform/problems.ts';
import { EVIDENCE_VERSION, type Evidence, evidenceSchema } from './evidence.ts';
import { locate, positionAt } from './json-position.ts';
import { oneLine } from './text.ts';
import { pathText } from './write.ts';

const MOST_PROBLEMS = 20;

/**
 * Reads a record. Throws an InputError, located in the file, when it cannot be read, is not JSON, is not evidence, is of another
 * version, or breaks the schema (its counts included).
 */
export async function readEvidence(file: string): Promise<Evidence> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw refusal('cannot be read', [
      problem(file, '', 0, cause, 'give the path of a .json file that surefoot wrote with --report-dir'),
    ]);
  }
  return parseEvidence(text, file);
}

/** The same for a text at hand; `file` is only named in problems. */
export function parseEvidence(text: string, file: string): Evidence {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const place = locate(text, []);
    const offset = 'broken' in place ? place.broken : 0;
    const cause = offset >= text.length ? 'the JSON ends too early' : 'this is not JSON';
    throw refusal('is not JSON', [
      problem(file, text, offset, cause, 'give the .json file of a report, whole and unchanged'),
    ]);
  }
  const version = typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;
  if (version !== EVIDENCE_VERSION) {
    throw refusal('is not evidence that this version reads', [versionProblem(file, text, version)]);
  }
  const checked = evidenceSchema.safeParse(value);
  if (!checked.success) {
    throw refusal('is not valid evidence', schemaProblems(checked.error, text, file));
  }
  return checked.data;
}

function versionProblem(file: string, text: string, version: unknown): Problem {
  const place = locate(text, ['version']);
  const offset = 'found' in place ? place.found : 0;
  if (typeof version === 'string' && version.startsWith('surefoot/evidence/')) {
    const message = `the version is ${oneLine(version)}, this surefoot reads ${EVIDENCE_VERSION}`;
    return problem(file, text, offset, message, 'read it with the version of surefoot that wrote it');
  }
  const hint = `evidence is a JSON object that holds "version": "${EVIDENCE_VERSION}"`;
  return problem(file, text, offset, 'this is not evidence of surefoot', hint);
}

function schemaProblems(error: z.ZodError, text: string, file: string): Problem[] {
  return error.issues.slice(0, MOST_PROBLEMS).map((issue) => {
    const place = locate(text, issue.path);
    const message = `${pathText(issue.path)}: ${issue.message}`;
    const hint = 'evidence is not edited by hand: run the operation again, or restore the file';
    return problem(file, text, 'found' in place ? place.found : 0, message, hint);
  });
}

function problem(file: string, text: string, offset: number, message: string, hint: string): Problem {
  return { file, ...positionAt(text, offset), message, hint };
}

function refusal(what: string, problems: readonly Problem[]): InputError {
  return new InputError('evidence-invalid', `${problems[0]?.file ?? 'the file'} ${what}`, problems);
}
