/** Workflow commands and command files, read as the runner reads them (actions/runner: ActionCommand.cs, FileCommandManager.cs). */

export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** Those that the runner acts on. */
const REGISTERED = new Set([
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'internal-set-repo-path',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
  'warning',
]);

/** Every command in a log, in order. A line may end with any of the three line ends, as .NET reads lines. */
export function commandsIn(log: string): Command[] {
  return log.split(/\r\n|\r|\n/).flatMap((line) => newForm(line) ?? oldForm(line) ?? []);
}

/** `::name key=value,key=value::data` after white space. */
function newForm(line: string): Command | undefined {
  const trimmed = line.replace(/^[\s\u0085]+/, '');
  const match = /^::(.*?)::(.*)$/s.exec(trimmed);
  return match === null ? undefined : command(match[1] ?? '', match[2] ?? '', ',');
}

/** `##[name key=value;key=value]data`, anywhere in the line. */
function oldForm(line: string): Command | undefined {
  const match = /##\[(.*?)\](.*)$/s.exec(line);
  return match === null ? undefined : command(match[1] ?? '', match[2] ?? '', ';');
}

function command(head: string, data: string, separator: string): Command | undefined {
  const [name = '', ...rest] = head.split(' ');
  if (!REGISTERED.has(name.toLowerCase())) {
    return undefined;
  }
  const pairs = rest
    .join(' ')
    .split(separator)
    .filter((pair) => pair.includes('='))
    .map((pair) => [pair.slice(0, pair.indexOf('=')).trim(), decode(pair.slice(pair.indexOf('=') + 1))]);
  return {
    name: name.toLowerCase(),
    properties: Object.fromEntries(pairs) as Record<string, string>,
    data: decode(data),
  };
}

function decode(text: string): string {
  return text
    .replace(/%3A/g, ':')
    .replace(/%2C/g, ',')
    .replace(/%0D/g, '\r')
    .replace(/%0A/g, '\n')
    .replace(/%25/g, '%');
}

/** `name=value` and `name<<delimiter … delimiter`. @throws Error for what the runner refuses */
export function parseFileCommand(text: string): Record<string, string> {
  const lines = text.split('\n');
  const values: Record<string, string> = {};
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const [, name, delimiter] = /^([^=]*?)<<(.+)$/.exec(line) ?? [];
    if (name !== undefined && delimiter !== undefined) {
      const end = lines.indexOf(delimiter, at + 1);
      if (end === -1) {
        throw new Error(`no end of ${name}`);
      }
      values[name] = lines.slice(at + 1, end).join('\n');
      at = end;
    } else if (line !== '') {
      const split = line.indexOf('=');
      if (split < 1) {
        throw new Error(`neither name=value nor name<<delimiter: ${line}`);
      }
      values[line.slice(0, split)] = line.slice(split + 1);
    }
  }
  return values;
}
