/** docs/reference is what the code says (npx vitest run test/docs/reference.test.ts -u writes it). */
import { expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { platformJsonSchema } from '../../src/platform/schema/json-schema.ts';
import { commandsPage, platformFilePage } from './support/reference.ts';

it('has every command with its options', async () => {
  await expect(commandsPage(createProgram())).toMatchFileSnapshot('../../docs/reference/commands.md');
});

it('has every key of surefoot.yml', async () => {
  await expect(platformFilePage(platformJsonSchema())).toMatchFileSnapshot('../../docs/reference/surefoot-yml.md');
});
