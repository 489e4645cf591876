/** One service in one environment while it is being resolved: where its fields were written, and how to fill in its names. */
import { parseDuration } from '../duration.ts';
import type { Finding, Findings } from '../findings.ts';
import type { Environment } from '../model.ts';
import type { Names } from '../names.ts';
import type { Path } from '../source/spots.ts';

export class ServiceContext {
  readonly findings: Findings;
  readonly names: Names;
  readonly key: string;
  readonly environment: Environment;

  constructor(findings: Findings, names: Names, key: string, environment: Environment) {
    this.findings = findings;
    this.names = names;
    this.key = key;
    this.environment = environment;
  }

  /** Where a field of the merged service was written: in the override of this environment, else in the service itself. */
  at(...field: Path): Path {
    const override = ['services', this.key, 'environments', this.environment.name, ...field];
    return this.findings.document.has(override) ? override : ['services', this.key, ...field];
  }

  report(finding: Finding): void {
    this.findings.report(finding);
  }

  expand(text: string, ...field: Path): string {
    return this.names.expand(text, this.environment.name, this.at(...field));
  }
}

/** Seconds of a duration that the schema has accepted. */
export function seconds(duration: string): number {
  return parseDuration(duration) ?? 0;
}
