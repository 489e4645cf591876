/** How FIS's clock stands to this machine's, from what a run asks it to make anyway: two templates and two experiments, the dry run's and its own. */
import type { FisGateway } from '../../../../aws/fis/fis.ts';
import { type ClockOffset, clockOffsetOf, type Stamp } from '../../../common/outage/clock-offset.ts';
import type { Clock, Ports } from '../../../ports.ts';

/**
 * Keeps the creation times that FIS answers with. Between dry run and fault lie minutes, in which clocks that are kept by NTP part by
 * milliseconds at the most.
 */
export class FisClock {
  readonly #stamps: Stamp[] = [];

  /** Undefined before FIS has told a time. */
  get offset(): ClockOffset | undefined {
    return clockOffsetOf(this.#stamps);
  }

  /** The same ports, whose gateway to FIS is listened to. */
  listeningTo<Given extends Pick<Ports, 'aws' | 'clock'>>(ports: Given): Given {
    const { aws, clock } = ports;
    // A gateway makes its members when they are called for, so that it cannot be copied.
    const fis: FisGateway = Object.assign(Object.create(aws.fis), {
      createTemplate: (input) => this.#stamped(clock, () => aws.fis.createTemplate(input)),
      startExperiment: (input) => this.#stamped(clock, () => aws.fis.startExperiment(input)),
    } satisfies Pick<FisGateway, 'createTemplate' | 'startExperiment'>);
    return { ...ports, aws: { ...aws, fis } };
  }

  async #stamped<Made extends { readonly creationTime?: Date }>(
    clock: Pick<Clock, 'now'>,
    make: () => Promise<Made>,
  ): Promise<Made> {
    const sentAt = clock.now();
    const made = await make();
    const { creationTime: at } = made;
    if (at !== undefined) {
      this.#stamps.push({ at, sentAt, answeredAt: clock.now() });
    }
    return made;
  }
}
