import { type BehaviourSection, notModelled, provenIn, simplified, supported } from '../behaviour.ts';

const s3 = provenIn('s3/s3.test.ts');
const dynamodb = provenIn('dynamodb/dynamodb.test.ts');
const s3Api = (name: string) => `https://docs.aws.amazon.com/AmazonS3/latest/API/API_${name}.html`;
const dynamodbApi = (name: string) => `https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_${name}.html`;

export const S3: BehaviourSection = {
  title: 'S3',
  behaviours: [
    supported(
      'Buckets keep versions of objects; a delete marker hides them, and a copy of a version becomes the newest.',
      'https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html',
      s3('answers as moto does'),
    ),
    supported(
      'Versions are listed by key, newest first, in pages.',
      s3Api('ListObjectVersions'),
      s3('lists versions in pages'),
    ),
    notModelled(
      'Uploads in parts, lists of objects, policies, encryption, tags, events, lifecycles and everything else.',
      'refused by name; objects are in memory, of at most 64 MiB; its table of operations is not on this page, as it is no service of the wire',
      s3Api('ListObjectsV2'),
      s3('refuses by name what it has no code for'),
    ),
  ],
};

export const DYNAMODB: BehaviourSection = {
  title: 'DynamoDB',
  behaviours: [
    supported(
      'A restore to a moment makes a new table with the items of that moment, and without TTL, tags, stream, recovery and protection.',
      dynamodbApi('RestoreTableToPointInTime'),
      dynamodb('restores the items of a moment, and nothing that AWS does not restore'),
    ),
    simplified(
      'A moment outside the recovery window is refused; the window ends five minutes ago.',
      'the speed divides the five minutes, and the two minutes that a restore takes; AWS gives no number for those',
      dynamodbApi('DescribeContinuousBackups'),
      dynamodb('refuses a moment that is outside the window'),
    ),
    notModelled(
      'Indexes, queries, conditions, updates, transactions, backups, provisioned capacity and its scaling; nothing expires.',
      'refused by name; tables are on demand and in memory',
      dynamodbApi('UpdateItem'),
      dynamodb('refuses by name what it has no code for'),
    ),
  ],
};
