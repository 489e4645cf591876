/** Templates in every form in which people have them: recognised by what is in them, checked by the same rules, told in their own words. */
import { describe, expect, it } from 'vitest';
import { looksLikeChaos } from '../../../../src/operations/chaos/accept/accept.ts';
import { checkChaosFile } from '../../../../src/operations/chaos/check/check.ts';
import { goodExperiment, goodTemplate, HONEST_WARNING, said } from '../good.ts';

const WARNED = [HONEST_WARNING];

const check = (text: string) => checkChaosFile(text, 'file');
const lines = (text: string) => check(text).problems.map(({ line, message, hint }) => `${line}: ${message} → ${hint}`);

/** The same with a capital on each field, as CloudFormation has it. */
const STACK = `AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Minutes: { Type: Number, Default: 5 }
Resources:
  Bucket:
    Type: AWS::S3::Bucket
  PacketLoss:
    Type: AWS::FIS::ExperimentTemplate
    Properties:
      Description: !Sub 'Packets are lost in \${AWS::StackName}'
      Targets:
        tasks:
          ResourceType: aws:ecs:task
          ResourceTags: { 'surefoot:chaos': !Ref Tag }
          Filters:
            - Path: AvailabilityZone
              Values: [!Select [0, !GetAZs '']]
          SelectionMode: !If [IsProd, COUNT(1), ALL]
        database:
          ResourceType: aws:rds:cluster
          ResourceArns:
            - !Sub 'arn:\${AWS::Partition}:rds:\${AWS::Region}:\${AWS::AccountId}:cluster:\${Orders}'
          SelectionMode: ALL
      Actions:
        lose:
          ActionId: aws:ecs:task-network-packet-loss
          Parameters:
            duration: !Sub 'PT\${Minutes}M'
            lossPercent: 20
            useEcsFaultInjectionEndpoints: true
          Targets: { Tasks: tasks }
        failover:
          ActionId: aws:rds:failover-db-cluster
          Targets: { Clusters: database }
          StartAfter: [lose]
      StopConditions:
        - Source: aws:cloudwatch:alarm
          Value: !GetAtt Alarm.Arn
      RoleArn:
        Fn::GetAtt: [Role, Arn]
      LogConfiguration:
        CloudWatchLogsConfiguration: { LogGroupArn: !Join ['', [!GetAtt LogGroup.Arn, ':*']] }
        LogSchemaVersion: '2'
      ExperimentOptions: { AccountTargeting: single-account, EmptyTargetResolutionMode: fail }
      ExperimentReportConfiguration:
        Outputs:
          ExperimentReportS3Configuration: { BucketName: !Ref Bucket, Prefix: reports }
        PreExperimentDuration: PT10M
      Tags: { Name: packet-loss }
`;
const FAILOVER = 'warning irreversible Resources.PacketLoss.Properties.Actions.failover.ActionId';

describe('a plain template', () => {
  it('is taken as CreateExperimentTemplate takes it, in JSON, in YAML and with a token', () => {
    expect(said(check(JSON.stringify(goodTemplate())).problems)).toEqual(WARNED);
    expect(said(check(JSON.stringify({ clientToken: 'x', ...goodTemplate() }, null, '\t')).problems)).toEqual(WARNED);
    const yaml = `description: Wait\nactions:\n  wait: { actionId: 'aws:fis:wait', parameters: { duration: PT1S } }\nstopConditions: [{ source: none }]\nroleArn: arn:aws:iam::123456789012:role/fis\n`;
    expect(said(check(yaml).problems)).toEqual([
      'warning no-log logConfiguration',
      'warning no-fault actions',
      'error duration actions.wait.parameters.duration',
      'warning no-stop-condition stopConditions[0].source',
    ]);
  });

  it('is taken as GetExperimentTemplate answers it', () => {
    const answer = {
      experimentTemplate: {
        id: 'EXT123',
        arn: 'arn:aws:fis:ca-central-1:123456789012:experiment-template/EXT123',
        ...goodTemplate(),
        creationTime: '2026-11-21T10:00:00+00:00',
        lastUpdateTime: 1_763_719_200.5,
        targetAccountConfigurationsCount: 0,
      },
    };
    expect(said(check(JSON.stringify(answer)).problems)).toEqual([
      'warning irreversible experimentTemplate.actions.failover.actionId',
    ]);
  });

  it('is the filled-in skeleton of the AWS CLI; what is still empty is told field by field', () => {
    const skeleton = `{
    "clientToken": "",
    "description": "Kill",
    "stopConditions": [{ "source": "none", "value": "" }],
    "targets": {
        "KeyName": {
            "resourceType": "aws:ecs:task",
            "resourceArns": [""],
            "resourceTags": { "KeyName": "" },
            "filters": [{ "path": "", "values": [""] }],
            "selectionMode": "ALL",
            "parameters": { "KeyName": "" }
        }
    },
    "actions": { "KeyName": { "actionId": "", "description": "x", "startAfter": [""] } },
    "roleArn": "",
    "logConfiguration": { "logSchemaVersion": 0 }
}`;
    const found = check(skeleton).problems.filter(({ severity }) => severity === 'error');
    expect(found.map(({ line, message }) => `${line} ${message.split(' ', 1)[0]}`)).toEqual([
      '4 stopConditions[0].value',
      '8 targets.KeyName.resourceArns[0]',
      '9 targets.KeyName.resourceTags',
      '10 targets.KeyName.filters',
      '10 targets.KeyName.filters[0].path',
      '10 targets.KeyName.filters[0].values[0]',
      '12 targets.KeyName.parameters.KeyName',
      '12 targets.KeyName.parameters.KeyName',
      '15 actions.KeyName.actionId',
      '15 actions.KeyName.startAfter[0]',
      '16 roleArn',
      '17 logConfiguration.logSchemaVersion',
    ]);
  });
});

describe('a stack of CloudFormation', () => {
  it('is read with its intrinsic functions, whose values are known later', () => {
    const { subjects, problems } = check(STACK);
    expect(subjects.map(({ kind }) => kind)).toEqual(['cloudformation']);
    expect(said(problems)).toEqual([FAILOVER]);
  });

  it('is told of in its own words', () => {
    const broken = STACK.replace('StartAfter: [lose]', 'StartAfter: [loose]')
      .replace('lossPercent: 20', 'lossPercent: 120')
      .replace('Clusters: database', 'Clusters: databse')
      .replace('PreExperimentDuration', 'PreExperimentDuraton')
      .replace('ExperimentReportS3Configuration: { BucketName', 'ExperimentReportS3Configuration: { Bucketname')
      .replace('      Description:', '      description:');
    const at = 'Resources.PacketLoss.Properties';
    expect(lines(broken)).toEqual([
      `10: ${at}.description is not a key that is known here → Description instead of description`,
      `19: ${at}.Targets.database is used by no action → an action with this target, or no database`,
      `29: ${at}.Actions.lose.Parameters.lossPercent is "120", but must be a whole number from 0 to 100 → lossPercent: "100"`,
      `33: ${at}.Actions.failover.ActionId is aws:rds:failover-db-cluster, which nothing undoes → an experiment of surefoot with irreversible: true`,
      `34: ${at}.Actions.failover.Targets.Clusters is "databse", which is not among the targets → Clusters: database`,
      `35: ${at}.Actions.failover.StartAfter[0] is "loose", which is not among the actions → - lose`,
      `45: ${at}.ExperimentReportConfiguration names no bucket, so that there would be no report → Outputs: { ExperimentReportS3Configuration: { BucketName: (a bucket) } }`,
      `47: ${at}.ExperimentReportConfiguration.Outputs.ExperimentReportS3Configuration.Bucketname is not a key that is known here → BucketName instead of Bucketname`,
      `48: ${at}.ExperimentReportConfiguration.PreExperimentDuraton is not a key that is known here → PreExperimentDuration instead of PreExperimentDuraton`,
    ]);
  });

  it('may be JSON, may hold several templates, and other functions for whole parts of them', () => {
    const properties = {
      Description: { 'Fn::Sub': 'x' },
      Targets: { 'Fn::If': ['A', {}, {}] },
      Actions: { wait: { ActionId: 'aws:fis:wait', Parameters: { duration: { Ref: 'Time' } } }, more: { Ref: 'More' } },
      StopConditions: { 'Fn::FindInMap': ['A', 'B', 'C'] },
      RoleArn: { Ref: 'RoleArn' },
    };
    const template = (change: object) => ({
      Type: 'AWS::FIS::ExperimentTemplate',
      Properties: { ...properties, ...change },
    });
    const stack = {
      Resources: { One: template({}), Two: template({ RoleArn: 'fis' }), Three: { Type: 'AWS::IAM::Role' } },
    };
    const { subjects, problems } = check(JSON.stringify(stack, null, 2));
    expect(subjects).toHaveLength(2);
    expect(said(problems)).toEqual([
      'warning no-log Resources.One.Properties.LogConfiguration',
      'warning no-log Resources.Two.Properties.LogConfiguration',
      'error form Resources.Two.Properties.RoleArn',
    ]);
  });
});

describe('what is recognised', () => {
  it('is told by the words in it', () => {
    expect(looksLikeChaos(goodExperiment())).toBe(true);
    expect(looksLikeChaos('{"kind":"Experiment"}')).toBe(false);
    expect(looksLikeChaos('{\n"kind": "Experiment"}')).toBe(true);
    expect(looksLikeChaos(JSON.stringify(goodTemplate()))).toBe(true);
    expect(looksLikeChaos(STACK)).toBe(true);
    expect(looksLikeChaos('kind: Platform\nservices: {}\n')).toBe(false);
    expect(looksLikeChaos('kind: LoadProfile\nname: x\n')).toBe(false);
  });

  it('says what an empty or broken file should hold', () => {
    expect(said(check('').problems)).toEqual(['error form the']);
    expect(said(check('Resources:\n  # Type: AWS::FIS::ExperimentTemplate\n  A: {}\n').problems)).toEqual([
      'error form the',
    ]);
    expect(said(check('{"actions": ').problems)).toEqual(['error form flow']);
    expect(said(check(`${goodExperiment()}---\nkind: Experiment\n`).problems)).toEqual(['error form a']);
  });
});
