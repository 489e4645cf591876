import { cloudWatchApi, logsApi, PAGES } from '../aws-pages.ts';
import { type BehaviourSection, notModelled, provenIn, simplified, supported } from '../behaviour.ts';

const albMetrics = provenIn('cloudwatch/alb-metrics.test.ts');
const store = provenIn('cloudwatch/metric-store.test.ts');
const statistic = provenIn('cloudwatch/statistic.test.ts');
const data = provenIn('cloudwatch/operations/get-metric-data.test.ts');
const groups = provenIn('cloudwatch/operations/two-target-groups.test.ts');
const put = provenIn('cloudwatch/operations/put-metric-data.test.ts');
const alarms = provenIn('cloudwatch/operations/alarms.test.ts');
const math = provenIn('cloudwatch/math/math.test.ts');
const evaluate = provenIn('cloudwatch/alarms/evaluate.test.ts');
const realTime = provenIn('cloudwatch/alarms.real-time.test.ts');
const logs = provenIn('logs/logs.test.ts');
const logFile = provenIn('logs/log-file.test.ts');

export const METRICS: BehaviourSection = {
  title: 'CloudWatch metrics',
  behaviours: [
    supported(
      'AWS/ApplicationELB metrics count the balancer’s real traffic, with AWS’s names, dimensions and reporting criteria.',
      PAGES.elbMetrics,
      albMetrics('have the dimensions that AWS documents, and nothing for zero'),
    ),
    supported(
      'The counts reconcile: every answer is a target code or a load balancer code; k6, the servers and CloudWatch agree exactly.',
      PAGES.elbMetrics,
      provenIn('agreement.test.ts')('agree exactly on a quiet run'),
    ),
    supported(
      'A 503 for want of targets has no TargetGroup dimension and is not in RequestCount.',
      PAGES.elbMetrics,
      albMetrics(
        'count a 503 for want of targets for the load balancer only, and report that no request reached a target',
      ),
    ),
    supported(
      'HealthyHostCount and UnHealthyHostCount; draining and initial targets are in neither.',
      PAGES.elbMetrics,
      albMetrics('are by group and by zone; draining and initial targets are in neither'),
    ),
    simplified(
      'Points of AWS’s metrics are of one second, and periods of 1, 5, 10, 20 and 30 s are allowed for all of them.',
      'AWS has a minute for these; only high-resolution custom metrics go below',
      cloudWatchApi('GetMetricData'),
      data('gives the newest first, on the grid of the period'),
    ),
    simplified(
      'Metrics are kept for 3 hours by the second and for 24 hours by the minute.',
      'AWS keeps 3 hours of seconds, 15 days of minutes, 455 days of hours',
      PAGES.metricConcepts,
      store('stay within seconds for 3 h and minutes for 24 h'),
    ),
    simplified(
      'Percentiles and trimmed means come from a histogram, within 1 %.',
      'AWS does not publish its error; sums and counts are exact',
      PAGES.statistics,
      statistic('gives percentiles within 1 % of the nearest rank'),
    ),
    simplified(
      'TC(:T), TC(T:) and TC(a:b) are whole counts, and PR the share they make: exact for a bound within 1 % of T, the same in every period and target group, so that counts add up.',
      'AWS does not publish how near its own counts are; a threshold less than 1 % from where times crowd can count them on the other side',
      PAGES.statistics,
      groups('counts around a threshold so that counts add up: over seconds, both sides, and target groups'),
    ),
    supported(
      'RequestCount, RequestCountPerTarget, HTTPCode_Target_5XX_Count and TargetConnectionErrorCount come by target group: both revisions of a deployment can be told apart.',
      PAGES.elbMetrics,
      groups('has, by target group, what a judge of two revisions reads, at a minute and below'),
    ),
    supported(
      'Statistic sets have no percentiles.',
      PAGES.statistics,
      statistic('knows no percentile of a mere statistic set, nor of negative values'),
      'as on AWS, sets of one value or of equal ones do have them',
    ),
    supported(
      'PutMetricData takes values, values with counts and statistic sets, and adds them up.',
      cloudWatchApi('PutMetricData'),
      put('takes single values, values with counts, and statistic sets, and adds them up'),
    ),
    supported(
      'A PutMetricData request is taken as a whole or not at all.',
      cloudWatchApi('PutMetricData'),
      put('takes all or nothing'),
    ),
    supported(
      'GetMetricData pages: whatever the page size, the pages together are the whole.',
      cloudWatchApi('GetMetricData'),
      data('pages: whatever the page size, the pages together are the whole'),
    ),
    simplified(
      'A second’s counts are there within the next one; alarms look at a period a second and a half after its end.',
      'on AWS it takes up to some minutes',
      PAGES.metricConcepts,
      realTime(
        'does not take a second that is not reported yet for an empty one; undoes what was set by hand; ends when stopped',
      ),
    ),
    notModelled(
      'Dashboards, metric streams, Contributor Insights, anomaly detection, cross-account and cross-region reads.',
      'refused by name',
    ),
  ],
};

export const METRIC_MATH: BehaviourSection = {
  title: 'Metric math',
  behaviours: [
    supported(
      'Arithmetic, comparisons, AND and OR, point by point; a division by zero drops the point.',
      PAGES.metricMath,
      math('goes point by point: a missing one counts as 0, a division by zero drops the point'),
    ),
    simplified(
      'Precedence is that of common algebra.',
      'AWS does not print its own',
      PAGES.metricMath,
      math('agrees with arithmetic, with as few parentheses as possible and with all'),
    ),
    supported(
      'Functions of a series give a number; of an array, a series.',
      PAGES.metricMath,
      math('of an array without a reducer give an array with the labels of its series'),
    ),
    supported(
      'FILL with a number or REPEAT.',
      PAGES.metricMath,
      data('fills no further back than metrics are kept, nor into the future'),
    ),
    notModelled(
      'SEARCH, RATE, RUNNING_SUM, ANOMALY_DETECTION_BAND, time functions, Metrics Insights (SELECT).',
      'refused by name, with the list of what there is: ABS, AVG, CEIL, FILL, FLOOR, IF, MAX, METRICS, MIN, PERIOD, SUM, TIME_SERIES',
      PAGES.metricMath,
      math('and no text whatever makes the parser fail otherwise, or hang'),
    ),
  ],
};

export const ALARMS: BehaviourSection = {
  title: 'CloudWatch alarms',
  behaviours: [
    supported(
      'M out of N datapoints, and all four treatments of missing data: AWS’s own table of examples, row by row.',
      PAGES.missingData,
      provenIn('cloudwatch/alarms/missing-data.test.ts')('%s gives %s'),
    ),
    simplified(
      'An evaluation looks at N + 2 periods.',
      'AWS looks at “a higher number” than N; its example has 5 for 3',
      PAGES.missingData,
      evaluate('looks past gaps as far as N + 2 periods, not further'),
    ),
    supported(
      'A new alarm is INSUFFICIENT_DATA until its first evaluation; an update keeps the state.',
      cloudWatchApi('PutMetricAlarm'),
      alarms('keep their state when they are updated, and lose everything else'),
    ),
    supported(
      'SetAlarmState holds until the next evaluation; the history has both states.',
      cloudWatchApi('SetAlarmState'),
      alarms('set by hand are in the history, with both states'),
    ),
    supported(
      'Alarms on metric math watch the one expression with ReturnData.',
      cloudWatchApi('PutMetricAlarm'),
      provenIn('cloudwatch/alarms/definition.test.ts')('of metric math watches the one expression with ReturnData'),
    ),
    supported(
      'Percentile alarms that ignore low sample counts keep their state below 10 / (1 − p) samples.',
      PAGES.alarms,
      evaluate('keeps the state while a percentile has too few samples'),
    ),
    simplified(
      'At a speed over 1 an alarm’s period and evaluation interval are shortened, to a second at least.',
      'a Sum then covers a shorter window than on AWS: thresholds on counts have to allow for it; rates and times do not',
      PAGES.alarms,
      realTime('at speed %d a period of %d s is evaluated over %d s'),
    ),
    simplified(
      'The texts of state reasons follow alarms as AWS delivers them.',
      'AWS does not document the words',
      PAGES.alarms,
      evaluate('come as JSON too'),
    ),
    simplified(
      'Actions (`AlarmActions`, …) are given back and can be switched off; nothing is called.',
      'there is no SNS, Lambda or Auto Scaling behind them; deployments read the state',
      PAGES.alarms,
      alarms('have a switch for their actions'),
    ),
    notModelled(
      'Composite alarms, log alarms, mute rules, and alarms on anomaly bands.',
      'refused by name',
      PAGES.alarms,
      provenIn('cloudwatch/alarms/definition.test.ts')('with %s is refused'),
    ),
  ],
};

export const LOGS: BehaviourSection = {
  title: 'CloudWatch Logs',
  behaviours: [
    supported(
      'stdout and stderr of a container with the driver `awslogs` are in the stream `<prefix>/<container>/<task id>` of its group.',
      PAGES.awslogs,
      logs('shows what a running task wrote, as prefix/container/task'),
    ),
    supported(
      'The log of a task that has crashed is still there.',
      PAGES.awslogs,
      logs('shows why a task that crashed at its start did'),
      'as long as ECS knows the task, an hour after its end; longer once the stream was read',
    ),
    simplified(
      'The logs of the 1,000 tasks that ended last stay; those of a task that runs always do.',
      'on AWS a group’s retention decides, which by default keeps everything',
      PAGES.awslogs,
      provenIn('ecs/retention.test.ts')('log files stay for the tasks that ended last'),
    ),
    supported(
      'GetLogEvents pages both ways, and returns the token it was given at either end.',
      logsApi('GetLogEvents'),
      logs('pages backwards from the newest and forwards from the oldest event, and ends with the token it was given'),
      'a forward token reads forwards whatever startFromHead says, which AWS wants to be true then',
    ),
    supported(
      'ResourceNotFoundException says whether the group or the stream is missing.',
      logsApi('GetLogEvents'),
      logs('says whether the group or the stream is not there'),
    ),
    supported(
      'DescribeLogStreams by name, prefix or last event, in pages.',
      logsApi('DescribeLogStreams'),
      logs('lists the streams of a group by name, by prefix and in pages'),
    ),
    simplified(
      'An event’s time and ingestion time are that of the file’s last write when the line was first read.',
      'AWS’s agent stamps each line; here lines carry no time, so a stream that is read seldom has coarser times, never earlier than the truth',
      logsApi('GetLogEvents'),
      logFile('gives lines the time of the last write when they were first seen, and keeps it'),
    ),
    simplified(
      'A line is an event once its line break is written, or its container has ended; empty lines are none.',
      'options such as awslogs-multiline-pattern and awslogs-datetime-format have no effect',
      PAGES.awslogs,
      logFile('holds back a line that is still being written until it ends, or the container does'),
    ),
    simplified(
      'A group is there as soon as a task definition names it.',
      'on AWS it must be made first, or awslogs-create-group be set, else the task does not start',
      PAGES.awslogs,
      logs('knows a group without streams once a task definition names it, and no other'),
    ),
    notModelled(
      'FilterLogEvents, Logs Insights, metric filters, PutLogEvents, other log drivers.',
      'refused by name; the logs themselves are files of the work directory',
      PAGES.awslogs,
    ),
  ],
};
