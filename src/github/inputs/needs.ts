/** What inputs need of each other: said with everything else that is wrong with them, before anything is read. */
import type { Needs } from './read.ts';

export const deployNeeds: Needs = (command, given) => {
  if (command !== 'deploy' && command !== 'plan') {
    return [];
  }
  const [image, taskDefinition] = [given('image'), given('task-definition')];
  if (image && taskDefinition) {
    return ['image and task-definition are both given: leave one of them out'];
  }
  return image || taskDefinition ? [] : ['image is missing, or task-definition: one of them says what is deployed'];
};

export const manageNeeds: Needs = (command, given) => [
  ...(given('all') && given('service') ? ['all and service are both given: name services, or take all'] : []),
  ...(command === 'scale' && !['desired', 'minimum', 'maximum'].some(given)
    ? ['scale needs a number: desired, minimum, maximum, or some of them']
    : []),
  ...(command === 'run-task' && !given('job') && !given('task-command')
    ? ['job is missing, or task-command: one of them says what is run']
    : []),
];

export const chaosNeeds: Needs = (command, given) =>
  (command === 'plan' || command === 'run') && !given('experiment')
    ? ['experiment is missing: a file of the workspace, or the name of one that surefoot ships']
    : [];

export const recoverNeeds: Needs = (command, given) => {
  const needed: Readonly<Record<string, readonly string[]>> = {
    'terraform-state': ['bucket', 'key'],
    's3-restore': ['bucket', 'at'],
    'dynamodb-restore': ['table'],
    'database-restore': ['instance'],
    'rotate-secret': ['secret'],
  };
  const missing = (needed[command ?? ''] ?? []).filter((name) => !given(name)).map((name) => `${name} is missing`);
  const both = command === 's3-restore' && given('prefix') === given('whole-bucket');
  return both ? [...missing, 'restore which objects? Give either prefix, or whole-bucket'] : missing;
};
