import { describe, expect, it } from 'vitest';
import { ownFindings } from '../../../src/operations/gate/findings/own-findings.ts';
import { at, checkov, listOf, secret, trivy } from './samples.ts';

/** `rule line` of every finding of one file. */
function found(file: string, text: string): string[] {
  return ownFindings(new Map([[file, text]])).map((one) =>
    'rule' in one ? `${one.rule.replace('surefoot-', '')} ${one.location.startLine}` : one.id,
  );
}

const DIGEST = `sha256:${'a'.repeat(64)}`;
const COMMIT = 'b'.repeat(40);

describe('images that a tag names', () => {
  it.each([
    [
      'Dockerfile',
      'FROM node:22 AS build\nFROM build\nFROM scratch\nFROM --platform=linux/amd64 nginx',
      ['mutable-image 1', 'mutable-image 4'],
    ],
    ['Dockerfile', `FROM node:22@${DIGEST}`, []],
    ['Dockerfile', 'ARG BASE=node:22\nFROM $BASE', []],
    ['task-definition.json', '{\n  "image": "123.dkr.ecr.eu-west-1.amazonaws.com/api:1.4.2",\n', ['mutable-image 2']],
    [
      'infra/service.tf',
      `  image = "nginx:latest"\n  image = var.image\n  image = "\${var.repo}:\${var.tag}"`,
      ['mutable-image 1'],
    ],
    ['compose.yaml', `services:\n  a:\n    image: redis:7\n  b:\n    image: redis@${DIGEST}`, ['mutable-image 3']],
    ['.github/workflows/ci.yml', 'jobs:\n  a:\n    container:\n      image: node:22', ['mutable-image 4']],
    ['notes.md', 'image: nginx:latest', []],
    ['values.yaml', 'image: main', []],
  ])('%s: %s', (file, text, expected) => expect(found(file, text)).toEqual(expected));

  it('are left to a scanner that has said it of the same line', () => {
    const files = { Dockerfile: 'FROM nginx:latest\n' };
    expect(listOf([], files)).toHaveLength(1);
    expect(listOf([trivy('DS-0001', at('Dockerfile', 1))], files)).toHaveLength(1);
    expect(listOf([checkov('CKV_DOCKER_7', at('Dockerfile', 1))], files)).toHaveLength(1);
  });
});

describe('actions that are not pinned', () => {
  it.each([
    [`      - uses: actions/checkout@v4\n      - uses: actions/checkout@${COMMIT} # v4`, ['unpinned-action 1']],
    ['    uses: ./.github/actions/own', []],
    ['    uses: $/actions/deploy', []],
    ['    uses: $acme/action@main', ['unpinned-action 1']],
    ['      - uses: "aquasecurity/trivy-action@0.28.0"', ['unpinned-action 1']],
    ['      - uses: acme/action@main', ['unpinned-action 1']],
    ['      - uses: docker://alpine:3.20', ['mutable-image 1']],
    ['      - run: echo uses', []],
  ])('%s', (text, expected) => expect(found('.github/workflows/ci.yml', text)).toEqual(expected));

  it('weigh more when they are not GitHub’s own', () => {
    const list = ownFindings(new Map([['action.yml', 'uses: actions/cache@v4\nuses: acme/x@v1\n']]));
    expect(list.map((one) => 'severity' in one && one.severity)).toEqual(['medium', 'high']);
  });
});

describe('secrets written into an environment', () => {
  it.each([
    [
      'task-definition.json',
      '"environment": [\n { "name": "DB_PASSWORD", "value": "hunter22" }\n]',
      ['plain-secret 2'],
    ],
    ['task-definition.json', '{\n "name": "API_KEY",\n "value": "abcd1234"\n}', ['plain-secret 2']],
    ['task-definition.json', '{ "name": "DB_PASSWORD", "valueFrom": "arn:aws:secretsmanager:x" }', []],
    [
      'service.tf',
      '  environment = [{ name = "DB_PASSWORD", value = "hunter22" }, { name = "PORT", value = "8000" }]',
      ['plain-secret 1'],
    ],
    ['service.tf', '  environment = [{ name = "DB_PASSWORD", value = var.password }]', []],
    ['service.tf', `{ name = "DB_PASSWORD", value = "\${data.x.y}" }`, []],
    [
      'rds.tf',
      '  master_password = "hunter22"\n  password_length = "12345"\n  db_password = var.password',
      ['plain-secret 1'],
    ],
    ['.env', 'DB_PASSWORD=hunter22\nSECRET_ARN=arn:aws:x\nTOKEN_URL=https://x.y\nDEBUG_TOKEN=true', ['plain-secret 1']],
    ['.env.example', 'DB_PASSWORD=hunter22', []],
    ['Dockerfile', 'ENV DB_PASSWORD hunter22\nARG API_KEY=abcd1234', ['plain-secret 1', 'plain-secret 2']],
    [
      '.github/workflows/ci.yml',
      `env:\n  API_TOKEN: abcd1234\n  OTHER_TOKEN: \${{ secrets.TOKEN }}\n  # OLD_TOKEN: abcd1234`,
      ['plain-secret 2'],
    ],
    ['readme.md', 'DB_PASSWORD=hunter22', []],
  ])('%s: %s', (file, text, expected) => expect(found(file, text)).toEqual(expected));

  it('are left to a scanner that found one on the same line', () => {
    const files = { '.env': 'API_KEY=AKIAIOSFODNN7EXAMPLE\n' };
    expect(listOf([], files)).toMatchObject([{ foundBy: ['surefoot'] }]);
    expect(listOf([secret('aws-access-key-id', at('.env', 1))], files)).toMatchObject([
      { rule: 'aws-access-key-id', foundBy: ['trivy', 'surefoot'] },
    ]);
  });
});
