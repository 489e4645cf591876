/** ARNs and ids in AWS's forms. Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html */
import { randomBytes, randomInt, randomUUID } from 'node:crypto';

export interface Account {
  readonly region: string;
  readonly accountId: string;
}

function arn(account: Account, resource: string): string {
  return `arn:aws:ecs:${account.region}:${account.accountId}:${resource}`;
}

/** ARNs of this account, by what they name. */
export const arns = {
  cluster: (account: Account, cluster: string) => arn(account, `cluster/${cluster}`),
  service: (account: Account, cluster: string, service: string) => arn(account, `service/${cluster}/${service}`),
  taskDefinition: (account: Account, family: string, revision: number) =>
    arn(account, `task-definition/${family}:${revision}`),
  task: (account: Account, cluster: string, id: string) => arn(account, `task/${cluster}/${id}`),
  container: (account: Account, cluster: string, task: string) =>
    arn(account, `container/${cluster}/${task}/${randomUUID()}`),
  revision: (account: Account, cluster: string, service: string) =>
    arn(account, `service-revision/${cluster}/${service}/${digits()}`),
  deployment: (account: Account, cluster: string, service: string) =>
    arn(account, `service-deployment/${cluster}/${service}/${randomBytes(16).toString('base64url').slice(0, 21)}`),
} as const;

/** Nineteen digits, as service revisions and `ecs-svc/…` ids have. */
function digits(): string {
  return `${randomInt(1, 10)}${Array.from({ length: 18 }, () => randomInt(10)).join('')}`;
}

/** 32 hexadecimal digits. */
export function taskId(): string {
  return randomBytes(16).toString('hex');
}

/** `ecs-svc/` and 19 digits: the id of an entry of `deployments[]`, which its tasks are `startedBy`. */
export function workloadId(): string {
  return `ecs-svc/${digits()}`;
}

/** `ecs-pause-` and 43 characters, as on AWS's page of pause hooks. */
export function pauseHookId(): string {
  return `ecs-pause-${randomBytes(32).toString('base64url')}`;
}

/** The ids of a task's elastic network interface; the MAC address is a locally administered one. */
export function networkInterface(): { attachmentId: string; interfaceId: string; mac: string } {
  const octets = [0x02, ...randomBytes(5)].map((octet) => octet.toString(16).padStart(2, '0'));
  return {
    attachmentId: randomUUID(),
    interfaceId: `eni-${randomBytes(9).toString('hex').slice(0, 17)}`,
    mac: octets.join(':'),
  };
}

/** A container's id in its runtime: the task's id and a number, as Fargate shows it. */
export function runtimeId(task: string): string {
  return `${task}-${randomInt(1_000_000_000, 4_294_967_295)}`;
}

/** The last part of a name or an ARN: `arn:…:cluster/dev` and `dev` are both `dev`. */
export function lastPart(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}
