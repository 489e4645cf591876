/** Environments: region and zones, the hours of a pause, and what load may be sent. */
import { describe } from 'vitest';
import { eachGivesOneProblem, type Mistake } from './mistake.ts';

const MISTAKES: Readonly<Record<string, Mistake>> = {
  'a host where an address belongs': {
    from: '"https://shop.example.com"',
    to: 'shop.example.com/buy',
    at: 'shop.example.com/buy',
    message: /http or https, a host/,
    hint: /https:\/\/shop\.example\.com$/,
  },
  'no load at most': {
    from: 'maximum: 300',
    to: 'maximum: 0',
    at: '0 }\n  prod',
    message: /whole number from 1 to 20000/,
    hint: /^maximum: 200$/,
  },
  'a time of day without minutes': {
    from: '"22:00"',
    to: '22',
    at: '22,',
    message: /hh:mm/,
    hint: /^pause: "22:00"$/,
  },
  'a time zone that is none': {
    from: 'Europe/Dublin',
    to: 'Europe/Dubln',
    at: 'Europe/Dubln',
    message: /no time zone/,
    hint: /^timezone: Europe\/Dublin$/,
  },
  'a time zone in small letters': {
    from: 'Europe/Dublin',
    to: 'europe/dublin',
    at: 'europe/dublin',
    message: /as it is spelt/,
    hint: /^timezone: Europe\/Dublin$/,
  },
  'an abbreviation for a time zone': {
    from: 'Europe/Dublin',
    to: 'EST',
    at: 'EST',
    message: /IANA name/,
    hint: /^timezone: America\/Toronto$/,
  },
  'asleep and awake at once': {
    from: '"08:30"',
    to: '"22:00"',
    at: '"22:00", timezone',
    message: /same time as pause/,
    hint: /^resume: /,
  },
  'a schedule where nothing may be paused': {
    from: '    pausable: true\n',
    to: '',
    at: 'schedule:',
    message: /not pausable/,
    hint: /pausable: true/,
  },
  'pausable and protected': {
    from: 'protected: true',
    to: 'protected: true\n    pausable: true',
    at: 'true\n    rehearsal',
    message: /pausable is true in a protected/,
    hint: /^pausable: false$/,
  },
  'zone of another region': {
    from: '[eu-west-1a, eu-west-1b]',
    to: '[eu-west-1a, us-east-1b]',
    at: 'us-east-1b',
    message: /not a zone of eu-west-1/,
    hint: /eu-west-1b/,
  },
  'zone twice': {
    from: '[eu-west-1a, eu-west-1b]',
    to: '[eu-west-1a, eu-west-1a ]',
    at: 'eu-west-1a ]',
    message: /second time/,
    hint: /once/,
  },
  'a zone as region': {
    from: 'region: eu-west-1\n    cluster: shop-{environment}\n    protected',
    to: 'region: eu-west-1b\n    cluster: shop-{environment}\n    protected',
    at: 'eu-west-1b\n    cluster',
    message: /an AWS region/,
    hint: /^region: eu-west-1$/,
  },
  'environment name in capitals': {
    from: '  dev:\n',
    to: '  Dev:\n',
    at: 'Dev:',
    message: /lower-case/,
    hint: /^dev$/,
  },
};

describe('one mistake of an environment', () => {
  eachGivesOneProblem(MISTAKES);
});
