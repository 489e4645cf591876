/**
 * Who a caller is: the role behind an access key. A key that AssumeRole gave out belongs to the role assumed; any other key, and a request
 * without one, belongs to the role of whoever uses the platform. There is no IAM, so every role of the account is there.
 */
import { createHash, randomBytes } from 'node:crypto';

/** The role of callers that have assumed no other. */
const OWN_ROLE = 'rehearsal';
const OWN_SESSION = 'surefoot';

export interface Caller {
  readonly roleArn: string;
  readonly sessionName: string;
  /** `AROA…:session`, as IAM writes a session's id. */
  readonly userId: string;
  /** Of the session. */
  readonly arn: string;
}

export interface Session extends Caller {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface Callers {
  /** The caller behind an access key. */
  of(accessKeyId: string | undefined): Caller;
  /** A new session of a role, with keys of its own. */
  assume(roleArn: string, sessionName: string): Session;
}

/** Sessions remembered; the oldest is forgotten first, and is then the platform's own role again. */
const MOST_SESSIONS = 10_000;

/** No session yet. */
export function createCallers(accountId: string): Callers {
  const own = caller(ownRoleArn(accountId), OWN_SESSION);
  const sessions = new Map<string, Session>();
  return {
    of: (accessKeyId) => (accessKeyId === undefined ? own : (sessions.get(accessKeyId) ?? own)),
    assume(roleArn, sessionName) {
      const session: Session = {
        ...caller(roleArn, sessionName),
        accessKeyId: `ASIA${letters(randomBytes(16))}`,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(60).toString('base64'),
      };
      sessions.set(session.accessKeyId, session);
      const [oldest] = sessions.size > MOST_SESSIONS ? sessions.keys() : [];
      sessions.delete(oldest ?? '');
      return session;
    },
  };
}

/** The ARN of the role in the account that callers have by default. */
export function ownRoleArn(accountId: string): string {
  return `arn:aws:iam::${accountId}:role/${OWN_ROLE}`;
}

function caller(roleArn: string, sessionName: string): Caller {
  const [, , , , accountId = '', resource = ''] = roleArn.split(':');
  // A role's path is no part of a session's ARN.
  const name = resource.split('/').at(-1) ?? '';
  return {
    roleArn,
    sessionName,
    userId: `${roleId(roleArn)}:${sessionName}`,
    arn: `arn:aws:sts::${accountId}:assumed-role/${name}/${sessionName}`,
  };
}

/** Twenty-one capitals and digits; the same for a role each time. */
function roleId(roleArn: string): string {
  return `AROA${letters(createHash('sha256').update(roleArn).digest())}`;
}

/** One letter or digit for each byte, seventeen at most. */
function letters(bytes: Uint8Array): string {
  return [...bytes.subarray(0, 17)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
