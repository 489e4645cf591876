import { PAGES, rdsApi } from '../aws-pages.ts';
import { type BehaviourSection, notModelled, provenIn, simplified, supported } from '../behaviour.ts';

const failover = provenIn('database/failover.test.ts');
const fencing = provenIn('database/fencing.test.ts');
const kills = provenIn('database/kills.test.ts');
const replica = provenIn('database/replica.test.ts');
const lifecycle = provenIn('database/lifecycle.test.ts');
const api = provenIn('rds/rds.test.ts');
const restores = (test: string) => ({
  file: 'test/operations/recover/database/database-restore.test.ts',
  test,
});

/** What a database does, whatever its API says. */
export const DATABASES: BehaviourSection = {
  title: 'Databases',
  behaviours: [
    simplified(
      'A database is a log of writes that real processes keep on disk: keys and ledgers in JSON over HTTP/1.1.',
      'it is no SQL and speaks no engine’s protocol, so that any language’s HTTP client will do; `engine` is a label that gives the port',
      undefined,
      failover('keeps a write once, however often it is sent, and refuses another value under its id'),
    ),
    supported(
      'Multi-AZ: a write is acknowledged once it is on the disk of the primary and of the standby in the other zone, and no failover loses it.',
      PAGES.multiAz,
      kills('loses no acknowledged write with deaths at moments of seed %i'),
      'deaths are those of processes: what the system has not flushed when the machine itself loses power is not tested',
    ),
    supported(
      'A standby takes no queries and no writes.',
      PAGES.multiAz,
      fencing('acknowledges nothing any more, and shows nothing either'),
    ),
    supported(
      'A primary that dies is replaced by its standby without being asked; without Multi-AZ it comes back in its own zone.',
      PAGES.multiAzFailover,
      failover('of the primary ends in a failover by itself'),
    ),
    simplified(
      'A failover takes 60 s from its start until the name leads to the new primary, and a death is noticed after 15 s; both are divided by `--speed`.',
      'AWS: typically 60 to 120 s, longer with large transactions; nothing here takes longer because there is more to recover',
      PAGES.multiAzFailover,
      failover(
        'fails over on demand: cuts connections, refuses new ones, and serves from the other zone without a loss',
      ),
    ),
    simplified(
      'The endpoint is one address and port that never change, held by a relay: in a failover it cuts every connection and refuses new ones, then leads to the new primary.',
      'on AWS it is a DNS name whose record changes: clients that cache it too long, or keep connections that nobody closes, do worse there',
      PAGES.multiAzFailover,
      failover(
        'fails over on demand: cuts connections, refuses new ones, and serves from the other zone without a loss',
      ),
    ),
    supported(
      'A primary that was replaced without knowing it never acknowledges a write again, also when it wakes up from a standstill.',
      PAGES.multiAz,
      fencing('acknowledges nothing when it wakes up from a standstill'),
      'AWS does not say how; here each primary has an epoch, and who knows a later one takes nothing from it',
    ),
    simplified(
      'When the standby dies, writes wait a second or two, then go on without it; until it has caught up again there is no failover.',
      'AWS does not say how long writes wait; a standby begins to catch up after 60 s, divided by `--speed`',
      PAGES.multiAz,
      failover('of the standby holds writes up until it is settled that it must not take over, and is mended'),
    ),
    supported(
      'A read replica follows asynchronously, answers queries and refuses writes.',
      PAGES.readReplicas,
      replica('has a write later, and takes none itself'),
    ),
    simplified(
      'A replica gets each write as soon as it is as old as the lag that surefoot.yml sets, in real time at every speed.',
      'on AWS the lag follows from the load, and transactions that reached the replica are applied before it is promoted',
      PAGES.readReplicas,
      replica('has nothing younger than its lag'),
    ),
    simplified(
      'A promotion loses exactly the acknowledged writes behind the replica’s position: positions count writes without gaps, and each acknowledgement names its own.',
      'no AWS call says how much a promotion lost; the platform’s own report does',
      PAGES.readReplicas,
      replica('loses exactly the acknowledged writes that its position lacks when it is promoted %s'),
    ),
    simplified(
      'A zone can lose its power: its nodes die and stay away until it is back.',
      'no loss of packets and no partition between nodes: a node is there or it is not',
      undefined,
      failover('is left by the primary, and stays without a standby until the power is back'),
    ),
    simplified(
      'The processes of a database end with the platform, however it ends, and what they kept is deleted at its next start.',
      'AWS’s outlive everything',
      undefined,
      lifecycle('end with a platform that is killed with SIGKILL'),
    ),
    notModelled(
      'Aurora, Multi-AZ DB clusters, RDS Proxy, global databases.',
      'FailoverDBCluster and DescribeDBClusters are refused by name',
    ),
    notModelled(
      'Passwords, TLS, security groups, parameter groups, storage limits, connection limits.',
      'whoever reaches the loopback port may read and write; instance class and storage are labels',
    ),
  ],
};

/** RDS as its API shows it. */
export const RDS: BehaviourSection = {
  title: 'RDS',
  behaviours: [
    supported(
      'DescribeDBInstances shows MultiAZ, the zones of primary and standby, the endpoint, and which instance is a replica of which.',
      rdsApi('DescribeDBInstances'),
      api('shows a Multi-AZ instance with both of its zones, and a replica with its source'),
      'the zones change with the failover; on AWS they may lag behind it',
    ),
    supported(
      'RebootDBInstance answers at once with the status `rebooting`; with ForceFailover the standby takes over under the same endpoint.',
      rdsApi('RebootDBInstance'),
      api('with ForceFailover is `rebooting` at once, and ends in the other zone under the same endpoint'),
    ),
    supported(
      'ForceFailover without Multi-AZ is refused; without it the instance restarts where it is.',
      rdsApi('RebootDBInstance'),
      api('refuses a failover without a standby, and restarts in place'),
    ),
    simplified(
      'A failover that is asked for before the standby has caught up is abandoned, and an event says so.',
      'AWS has the event, and does not say how soon after the last failover',
      PAGES.rdsEvents,
      api('says so when a failover comes too soon after another'),
    ),
    simplified(
      'Events of failovers, restarts, recoveries and promotions, in AWS’s words.',
      'texts of failovers are as users quote answers of AWS; that of a promotion follows Aurora’s, and its category is a guess',
      PAGES.rdsEvents,
      api('with ForceFailover is `rebooting` at once, and ends in the other zone under the same endpoint'),
    ),
    simplified(
      'An instance whose primary died stays `available` while it fails over by itself; without a standby it is `rebooting`.',
      'AWS does not say which status it shows meanwhile',
      PAGES.rdsStatus,
    ),
    supported(
      'PromoteReadReplica makes a standalone instance: `modifying` at first, then no longer a replica of its source.',
      rdsApi('PromoteReadReplica'),
      api('makes an instance of its own, which its source no longer names'),
    ),
    supported(
      'Tags of instances.',
      rdsApi('AddTagsToResource'),
      api('are added, listed with their instance, and removed'),
    ),
    supported(
      'RestoreDBInstanceToPointInTime makes a new instance with every write that was acknowledged by then, and leaves the source alone.',
      rdsApi('RestoreDBInstanceToPointInTime'),
      restores('restores the data as of a moment, with what RDS does not bring put back'),
      'it has the default security and parameter groups, and is single-AZ, unless the call says otherwise',
    ),
    simplified(
      'A moment outside the window is refused; the window ends at the last five minutes that are over.',
      'the speed divides the five minutes; automated backups of a deleted instance go with it',
      rdsApi('DescribeDBInstanceAutomatedBackups'),
      restores('refuses %s, and changes nothing'),
    ),
    simplified(
      'Snapshots hold every write that was acknowledged when they were asked for; an instance can be restored from one.',
      'they are manual, of databases that are no replicas; nobody makes them by himself each night',
      rdsApi('CreateDBSnapshot'),
      restores('restores from a snapshot'),
    ),
    simplified(
      'ModifyDBInstance is in force after 30 s as `modifying`; a restore takes 300 s and a deletion 60 s.',
      'AWS gives no numbers; the speed divides them; a restored instance gets windows and a retention of one day by itself',
      rdsApi('ModifyDBInstance'),
      restores('goes on wherever it was cut off, and restores once'),
    ),
    notModelled(
      'Creating instances, renaming them, final snapshots, copies of snapshots; logs and metrics of databases.',
      'refused by name; databases come from surefoot.yml',
      rdsApi('CreateDBInstance'),
      api('refuses what it cannot answer in the words of RDS'),
    ),
  ],
};
