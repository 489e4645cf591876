/** What both ways of giving out addresses have in common. */

export interface TaskAddress {
  readonly host: string;
  /** The port to listen on: the container port in subnet mode, a free one in port mode. */
  readonly port: number;
  readonly zone: string;
  release(): void;
}

export interface AddressPlan {
  readonly mode: 'subnets' | 'ports';
  /** Zone names in order (`ca-central-1a`, …); zone i has the subnet 127.<block>.<i+1>.0/24. */
  readonly zones: readonly string[];
  task(zone: string, containerPort: number): Promise<TaskAddress>;
  /** The address of a load balancer's listener: `port` itself where it may be bound, else another one (privileged ports move by 8000). */
  listener(loadBalancerIndex: number, port: number): Promise<{ host: string; port: number }>;
  /** The zone that an address belongs to; undefined for addresses the plan did not give out. */
  zoneOf(host: string, port: number): string | undefined;
  release(): Promise<void>;
}
