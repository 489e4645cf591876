/**
 * Secrets written into an environment under a telling name, such as `DB_PASSWORD=…` of an ECS task. Scanners look for the shapes of
 * known keys and for high entropy, and pass over a password that somebody thought of.
 */
import type { RawSecret } from './finding.ts';

const FILES =
  /(^|\/)(?:\.env(?:\.[\w-]+)?|(?:Docker|Container)file(?:\.[\w.-]+)?)$|\.(?:tf|tofu|tfvars|json|template|ya?ml|env|toml)$/i;
/** Files whose values are no configuration of anything that runs. */
const NOT_CONFIGURATION =
  /(^|\/)(?:package-lock|package|composer|tsconfig|npm-shrinkwrap)\.json$|(^|\/)(?:pnpm-lock\.yaml|\.env\.(?:example|sample|template|dist))$/;

const SECRET_NAME =
  /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|PWD|SECRET|SECRET_KEY|SECRET_ACCESS_KEY|TOKEN|API_?KEY|PRIVATE_KEY|ACCESS_KEY|CREDENTIALS?|AUTH_KEY|SIGNING_KEY|ENCRYPTION_KEY)$/i;
const VALUE = `["']?([^"'\\s,}#]+)["']?`;
/** `NAME: value`, `NAME = value`, `NAME=value`, `ENV NAME value`; names in capitals, as environments have them. */
const ASSIGNMENT = new RegExp(
  `^[\\s{-]*(?:(?:ENV|ARG|export)\\s+)?["']?([A-Z][A-Z0-9_]*)["']?\\s*[:=]\\s*${VALUE}|^\\s*ENV\\s+([A-Z][A-Z0-9_]*)\\s+${VALUE}`,
);
/** `password = "…"` of Terraform: arguments of resources are in small letters. */
const ARGUMENT = /^\s*(\w*(?:password|passwd|secret_key|api_key|auth_token|private_key))\s*=\s*"([^"]*)"/;
const NAME_FIELD = /["']?\bname["']?\s*[:=]\s*["']?([A-Z][A-Z0-9_]*)\b/;
const VALUE_FIELD = /["']?\bvalue["']?\s*[:=]\s*["']([^"']*)["']|["']?\bvalue["']?\s*[:=]\s*([^"'\s,}{]+)/;

/** How far `value` may stand from its `name`. */
const PAIR_LINES = 2;

/** The secrets of one file; never with their values. */
export function plainSecrets(file: string, lines: readonly string[]): RawSecret[] {
  if (!FILES.test(file) || NOT_CONFIGURATION.test(file)) {
    return [];
  }
  return lines.flatMap((line, index) => {
    if (/^\s*(?:#|\/\/)/.test(line)) {
      return [];
    }
    return inPair(file, lines, index) ?? inAssignment(file, line, index);
  });
}

function inAssignment(file: string, line: string, index: number): RawSecret[] {
  const terraform = /\.(?:tf|tofu|tfvars)$/.test(file) ? ARGUMENT.exec(line) : null;
  const [, left, right, envName, envValue] = terraform ?? ASSIGNMENT.exec(line) ?? [];
  const name = left ?? envName ?? '';
  const value = right ?? envValue ?? '';
  return (terraform !== null || SECRET_NAME.test(name)) && isLiteral(value) ? [secret(file, name, index, index)] : [];
}

/** `{ "name": "DB_PASSWORD", "value": "…" }` of a container definition, on one line or the next ones; undefined: it is no such pair. */
function inPair(file: string, lines: readonly string[], index: number): RawSecret[] | undefined {
  const pairs: RawSecret[] = [];
  for (const part of (lines[index] ?? '').split(/(?<=\})/)) {
    const name = NAME_FIELD.exec(part)?.[1];
    if (name !== undefined && SECRET_NAME.test(name)) {
      const found = valueNear(part, lines, index);
      if (found !== undefined && isLiteral(found.value)) {
        pairs.push(secret(file, name, Math.min(index, found.index), Math.max(index, found.index)));
      }
    }
  }
  return pairs.length === 0 ? undefined : pairs;
}

function valueNear(
  part: string,
  lines: readonly string[],
  index: number,
): { value: string; index: number } | undefined {
  const here = VALUE_FIELD.exec(part);
  if (here !== null) {
    return { value: here[1] ?? here[2] ?? '', index };
  }
  if (part.includes('}')) {
    return undefined;
  }
  for (let next = index + 1; next <= index + PAIR_LINES; next += 1) {
    const line = lines[next] ?? '';
    const found = VALUE_FIELD.exec(line);
    if (found !== null) {
      return { value: found[1] ?? found[2] ?? '', index: next };
    }
    if (line.includes('}')) {
      return undefined;
    }
  }
  return undefined;
}

/** A value that stands for itself: not a reference, not a placeholder, not a switch or a number. */
function isLiteral(value: string): boolean {
  return (
    value.length >= 4 &&
    !/[$<]|\{\{|^\(/.test(value) &&
    !/^(?:arn:|aws:|ssm:|vault:|secretsmanager:|https?:\/\/|file:|\/|var\.|local\.|data\.|module\.|each\.|random_|aws_|\*+$|x{3,}$)/i.test(
      value,
    ) &&
    !/^(?:true|false|null|none|required|optional|string|inherit|read|write|\d+)$/i.test(value)
  );
}

function secret(file: string, name: string, first: number, last: number): RawSecret {
  return {
    kind: 'secret',
    scanner: 'surefoot',
    artifact: { kind: 'tree' },
    rule: 'surefoot-plain-secret',
    severity: 'high',
    title: `${name} is written down; take it from Secrets Manager or Parameter Store`,
    location: { file, startLine: first + 1, endLine: last + 1 },
  };
}
