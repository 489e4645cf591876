/** The fidelity table as Markdown. Pure: the same catalogue and behaviours give the same text. */
import type { Operation } from '../wire/operation.ts';
import type { Behaviour, BehaviourSection } from './behaviour.ts';
import type { ServiceEntry } from './catalogue.ts';
import { refusedMembers } from './members.ts';

const MARKS: Readonly<Record<Behaviour['status'], string>> = {
  supported: '● supported',
  simplified: '◐ simplified',
  'not modelled': '○ not modelled',
};

/** The whole page. Links to tests are relative to `docs/`. */
export function fidelityPage(entries: readonly ServiceEntry[], sections: readonly BehaviourSection[]): string {
  return [
    introduction(entries, sections),
    contents(entries, sections),
    '## Behaviours',
    ...sections.map(behaviourSection),
    '## Operations',
    operationsIntroduction(),
    ...entries.map(serviceSection),
  ]
    .join('\n\n')
    .concat('\n');
}

function introduction(entries: readonly ServiceEntry[], sections: readonly BehaviourSection[]): string {
  const all = sections.flatMap(({ behaviours }) => behaviours);
  const count = (status: Behaviour['status']) => all.filter((each) => each.status === status).length;
  const proven = all.filter(({ proof }) => proof !== undefined).length;
  const operations = entries.reduce((sum, entry) => sum + entry.operations.length, 0);
  return `# What the rehearsal platform shows of AWS, and what it does not

This page is generated from the code (\`node scripts/fidelity.mjs\`); a test fails when it is out of date, and when a test that it names is gone.

**Real** are the requests, the servers that answer them, and the load balancer between them: processes, sockets, HTTP. A request that is lost
in a rehearsal was lost by a real server that ended too early, or a real connection that broke. The protocols are real too: any AWS client
talks to the platform as it talks to AWS.

**Simulated** is AWS's control plane: what ECS decides, when a deployment goes on, what an alarm says. It follows AWS's documentation, page by page.
Its waits may be shortened (\`--speed\`); the request path and health checks never are.

**Refused** is everything else. An operation or a member that the platform has no code for is an error that names it, never silence.

| | |
| --- | --- |
| Behaviours | ${all.length}: ${count('supported')} as AWS documents them, ${count('simplified')} simplified, ${count('not modelled')} not modelled |
| Proven by a test | ${proven} of ${all.length} |
| Operations | ${operations} over ${entries.length} services |`;
}

function contents(entries: readonly ServiceEntry[], sections: readonly BehaviourSection[]): string {
  const link = (title: string) => `[${title}](#${anchor(title)})`;
  const services = entries.map(({ service, operations }) => `${link(service.title)} (${operations.length})`);
  return `## Contents

- ${link('Behaviours')}: ${sections.map(({ title }) => link(title)).join(' · ')}
- ${link('Operations')}: ${services.join(' · ')}`;
}

/** GitHub's anchor of a heading. */
export function anchor(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

function behaviourSection({ title, behaviours }: BehaviourSection): string {
  const rows = behaviours.map((each) => {
    const difference = each.status === 'supported' ? (each.note ?? '') : each.differs;
    const source = each.source === undefined ? '' : ` [AWS](${each.source})`;
    return row(`${each.does}${source}`, MARKS[each.status], difference, proofLink(each));
  });
  return [
    `### ${title}`,
    '',
    row('What happens', 'Status', 'What differs, or was chosen where AWS is silent', 'Proof'),
    row('---', '---', '---', '---'),
    ...rows,
  ].join('\n');
}

function proofLink({ proof }: Behaviour): string {
  return proof === undefined ? 'not proven by a test' : `[${proof.test}](../${proof.file})`;
}

function operationsIntroduction(): string {
  return `Members are those of the request, as paths: \`a[].b\` is \`b\` of every element of \`a\`, \`a.*\` all that is below \`a\`. *Inert* members are accepted and
given back but have no effect here, for the reason that is given; *refused* ones end the request with UnsupportedParameterException.
Every operation is also driven by boto3, each request and answer checked against AWS's own models: [test/contract](../test/contract).`;
}

function serviceSection({ service, operations, lacking }: ServiceEntry): string {
  return [
    `### ${service.title}`,
    '',
    `${operations.length} of AWS's ${service.operations.size} operations. Tests: [test/rehearsal/${service.id}](../test/rehearsal/${service.id}).`,
    '',
    ...operations.map(operationDetails),
    '',
    `<details><summary>Not supported: ${lacking.length} operations, refused by name</summary>`,
    '',
    lacking.map(code).join(', '),
    '',
    '</details>',
  ].join('\n');
}

function operationDetails(operation: Operation): string {
  const inert = Object.entries(operation.inert);
  const refused = refusedMembers(operation);
  const counts = [`${operation.supports.length} members`];
  if (inert.length > 0) {
    counts.push(`${inert.length} inert`);
  }
  if (refused.length > 0) {
    counts.push(`${refused.length} refused`);
  }
  return [
    `<details><summary><b>${operation.name}</b>: ${counts.join(', ')}</summary>`,
    '',
    `[AWS's page](${operation.source})`,
    '',
    operation.supports.length === 0
      ? 'It has no members here.'
      : `Honoured: ${operation.supports.map(code).join(', ')}`,
    '',
    ...(inert.length === 0
      ? []
      : [row('Inert', 'Why'), row('---', '---'), ...inert.map(([member, reason]) => row(code(member), reason)), '']),
    ...(refused.length === 0 ? [] : [`Refused: ${refused.map(code).join(', ')}`, '']),
    '</details>',
  ].join('\n');
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}
