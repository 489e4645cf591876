import { type BehaviourSection, notModelled, simplified, supported } from '../behaviour.ts';

const api = (name: string) => `https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_${name}.html`;
const BY_ECS = 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html';
const rotation = (test: string) => ({ file: 'test/operations/recover/secret/rotate-secret.test.ts', test });
const secrets = (test: string) => ({ file: 'test/rehearsal/secretsmanager/secretsmanager.test.ts', test });

export const SECRETS_MANAGER: BehaviourSection = {
  title: 'Secrets Manager',
  behaviours: [
    supported(
      'A new value is a version with the id of the client’s token; it is AWSCURRENT, and the former one AWSPREVIOUS.',
      api('PutSecretValue'),
      secrets('keeps versions by their tokens, and moves the labels with them'),
    ),
    supported(
      'A label moves from the version that has it, which must be named; AWSPREVIOUS follows AWSCURRENT.',
      api('UpdateSecretVersionStage'),
      secrets('moves a label only from the version that has it'),
    ),
    supported(
      'A secret that is being deleted gives no value and takes none.',
      api('DeleteSecret'),
      secrets('gives nothing of a secret that is being deleted'),
    ),
    simplified(
      'Tasks get the values of their secrets in their environment when they start, and keep them: whole, by JSON key, by label or version.',
      'a secret that the platform does not have is left out, so that the rehearsal environment of the service can stand for it; on AWS the task would not start; those of log drivers are not read',
      BY_ECS,
      rotation('puts the new value, restarts what takes it, sees it in use, and revokes the old one'),
    ),
    supported(
      'A task does not start when a secret that is there cannot be given to it.',
      BY_ECS,
      secrets('keeps a task from starting when its value cannot be given'),
    ),
    notModelled(
      'KMS, resource policies, rotation by functions and schedules, replicas in other regions, lists and tags.',
      'refused by name; a KMS key that is given is given back',
      api('RotateSecret'),
      secrets('refuses what it has no code for'),
    ),
  ],
};
