/** Comments in the code that hide findings from a scanner. Trivy leaves no trace of them in its output, so they are read from the source. */
import type { Sources } from './content.ts';
import { overlaps, type RawMisconfiguration, type RawSecret, type TreeScan } from './finding.ts';
import type { Reported } from './merge.ts';

/** Files that may be code of a kind that has such comments; elsewhere (this tool's guides, say) they are words. */
const CODE =
  /\.(?:tf|tofu|tfvars|hcl|ya?ml|json|template|toml|bicep)$|(^|\/)(?:(?:Docker|Container)file(?:\.[\w.-]+)?|[\w.-]+\.(?:Docker|Container)file|\.env(?:\.[\w-]+)?)$/i;

/** Trivy's comment and its older name: `#trivy:ignore:AWS-0107:exp:2026-12-31`, `//tfsec:ignore:aws-ec2-no-public-ingress-sgr`. */
const TRIVY = /\b(?:trivy|tfsec):ignore:([\w*-]+)((?:\[[^\]]*\])?(?::(?:exp|ws):[\w-]+)*)/g;
const COMMENT = /(?:#|\/\/|\/\*|--)/;
/** detect-secrets, which Checkov uses for secrets: `pragma: allowlist secret`, `pragma: allowlist nextline secret`. */
const PRAGMA = /pragma:\s*(?:allow|white)list\s+(nextline\s+)?secret/i;

/**
 * What the scanners reported, and what comments keep them from reporting: Checkov's own list of skipped checks, Trivy's comments as found in
 * the text. A comment of Trivy's that ran out hides nothing and is not counted. `today`: `2026-11-21`.
 */
export function reportedWithSuppressed(scan: TreeScan, sources: Sources, today: string): Reported[] {
  const plain = scan.findings.map((raw): Reported => ({ raw, suppression: undefined }));
  const skipped = scan.suppressed.map(({ finding, by, statement }): Reported => {
    const rule = finding.kind === 'vulnerability' ? finding.id : finding.rule;
    return { raw: finding, suppression: { scanner: finding.scanner, rule, by, statement } };
  });
  const comments = [...sources].flatMap(([file, text]) => (CODE.test(file) ? commentsOf(file, text, today) : []));
  const unreported = comments.filter(
    ({ raw }) =>
      raw.kind !== 'secret' ||
      // A scanner that sees the secret all the same has said more than the comment does.
      !scan.findings.some((one) => one.kind === 'secret' && overlaps(one.location, raw.location)),
  );
  return [...plain, ...skipped, ...unreported];
}

function commentsOf(file: string, text: string, today: string): Reported<RawMisconfiguration | RawSecret>[] {
  if (!/:ignore:|list\s+(?:nextline\s+)?secret/i.test(text)) {
    return [];
  }
  return text.split(/\r\n|\r|\n/).flatMap((line, index) => {
    const comment = COMMENT.exec(line);
    const said = comment === null ? '' : line.slice(comment.index);
    const pragma = PRAGMA.exec(said);
    return [
      ...[...said.matchAll(TRIVY)].flatMap(([, rule = '', rest = '']) =>
        hasEnded(rest, today) ? [] : [hiddenByTrivy(file, index + 1, rule.replace(/^AVD-/i, ''))],
      ),
      ...(pragma === null ? [] : [hiddenSecret(file, index + 1 + (pragma[1] === undefined ? 0 : 1))]),
    ];
  });
}

/** Trivy takes an expiry as exclusive: on that day the comment has ended. */
function hasEnded(rest: string, today: string): boolean {
  const expiry = /:exp:(\d{4}-\d{2}-\d{2})/.exec(rest)?.[1];
  return expiry !== undefined && expiry <= today;
}

function hiddenByTrivy(file: string, line: number, rule: string): Reported<RawMisconfiguration> {
  return {
    raw: {
      kind: 'misconfiguration',
      scanner: 'trivy',
      rule,
      severity: undefined,
      title: `A comment hides ${rule} from Trivy`,
      message: undefined,
      // It stands above what it hides, or on the same line.
      location: { file, startLine: line, endLine: line + 1 },
      resource: undefined,
      url: undefined,
    },
    suppression: { scanner: 'trivy', rule, by: 'inline', statement: undefined },
  };
}

function hiddenSecret(file: string, line: number): Reported<RawSecret> {
  return {
    raw: {
      kind: 'secret',
      scanner: 'checkov',
      artifact: { kind: 'tree' },
      rule: 'allowlisted-secret',
      severity: 'high',
      title: 'A comment hides a secret from Checkov',
      location: { file, startLine: line, endLine: line },
    },
    suppression: { scanner: 'checkov', rule: 'allowlisted-secret', by: 'inline', statement: undefined },
  };
}
