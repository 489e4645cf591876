/** Rotating a secret that running tasks have in their environment: with real tasks, cut off anywhere, put back, refused. */
import { DeleteSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RotateSecretInputs } from '../../../../src/operations/recover/secret/scene.ts';
import { cutsOf } from '../lab.ts';
import { type Shop, startShop } from './shop.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

let shop: Shop;

beforeAll(async () => {
  shop = await startShop();
});

afterAll(async () => {
  await shop.stop();
  expect(shop.managed.bugs).toEqual([]);
});

interface Called {
  readonly variables: Readonly<Record<string, string>>;
  readonly stdin: string | undefined;
}

function inputsOf(secret: string, value: string, more: Partial<RotateSecretInputs> = {}): RotateSecretInputs {
  const bytes = Buffer.from(value);
  return {
    ...{ secret, value: { bytes }, keepNewline: false, undo: false, revoke: undefined, checkUrl: undefined },
    ...more,
  };
}

function revoking(code = 0): { readonly called: Called[]; readonly revoke: NonNullable<RotateSecretInputs['revoke']> } {
  const called: Called[] = [];
  return {
    called,
    revoke: {
      withOldValue: true,
      run: async (variables, stdin) => {
        called.push({ variables, stdin });
        return code;
      },
    },
  };
}

it('puts the new value, restarts what takes it, sees it in use, and revokes the old one', async () => {
  const { arn, version: old } = await shop.secret('shop/api-key', 'first-value');
  await shop.take({ API_KEY: arn });
  expect(await shop.environments('API_KEY')).toEqual(['first-value', 'first-value']);
  const { called, revoke } = revoking();
  const checkUrl = shop.managed.rehearsal.services[shop.managed.target.ecsService]?.url;
  const folder = await shop.folder();
  const { evidence, changes, planned, journal } = await shop.rotate(
    inputsOf('shop/api-key', 'second-value\n', { revoke, checkUrl }),
    { folder },
  );
  // The lab's ports send no requests: the check of the address cannot pass, and so nothing is revoked.
  expect(evidence).toMatchObject({
    verdict: 'fail',
    reasons: [{ code: 'not-verified', message: expect.stringContaining('request that needs the secret') }],
  });
  expect(called).toEqual([]);
  expect(planned.notes.join('\n')).toMatch(/line end at the end of the new value is left out/);

  const again = await shop.rotate(inputsOf('shop/api-key', 'second-value\n', { revoke }), { folder });
  expect([again.evidence?.verdict, again.evidence?.reasons[0]?.code]).toEqual(['pass', 'recovered']);
  expect(changes.concat(again.changes)).toEqual(['put', 'updateService', 'moveStage']);
  expect(await shop.environments('API_KEY')).toEqual(['second-value', 'second-value']);
  const version = called[0]?.variables['SUREFOOT_NEW_VERSION_ID'] ?? '';
  expect(called).toEqual([
    {
      variables: { SUREFOOT_SECRET_ARN: arn, SUREFOOT_OLD_VERSION_ID: old, SUREFOOT_NEW_VERSION_ID: version },
      stdin: 'first-value',
    },
  ]);
  expect(await shop.versionsInUse()).toEqual([version, version]);
  expect(await shop.stages(arn)).toEqual({ [version]: ['AWSCURRENT'], [old]: ['AWSPREVIOUS', 'SUREFOOT_REVOKED'] });
  expect(JSON.stringify([evidence, again.evidence]) + journal + again.journal).not.toMatch(/first-value|second-value/);

  const undone = await shop.rotate(inputsOf('shop/api-key', '', { value: undefined, undo: true }), {
    folder: await shop.folder(),
  });
  expect(undone.planned.refusals).toMatchObject([{ code: 'revoked-already' }]);
});

it('goes on wherever it was cut off, and puts each value once', async () => {
  const { arn } = await shop.secret('shop/cut', 'value-0');
  await shop.take({ CUT: arn });
  let value = 'value-0';
  for (const [at, cut] of cutsOf(3).entries()) {
    const former = value;
    value = `value-${at + 1}`;
    const { called, revoke } = revoking();
    const folder = await shop.folder();
    const first = await shop.rotate(inputsOf(arn, value, { revoke }), { folder, cut });
    expect(first.evidence?.reasons[0]?.code).toBe('cancelled');
    const second = await shop.rotate(inputsOf(arn, value, { revoke }), { folder });
    expect([cut, second.evidence?.verdict, second.evidence?.reasons]).toEqual([cut, 'pass', expect.anything()]);
    expect([cut, await shop.environments('CUT')]).toEqual([cut, [value, value]]);
    expect(called.map(({ stdin }) => stdin)).toEqual([former]);
    const puts = [...first.changes, ...second.changes].filter((change) => change === 'put');
    // Before the call AWS has not heard of it.
    expect(puts.length).toBe(cut.call === 1 && cut.when === 'before' ? 2 : 1);
  }
});

it('puts the former value back, cut off anywhere', async () => {
  const { arn } = await shop.secret('shop/undo', 'good-value');
  await shop.take({ UNDO: arn });
  for (const cut of [undefined, ...cutsOf(2)]) {
    await shop.rotate(inputsOf(arn, 'bad-value'), { folder: await shop.folder() });
    expect(await shop.environments('UNDO')).toEqual(['bad-value', 'bad-value']);
    const folder = await shop.folder();
    const undo = inputsOf(arn, '', { value: undefined, undo: true });
    if (cut !== undefined) {
      expect((await shop.rotate(undo, { folder, cut })).evidence?.reasons[0]?.code).toBe('cancelled');
    }
    const { evidence } = await shop.rotate(undo, { folder });
    expect([cut, evidence?.verdict]).toEqual([cut, 'pass']);
    expect([cut, await shop.current(arn), await shop.environments('UNDO')]).toEqual([
      cut,
      'good-value',
      ['good-value', 'good-value'],
    ]);
    // The next round puts it as a new version.
    await shop.secrets.send(new PutSecretValueCommand({ SecretId: arn, SecretString: 'good-value' }));
  }
});

it('says what to do when the command that revokes fails, and goes on with it', async () => {
  const { arn } = await shop.secret('shop/hook', 'one');
  const folder = await shop.folder();
  const failing = revoking(7);
  const first = await shop.rotate(inputsOf(arn, 'two', { revoke: failing.revoke }), { folder });
  expect(first.evidence).toMatchObject({ verdict: 'fail', reasons: [{ code: 'not-revoked' }] });
  const { called, revoke } = revoking();
  const second = await shop.rotate(inputsOf(arn, 'two', { revoke }), { folder });
  expect([second.evidence?.verdict, called.length, second.changes]).toEqual(['pass', 1, []]);
});

describe('a new value', () => {
  beforeAll(async () => {
    const { arn } = await shop.secret('shop/refusing', '{"user":"u","key":"k"}');
    await shop.take({ KEY: `${arn}:key::` });
    expect(await shop.environments('KEY')).toEqual(['k', 'k']);
  });

  it.each<[string, Partial<RotateSecretInputs>, string, RegExp]>([
    ['a secret that is not there', { secret: 'shop/none' }, 'no-such-secret', /no secret "shop\/none" in eu-central-1/],
    ['an empty value', { value: { bytes: Buffer.from('') } }, 'value-empty', /it is empty/],
    ['white space', { value: { bytes: Buffer.from(' \n\n') } }, 'value-empty', /nothing in it but white space/],
    ['bytes', { value: { bytes: Buffer.from([0xff, 0xfe, 0]) } }, 'value-not-text', /not UTF-8/],
    ['control characters', { value: { bytes: Buffer.from('a\0b') } }, 'value-not-text', /control characters/],
    ['a byte order mark', { value: { bytes: Buffer.from('\ufeffa') } }, 'value-not-text', /byte order mark/],
    ['too much', { value: { bytes: Buffer.alloc(70_000, 'a') } }, 'value-too-long', /65536 bytes/],
    ['the value that it has', { value: { bytes: Buffer.from('{"user":"u","key":"k"}\n') } }, 'value-same', /already/],
    ['no JSON', { value: { bytes: Buffer.from('plain') } }, 'value-without-key', /takes the key "key" out of it/],
    [
      'JSON without the key',
      { value: { bytes: Buffer.from('{"user":"u"}') } },
      'value-without-key',
      /web-dev:\d+ takes/,
    ],
    ['a file that cannot be read', { value: { problem: 'no such file' } }, 'value-unreadable', /no such file/],
    ['to put back what never was', { undo: true, value: undefined }, 'no-former-value', /has no former value/],
  ])('refuses %s', async (_, more, code, message) => {
    const { planned, changes } = await shop.rotate(inputsOf('shop/refusing', 'x', more), {
      folder: await shop.folder(),
    });
    expect(planned.refusals.map((reason) => reason.code)).toEqual([code]);
    expect(planned.refusals[0]?.message).toMatch(message);
    expect(changes).toEqual([]);
  });
});

it('refuses a pinned version, a secret that is being deleted, and a drill', async () => {
  const { arn, version } = await shop.secret('shop/pinned', 'pinned-value');
  await shop.take({ PINNED: `${arn}:::${version}` });
  const pinned = await shop.rotate(inputsOf(arn, 'new'), { folder: await shop.folder() });
  expect(pinned.planned.refusals).toMatchObject([
    { code: 'version-pinned', message: expect.stringContaining(version) },
  ]);
  const drilled = await shop.rotate(inputsOf(arn, 'new'), { folder: await shop.folder(), drill: true });
  expect(drilled.planned.refusals).toMatchObject([{ code: 'no-drill' }]);
  await shop.secrets.send(new DeleteSecretCommand({ SecretId: arn }));
  const deleted = await shop.rotate(inputsOf(arn, 'new'), { folder: await shop.folder() });
  expect(deleted.planned.refusals).toMatchObject([
    { code: 'secret-deleted', message: expect.stringContaining('is being deleted') },
  ]);
});
