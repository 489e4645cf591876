/**
 * The network between the load balancer and its targets, with the faults that are put on it. A segment that is lost is sent again as TCP does:
 * after a retransmission time-out that doubles, so a fault that ends is felt until the next of these moments.
 */
import { type NetworkFaults, NO_FAULTS, type TargetImpairment } from './protocol.ts';

/** Which way a segment goes; a handshake goes there and back. */
export type Journey = 'handshake' | 'to-target' | 'from-target';

/** Where a target is. */
export interface Place {
  readonly host: string;
  readonly port: number;
  readonly zone: string;
}

/** What is on the way to one target now. */
export interface Conditions {
  /** Nothing reaches the target. */
  readonly blockedThere: boolean;
  /** Nothing comes from the target. */
  readonly blockedBack: boolean;
  readonly impairments: readonly TargetImpairment[];
}

/** "the RTO SHOULD be set to 1 second" before a round trip was measured. Source: RFC 6298, 2.1 */
const HANDSHAKE_TIMEOUT_MS = 1000;
/** Linux's TCP_RTO_MIN, which is the time-out wherever a round trip takes less than a few ms, as within a region. */
const SEGMENT_TIMEOUT_MS = 200;
/** Linux's TCP_RTO_MAX. */
const LONGEST_TIMEOUT_MS = 120_000;

/** How long after the loss of its attempt number `attempt`, from 0, a segment is sent again, in ms: doubled each time (RFC 6298, 5.5). */
export function retransmissionTimeoutMs(journey: Journey, attempt: number): number {
  const first = journey === 'handshake' ? HANDSHAKE_TIMEOUT_MS : SEGMENT_TIMEOUT_MS;
  return Math.min(LONGEST_TIMEOUT_MS, first * 2 ** attempt);
}

export class Network {
  #faults: NetworkFaults = NO_FAULTS;
  #quiet = true;
  readonly #random: () => number;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** From the next segment on, these faults hold and no others. */
  set(faults: NetworkFaults): void {
    this.#faults = faults;
    this.#quiet = faults.darkZones.length === 0 && faults.impairments.length === 0;
  }

  /** The zones that traffic of a load balancer is shifted away from. */
  shiftedZones(loadBalancerArn: string): readonly string[] {
    return this.#faults.shifts.filter((shift) => shift.loadBalancer === loadBalancerArn).map(({ zone }) => zone);
  }

  /** What is on the way to a target; undefined when nothing is. */
  conditions(place: Place): Conditions | undefined {
    if (this.#quiet) {
      return undefined;
    }
    const { host, port, zone } = place;
    const { darkZones } = this.#faults;
    const dark = darkZones.includes(zone);
    const impairments = this.#faults.impairments.filter((each) => each.host === host && (each.port ?? port) === port);
    if (!dark && impairments.length === 0) {
      return undefined;
    }
    return {
      blockedThere: dark || impairments.some(({ blocked }) => blocked),
      blockedBack: dark || impairments.some(({ silent }) => silent === true),
      impairments,
    };
  }

  /**
   * Sends one segment; `arrive` is called once it is there, also at once. The returned function gives it up. `flow`, 0 to 100, says which of
   * the connections it belongs to.
   */
  send(place: Place, journey: Journey, arrive: () => void, flow = this.#random() * 100): () => void {
    let timer: NodeJS.Timeout | undefined;
    const attempt = (number: number): void => {
      const conditions = this.conditions(place);
      const delay = conditions === undefined ? 0 : this.#delayMs(conditions, journey, flow);
      if (delay === undefined) {
        timer = setTimeout(() => attempt(number + 1), retransmissionTimeoutMs(journey, number));
      } else if (delay === 0) {
        arrive();
      } else {
        timer = setTimeout(arrive, delay);
      }
    };
    attempt(0);
    return () => clearTimeout(timer);
  }

  /**
   * How long the segment takes; undefined when it is lost. Only what a task sends is delayed and lost by impairments: the actions of FIS
   * put their rules on the task's outgoing traffic.
   */
  #delayMs(conditions: Conditions, journey: Journey, flow: number): number | undefined {
    if (journey !== 'from-target' && conditions.blockedThere) {
      return undefined;
    }
    if (journey === 'to-target') {
      return 0;
    }
    const hits = conditions.impairments.filter(({ flowsPercent }) => flow < flowsPercent);
    if (conditions.blockedBack || hits.some(({ lossPercent }) => this.#random() * 100 < lossPercent)) {
      return undefined;
    }
    return hits.reduce((sum, { delayMs, jitterMs }) => sum + Math.max(0, delayMs + this.#swing() * jitterMs), 0);
  }

  /** From -1 up to 1. */
  #swing(): number {
    return 2 * this.#random() - 1;
  }
}
