/** vacuous: the experiment finds nothing to break. FIS itself ends it as completed. */
import type { Check } from '../../../report/evidence.ts';
import type { ChaosScenario, ChaosStage } from '../scenario.ts';
import { putQuietStopAlarm } from './alarms.ts';
import { chaosRun } from './chaos-run.ts';
import { verdictIs } from './checks.ts';
import { writeExperiment } from './experiment-file.ts';
import { hasEnded, observed } from './observe.ts';

const NOBODY = { 'surefoot:chaos': 'nobody-has-this-tag' };
const ENDS_WITHIN_MS = 30_000;

export const vacuous: ChaosScenario = {
  name: 'vacuous',
  adverse: true,
  expects: 'a target that nothing fits, with skip: FIS calls the experiment completed, surefoot calls it inconclusive',
  example: 'splurge-art',
  async inject(stage) {
    await putQuietStopAlarm(stage);
    const file = await writeExperiment('ecs-task-kill', stage.workDirectory, [
      [['template', 'targets', 'tasks'], { resourceType: 'aws:ecs:task', resourceTags: NOBODY, selectionMode: 'ALL' }],
      [['template', 'experimentOptions', 'emptyTargetResolutionMode'], 'skip'],
    ]);
    const run = await chaosRun(stage, file);
    return observed(stage, run, [await completedByFis(stage)]);
  },
  judge: ({ operation, log, seen, ...rest }) => [
    verdictIs({ operation, log, seen, ...rest }, 'inconclusive', 'no-targets'),
    {
      name: 'nothing was injected, and no request sent',
      verdict: rest.faultAt === undefined && operation.load === undefined && log.length === 0 ? 'pass' : 'fail',
      expected: 'no fault, no load',
      observed: `${rest.faultAt === undefined ? 'no fault' : 'a fault'}, ${log.length} requests`,
    },
    ...seen,
  ],
  measure: () => [],
  summarise: ({ operation }) => `inconclusive: ${operation.reasons[0]?.message ?? ''}`,
};

/** What a workflow would see that believes the state of the experiment. */
async function completedByFis({ ports, rehearsal, target }: ChaosStage): Promise<Check> {
  const { fis } = ports.aws;
  const { id = '' } = await fis.createTemplate({
    clientToken: 'vacuous',
    description: 'What surefoot was asked to run, started without it',
    roleArn: 'arn:aws:iam::000000000000:role/fis',
    stopConditions: [{ source: 'none' }],
    targets: { tasks: { resourceType: 'aws:ecs:task', resourceTags: NOBODY, selectionMode: 'ALL' } },
    actions: { stop: { actionId: 'aws:ecs:stop-task', targets: { Tasks: 'tasks' } } },
    experimentOptions: { emptyTargetResolutionMode: 'skip' },
    tags: { platform: target.ecsService, region: rehearsal.region },
  });
  const started = await fis.startExperiment({ experimentTemplateId: id, clientToken: 'vacuous' });
  const deadline = ports.clock.now().getTime() + ENDS_WITHIN_MS;
  let status: string | undefined;
  while (!hasEnded(status) && ports.clock.now().getTime() < deadline) {
    await ports.clock.sleep(200, ports.signal);
    status = (await fis.getExperiment(started.id ?? ''))?.state?.status;
  }
  await fis.deleteTemplate(id);
  return {
    name: 'the state of FIS alone would have been green',
    verdict: status === 'completed' ? 'pass' : 'fail',
    expected: 'completed',
    observed: status ?? 'unknown',
  };
}
