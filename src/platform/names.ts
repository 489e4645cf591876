/** Names with `{environment}` in them, and that no two services end up with the same one. */
import type { Findings } from './findings.ts';
import { pathText } from './findings.ts';
import { shown } from './schema/fields.ts';
import type { Path } from './source/spots.ts';

const PLACEHOLDER = '{environment}';
/** Everything that looks like a placeholder of some tool: `{env}`, `${environment}`, `{{ environment }}`. */
const ANY_PLACEHOLDER = /\$?\{+[^{}]*\}+/g;

export class Names {
  readonly #findings: Findings;
  readonly #claimed = new Map<string, Path>();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** The text with the environment's name filled in; any other placeholder is reported. */
  fill(text: string, environment: string, path: Path): string {
    const foreign = text.match(ANY_PLACEHOLDER)?.find((found) => found !== PLACEHOLDER);
    const filled = text.replaceAll(PLACEHOLDER, environment);
    if (foreign !== undefined || /[{}]/.test(filled)) {
      this.#findings.report({
        path,
        what: `has ${foreign ?? 'a lone brace'} in it; the only placeholder is ${PLACEHOLDER}`,
        write: foreign === undefined ? `a name with ${PLACEHOLDER}` : text.replace(ANY_PLACEHOLDER, PLACEHOLDER),
      });
    }
    return filled;
  }

  /** The same for a name of ECS: letters, digits, `-` and `_`, at most 255 (ECS API, CreateService and CreateCluster). */
  expand(text: string, environment: string, path: Path): string {
    const filled = this.fill(text, environment, path);
    if (!/[{}]/.test(filled) && !/^[A-Za-z0-9_-]{1,255}$/.test(filled)) {
      this.#findings.report({
        path,
        what: `becomes ${shown(filled)}, which ECS does not take: letters, digits, - and _, at most 255`,
        write: filled.replace(/[^A-Za-z0-9_-]/g, '').slice(0, 255),
      });
    }
    return filled;
  }

  /** Notes who has a name; reports the second one to ask for it. */
  claim(name: string, path: Path): void {
    const owner = this.#claimed.get(name);
    if (owner === undefined) {
      this.#claimed.set(name, path);
      return;
    }
    this.#findings.report({
      path,
      what:
        pathText(owner) === pathText(path)
          ? 'is the same in two environments that share a cluster'
          : `is the same as ${pathText(owner)} in the same cluster`,
      write: `a name of its own, with ${PLACEHOLDER} in it`,
      needs: [owner],
    });
  }
}
