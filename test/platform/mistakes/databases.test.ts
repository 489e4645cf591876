/** DB instances: names, engines, zones, and the variables that tell their addresses. */
import { describe } from 'vitest';
import { eachGivesOneProblem, type Mistake } from './mistake.ts';

const MISTAKES: Readonly<Record<string, Mistake>> = {
  'a name that no DB instance may have': {
    from: '        shop-prod:',
    to: '        shop--Prod:',
    at: 'shop--Prod',
    message: /must be a DB instance identifier/,
    hint: /^shop-prod/,
  },
  'an engine that RDS calls otherwise': {
    from: 'engine: mysql',
    to: 'engine: postgresql',
    at: 'postgresql',
    message: /one of postgres, mysql, mariadb/,
    hint: /^engine: postgres$/,
  },
  'one zone for a primary and its standby': {
    from: 'zones: [eu-west-1b, eu-west-1a]',
    to: 'zones: [eu-west-1b]',
    at: 'zones: [eu-west-1b]',
    message: /needs two zones for a standby, and has eu-west-1b/,
    hint: /two of the zones of the environment, or multiAz: false/,
  },
  'a zone for a standby that is not wanted': {
    from: 'multiAz: true',
    to: 'multiAz: false',
    at: 'zones: [eu-west-1b, eu-west-1a]',
    message: /has 2 zones without multiAz/,
    hint: /^zones: \[eu-west-1b\]$/,
  },
  'a database in a zone that the environment lacks': {
    from: 'zones: [eu-west-1b, eu-west-1a]',
    to: 'zones: [eu-west-1b, eu-west-1c]',
    at: 'eu-west-1c',
    message: /is eu-west-1c, which is not among the zones of the environment/,
    hint: /eu-west-1[ab]/,
  },
  'a replica under the name of its source': {
    from: 'name: shop-reader',
    to: 'name: shop-prod',
    at: 'name: shop-prod',
    message: /is called shop-prod, as another DB instance is/,
    hint: /^name: shop-prod-replica-2$/,
  },
  'two databases under one variable': {
    from: '          replica: { name: shop-reader, zone: eu-west-1a, lag: 250ms }',
    to: '        other: { urlVariable: SHOP_DATABASE }',
    at: 'urlVariable: SHOP_DATABASE }',
    message: /tells its address in SHOP_DATABASE, as shop-prod does/,
    hint: /^urlVariable: OTHER_URL$/,
  },
  'a replica under the variable of its source': {
    from: 'lag: 250ms }',
    to: 'lag: 250ms, urlVariable: SHOP_DATABASE }',
    at: 'urlVariable: SHOP_DATABASE }',
    message: /tells its address in SHOP_DATABASE, as shop-prod does/,
    hint: /^urlVariable: SHOP_READER_URL$/,
  },
};

describe('one mistake of a database', () => {
  eachGivesOneProblem(MISTAKES);
});
