import { describe, expect, it } from 'vitest';
import { requiredFile } from '../../../../src/operations/gate/scan/scan-kinds.ts';

async function kind(path: string, text = ''): Promise<string> {
  const found = await requiredFile({ path, bytes: Buffer.byteLength(text), link: false }, () => Promise.resolve(text));
  return found === undefined ? 'nothing' : `${found.type} ${found.scanners.join('+')}`;
}

const TEMPLATE = 'AWSTemplateFormatVersion: "2010-09-09"\nResources: {}\n';

describe('requiredFile', () => {
  it.each([
    ['main.tf', 'terraform trivy+checkov'],
    ['main.tf.json', 'terraform trivy'],
    ['main.tofu', 'terraform trivy'],
    ['prod.tfvars', 'nothing'],
    ['main.tf.bak', 'nothing'],
    ['.github/workflows/ci.yml', 'github-workflow checkov'],
    ['x/.github/workflows/ci.yaml', 'github-workflow checkov'],
    ['.github/dependabot.yml', 'nothing'],
    ['Dockerfile', 'dockerfile trivy+checkov'],
    ['x/Dockerfile.dev', 'dockerfile trivy+checkov'],
    ['api.Dockerfile', 'dockerfile trivy+checkov'],
    ['dockerfile', 'dockerfile checkov'],
    ['Containerfile', 'dockerfile trivy'],
    ['Dockerfile.a.b', 'dockerfile checkov'],
    ['Dockerfile.dockerignore', 'nothing'],
    ['MyDockerfile', 'nothing'],
  ])('knows %s by its name', async (path, expected) => {
    expect(await kind(path)).toBe(expected);
  });

  it.each([
    ['stack.yaml', TEMPLATE, 'cloudformation trivy+checkov'],
    ['stack.template', TEMPLATE, 'cloudformation checkov'],
    ['stack.json', '{"Resources":{"T":{"Type":"AWS::SNS::Topic"}}}', 'cloudformation trivy+checkov'],
    ['stack.json', '{"AWSTemplateFormatVersion":"2010-09-09"', 'cloudformation trivy+checkov'],
    ['stack.yml', 'Resources:\n  T:\n    Type: AWS::SNS::Topic\n  - broken', 'cloudformation trivy+checkov'],
    ['stack.md', TEMPLATE, 'nothing'],
    ['large.yaml', TEMPLATE.padEnd(2 * 1024 * 1024, ' '), 'nothing'],
    ['other.yaml', 'resources:\n  - Type: x\n', 'nothing'],
    ['openapi.json', '{"type":"object","Resources":{}}', 'nothing'],
  ])('knows a template %s by its text', async (path, text, expected) => {
    expect(await kind(path, text)).toBe(expected);
  });

  it.each([
    ['package-lock.json', '{"packages":{"":{},"node_modules/a":{"version":"1.0.0"}}}', true],
    ['package-lock.json', '{"packages":{"":{"name":"empty"}}}', false],
    ['package-lock.json', '{"packages":{"":{"name":"cut', true],
    ['x/yarn.lock', 'a@^1:\n  version "1.0.0"\n', true],
    ['x/yarn.lock', '# yarn lockfile v1\n', false],
    ['requirements.txt', '# none\nrequests>=2\n', false],
    ['requirements.txt', 'requests==2.0.0\n', true],
    ['go.mod', 'module x\n\ngo 1.25\n', false],
    ['go.mod', 'module x\n\nrequire (\n\ta.b/c v1.0.0\n)\n', true],
    ['Gemfile.lock', 'GEM\n  specs:\n    rake (13.0.0)\n', true],
    ['poetry.lock', '[[package]]\nname = "a"\n', true],
    ['packages.txt', 'requests==2.0.0\n', false],
  ])('asks for %s only when it names packages', async (path, text, expected) => {
    expect(await kind(path, text)).toBe(expected ? 'lock-file trivy' : 'nothing');
  });
});
